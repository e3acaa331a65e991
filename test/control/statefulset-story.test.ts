import { describe, expect, test } from 'vitest'
import type { OccurrenceRow } from '../../src/measure/record.ts'
import { play, scenarioOf } from '../support/play.ts'

const labels = { app: 'db' }
const set = (replicas = 3, fields: object = {}) => ({
  apiVersion: 'apps/v1',
  kind: 'StatefulSet',
  metadata: { name: 'db' },
  spec: {
    replicas,
    selector: { matchLabels: labels },
    template: {
      metadata: { labels },
      spec: { containers: [{ name: 'db', image: 'db:v1', resources: { requests: { cpu: '100m', memory: '64Mi' } } }] },
    },
    ...fields,
  },
})
const phases = {
  ...{ 'kubelet.lease': '0s', 'kubelet.status': '0s', 'kubelet.pleg': '0s', 'kubelet.sync-tick': '0s', 'kubelet.status-batch': '0s' },
  ...{ 'node-lifecycle.monitor': '1s', 'pod-gc': '0s' },
}
const quick = ['api-request', 'api-get', 'watch', 'heartbeat', 'controller-sync', 'scheduling-cycle']
const latency = {
  ...Object.fromEntries(quick.map((name) => [name, '1ms'])),
  ...{ sandbox: '100ms', 'container-start': '100ms', 'container-stop': '100ms', 'pod-cleanup': '1s', boot: '20s', 'kubelet-start': '1s' },
}

/** Runs db-0 … on as many nodes as it has replicas, and gives what happened to Pods: `event` → instants [s], by name. */
function story(
  kubernetes: string,
  parts: { faults?: object[]; operations?: object[]; objects?: object[]; cluster?: object; initial?: string },
) {
  const { faults = [], operations = [], objects = [set()], cluster = {}, initial = 'converged' } = parts
  const head = {
    apiVersion: 'reconverge/v1',
    kind: 'Scenario',
    metadata: { name: 'story' },
    kubernetes,
    horizon: '20m',
    images: 'all',
    phases,
    initial,
  }
  const nodes = [{ name: 'n', count: 3 }]
  const scenario = scenarioOf(
    JSON.stringify({ ...head, cluster: { nodes, latency, ...cluster }, workloads: [{ objects }], faults, operations }),
  )
  const [result] = play(scenario, 1, { recording: { timeline: false, events: true } })
  const rows = result?.events ?? []
  const at = (object: string, event: string, from = 0): number =>
    (rows.find((row) => row.object === object && row.event === event && row.time >= from * 1e6)?.time ?? Number.NaN) / 1e6
  const events = (kind: string, event: string): string[] =>
    rows.filter((row) => row.kind === kind && row.event === event).map(({ object }) => object)
  return { at, events, remarks: result?.remarks, row: result?.rows.find(({ workload }) => workload !== '*') as OccurrenceRow }
}

const power = { name: 'power', fault: 'node-crash', when: { at: '65s' }, who: { pod: 'default/db-1' } }

// kubernetes-semantics §11.1 rows 2, 5, 6 and 13. The last renewal before the crash is at 60 s and a little, seen by the tick at 64 s.
describe('a StatefulSet that loses a machine', () => {
  test.each([
    ['1.20', 40, 5],
    ['1.32', 50, 5],
    ['1.34', 50, 0],
  ] as const)(
    'in %s: NotReady after a grace of %d s, tainted %d s later, deleted 300 s after that, never replaced',
    (kubernetes, grace, later) => {
      const { at, row } = story(kubernetes, { faults: [power] })
      const notReady = at('db-1', 'ready')
      expect(notReady).toBeGreaterThan(64 + grace)
      expect(notReady).toBeLessThan(64 + grace + 0.2)
      const deleted = at('db-1', 'terminating')
      expect(deleted - notReady - later).toBeGreaterThan(300)
      expect(deleted - notReady - later).toBeLessThan(300.3)
      expect(at('db-1', 'created')).toBeNaN()
      expect(row).toMatchObject({ lost: 1, outcome: 'censored', createdFirst: null, converged: null })
    },
  )

  test.each(['1.20', '1.32', '1.34'])(
    'has its Pod made anew when the machine comes back and its kubelet has cleaned up (%s)',
    (kubernetes) => {
      const { at, row } = story(kubernetes, { faults: [{ ...power, for: '500s' }] })
      const gone = at('db-1', 'deleted')
      // Power at 565 s, boot 20 s, kubelet 1 s; before 1.27 the status manager's next batch deletes the object.
      expect(gone).toBeGreaterThan(586)
      expect(gone).toBeLessThan(kubernetes === '1.20' ? 600 : 590)
      expect(at('db-1', 'created')).toBeGreaterThan(gone)
      expect(at('db-1', 'created') - gone).toBeLessThan(0.1)
      expect(row.outcome).toBe('converged')
      expect((row.stages?.terminate ?? 0) / 1e6).toBeGreaterThan(150)
    },
  )

  test('keeps its Pods where they are when the machine is back before they are deleted', () => {
    const { at, row } = story('1.34', { faults: [{ ...power, for: '60s' }] })
    expect(at('db-1', 'terminating')).toBeNaN()
    expect(row).toMatchObject({ outcome: 'converged', createdFirst: null })
  })
})

