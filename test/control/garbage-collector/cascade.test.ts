import { describe, expect, test } from 'vitest'
import { play, scenarioOf } from '../../support/play.ts'

const latency = Object.fromEntries(
  ['api-request', 'api-get', 'watch', 'heartbeat', 'controller-sync', 'scheduling-cycle'].map((name) => [name, '1ms']),
)
const labels = { app: 'web' }
const workload = (kind: string, fields: object = {}, labelled: object = labels) => ({
  apiVersion: kind === 'Job' ? 'batch/v1' : 'apps/v1',
  kind,
  metadata: { name: 'web' },
  spec: {
    ...(kind === 'Job' ? {} : { selector: { matchLabels: labelled } }),
    template: {
      metadata: { labels: labelled },
      spec: { ...(kind === 'Job' ? { restartPolicy: 'Never' } : {}), containers: [{ name: 'web', image: 'web:v1' }] },
    },
    ...fields,
  },
})

/** Three Pods, and what is done to their controller at 60 s; kubelets need some seconds to end a Pod. */
function story(object: object, operations: object[], kubernetes = '1.34') {
  const document = {
    apiVersion: 'reconverge/v1',
    kind: 'Scenario',
    metadata: { name: 'cascade' },
    kubernetes,
    horizon: '5m',
    images: 'all',
    cluster: { nodes: [{ name: 'n', count: 3 }], latency },
    workloads: [{ objects: [object] }],
    operations,
  }
  const [result] = play(scenarioOf(JSON.stringify(document)), 1, { recording: { timeline: false, events: true } })
  const rows = (result?.events ?? []).filter(({ time }) => time > 0)
  const times = (kind: string, event: string): number[] =>
    rows.filter((row) => row.kind === kind && row.event === event).map(({ time }) => time / 1e6)
  return { times, workloads: result?.rows.map(({ workload: name }) => name) ?? [] }
}

const remove = (kind: string, cascade?: string) => ({
  when: { at: '60s' },
  do: 'delete',
  of: `${kind}/default/web`,
  ...(cascade === undefined ? {} : { cascade }),
})

/** pkg/controller/garbagecollector/garbagecollector.go:attemptToDeleteItem, processDeletingDependentsItem (1.20 … 1.36). */
describe.each(['1.20', '1.34'])('Kubernetes %s: a deletion in the foreground', (kubernetes) => {
  test('takes the Pods first, then the ReplicaSet, then the Deployment; nobody replaces them', () => {
    const { times } = story(workload('Deployment', { replicas: 3 }), [remove('deployment', 'foreground')], kubernetes)
    const terminating = times('pod', 'terminating')
    const gone = times('pod', 'deleted')
    expect(terminating).toHaveLength(3)
    expect(Math.max(...terminating)).toBeLessThan(60.1)
    expect(gone).toHaveLength(3)
    expect(times('pod', 'created')).toEqual([])
    const [set] = times('replicaset', 'deleted')
    const [deployment] = times('deployment', 'deleted')
    // A watch and a sync, then GET, GET, PATCH for each owner: a few calls of 1 ms behind the last Pod.
    expect(set).toBeGreaterThan(Math.max(...gone))
    expect(set).toBeLessThan(Math.max(...gone) + 0.02)
    expect(deployment).toBeGreaterThan(set as number)
    expect(deployment).toBeLessThan((set as number) + 0.02)
  })

  test.each([
    ['StatefulSet', { replicas: 3 }],
    ['DaemonSet', {}],
  ])('of a %s waits for its Pods too', (kind, fields) => {
    const { times } = story(workload(kind, fields), [remove(kind.toLowerCase(), 'foreground')], kubernetes)
    expect(times('pod', 'deleted')).toHaveLength(3)
    expect(times('pod', 'created')).toEqual([])
    expect(times(kind.toLowerCase(), 'deleted')[0]).toBeGreaterThan(Math.max(...times('pod', 'deleted')))
  })
})

test('A deletion in the background takes the owner first', () => {
  const { times } = story(workload('Deployment', { replicas: 3 }), [remove('deployment')])
  const [deployment] = times('deployment', 'deleted')
  expect(deployment).toBeCloseTo(60.001, 3)
  expect(times('replicaset', 'deleted')[0]).toBeGreaterThan(deployment as number)
  expect(Math.min(...times('pod', 'terminating'))).toBeGreaterThan(times('replicaset', 'deleted')[0] as number)
})

/** garbagecollector.go:attemptToOrphanWorker, orphanDependents (1.20 … 1.36). */
describe('A deletion that orphans', () => {
  const kill = { fault: 'pod-kill', when: { at: '120s' }, who: { workload: 'deployment/default/web', count: 1 } }

  test('leaves ReplicaSet and Pods as they are', () => {
    const { times } = story(workload('Deployment', { replicas: 3 }), [remove('deployment', 'orphan')])
    expect(times('deployment', 'deleted')).toHaveLength(1)
    expect(times('deployment', 'deleted')[0]).toBeLessThan(60.02)
    expect(times('replicaset', 'deleted')).toEqual([])
    expect(times('pod', 'terminating')).toEqual([])
  })

  test('leaves a ReplicaSet that replaces its Pods, and to the measures is the workload that it was', () => {
    const document = {
      apiVersion: 'reconverge/v1',
      kind: 'Scenario',
      metadata: { name: 'orphan' },
      kubernetes: '1.34',
      horizon: '10m',
      images: 'all',
      cluster: { nodes: [{ name: 'n', count: 3 }], latency },
      workloads: [{ objects: [workload('Deployment', { replicas: 3 })] }],
      operations: [remove('deployment', 'orphan')],
      faults: [kill],
    }
    const [result] = play(scenarioOf(JSON.stringify(document)), 1)
    const rows = result?.rows.filter(({ workload: name }) => name === 'deployment/default/web') ?? []
    expect(rows).toHaveLength(1)
    expect(rows[0]?.outcome).toBe('converged')
  })

  test('of a ReplicaSet leaves Pods that nobody keeps, until another one adopts them', () => {
    const again = { when: { at: '100s' }, do: 'apply', manifests: { objects: [workload('ReplicaSet', { replicas: 3 })] } }
    const { times } = story(workload('ReplicaSet', { replicas: 3 }), [remove('replicaset', 'orphan'), again])
    expect(times('replicaset', 'deleted')).toHaveLength(1)
    expect(times('replicaset', 'created')).toHaveLength(1)
    expect([times('pod', 'terminating'), times('pod', 'created')]).toEqual([[], []])
  })

  test('of a DaemonSet leaves Pods that the next one of that name adopts', () => {
    const again = { when: { at: '100s' }, do: 'apply', manifests: { objects: [workload('DaemonSet')] } }
    const { times } = story(workload('DaemonSet'), [remove('daemonset', 'orphan'), again])
    expect(times('daemonset', 'created')).toHaveLength(1)
    expect(times('pod', 'created')).toEqual([])
  })
})

/** A controller that is created again under its name gives no Pod the name of another. */
test.each([
  ['ReplicaSet', { replicas: 3 }],
  ['Deployment', { replicas: 3 }],
])('A %s that is applied again while its old Pods still terminate has new ones at once', (kind, fields) => {
  const again = { when: { at: '61s' }, do: 'apply', manifests: { objects: [workload(kind, fields)] } }
  const { times } = story(workload(kind, fields), [remove(kind.toLowerCase()), again])
  const created = times('pod', 'created')
  expect(created).toHaveLength(3)
  expect(Math.max(...created)).toBeLessThan(61.1)
  expect(Math.max(...created)).toBeLessThan(Math.min(...times('pod', 'deleted')))
})