test.each(['given', 'converged'])(
  'Pods that were recorded with their StatefulSet stay: no rollout begins because their revision has another name (initial: %s)',
  (initial) => {
    const recorded = [0, 1].map((i) => ({
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: {
        name: `db-${i}`,
        labels: { ...labels, 'controller-revision-hash': 'db-6d5f8c7b9' },
        ownerReferences: [{ apiVersion: 'apps/v1', kind: 'StatefulSet', name: 'db', uid: 'x', controller: true }],
      },
      spec: { nodeName: `n-${i + 1}`, containers: set().spec.template.spec.containers },
      status: { phase: 'Running' },
    }))
    const { events } = story('1.34', { objects: [set(2), ...recorded], initial })
    expect(events('pod', 'terminating')).toEqual([])
    expect(events('pod', 'created')).toEqual([])
  },
)

// kubernetes-semantics §11.1 row 16
test('A terminated machine whose Node the cloud deletes frees the names: the Pod is back long before its toleration ends', () => {
  const faults = [{ ...power, fault: 'vm-terminate' }]
  const cluster = { cloud: { 'deletes-nodes-of-terminated-machines': true } }
  const { row } = story('1.32', { faults, cluster })
  expect(row.outcome).toBe('converged')
  expect((row.converged ?? 0) / 1e6).toBeGreaterThan(80)
  expect((row.converged ?? 0) / 1e6).toBeLessThan(130)
})

// stateful_pod_control.go:CreateStatefulPod: "sink already exists errors". The second pass begins when the cache holds the first Pod only.
test('A Pod that the cache does not hold yet is created again in vain, and no Event says so', () => {
  const { events } = story('1.20.2', {
    objects: [set(0, { podManagementPolicy: 'Parallel' })],
    cluster: { latency: { ...latency, watch: { uniform: { min: '1ms', max: '60ms' } } } },
    operations: [{ when: { at: '60s' }, do: 'scale', of: 'statefulset/default/db', replicas: 12 }],
  })
  expect(events('pod', 'created')).toHaveLength(12)
  expect(events('event', 'SuccessfulCreate')).toHaveLength(12)
  expect(events('event', 'FailedCreate')).toEqual([])
})

describe('operations', () => {
  test('delete removes the set, and garbage collection its Pods and revisions', () => {
    const { events } = story('1.34', { operations: [{ when: { at: '60s' }, do: 'delete', of: 'statefulset/default/db' }] })
    expect(events('statefulset', 'deleted')).toEqual(['db'])
    expect(events('pod', 'deleted').sort()).toEqual(['db-0', 'db-1', 'db-2'])
  })

  test('scale, set-image and rollout-restart do what they do to a Deployment, Pod by Pod', () => {
    const of = 'statefulset/default/db'
    const { events } = story('1.34', {
      operations: [
        { when: { at: '60s' }, do: 'scale', of, replicas: 2 },
        { when: { at: '120s' }, do: 'set-image', of, to: 'db:v2' },
        { when: { at: '360s' }, do: 'rollout-restart', of },
      ],
    })
    expect(events('pod', 'terminating')).toEqual(['db-2', 'db-1', 'db-0', 'db-1', 'db-0'])
    expect(events('pod', 'created')).toEqual(['db-1', 'db-0', 'db-1', 'db-0'])
  })

  test('drain respects a PodDisruptionBudget of a StatefulSet', () => {
    const budget = {
      apiVersion: 'policy/v1',
      kind: 'PodDisruptionBudget',
      metadata: { name: 'db' },
      spec: { maxUnavailable: 0, selector: { matchLabels: labels } },
    }
    const drain = [{ when: { at: '60s' }, do: 'drain', of: 'node/n-1' }]
    expect(story('1.34', { objects: [set(), budget], operations: drain }).events('pod', 'terminating')).toEqual([])
    expect(story('1.34', { operations: drain }).events('pod', 'terminating')).toHaveLength(1)
  })
})
