import { describe, expect, test } from 'vitest'
import { isReadyAtOnce } from '../../../src/control/kubelet/node.ts'
import type { ReplicationResult } from '../../../src/measure/record.ts'
import { play, scenarioOf } from '../../support/play.ts'

const run = (kubernetes: string, allocate: boolean, parts: object): ReplicationResult => {
  const document = {
    apiVersion: 'reconverge/v1',
    kind: 'Scenario',
    metadata: { name: 'node' },
    kubernetes,
    horizon: '10m',
    images: 'all',
    phases: { 'node-lifecycle.monitor': '1s' },
    cluster: {
      nodes: [{ name: 'w', count: 3 }],
      network: { plugin: 'none' },
      'kube-controller-manager': { 'allocate-node-cidrs': allocate },
      latency: { boot: '1ms', 'kubelet-start': '1s' },
    },
    workloads: [
      {
        objects: [
          {
            apiVersion: 'apps/v1',
            kind: 'Deployment',
            metadata: { name: 'web' },
            spec: {
              replicas: 3,
              selector: { matchLabels: { app: 'web' } },
              template: { metadata: { labels: { app: 'web' } }, spec: { containers: [{ name: 'c', image: 'i:1' }] } },
            },
          },
        ],
      },
    ],
    ...parts,
  }
  return play(scenarioOf(JSON.stringify(document)), 1, { recording: { timeline: false, events: true } })[0] as ReplicationResult
}

const reboot = { faults: [{ name: 'x', fault: 'node-crash', when: { at: '100s' }, who: { node: 'w-1' }, for: '100s' }] }
/** Readiness of a Node after an instant [s]: time since then, and the status. */
const statuses = ({ events }: ReplicationResult, since: number): [number, string][] =>
  events
    .filter(({ kind, event, object, time }) => kind === 'node' && event === 'ready' && object === 'w-1' && time > since * 1e6)
    .map(({ time, detail }) => [Math.round((time / 1e6 - since) * 10) / 10, detail])

test.each([
  [20, false, false],
  [20, true, true],
  [25, false, false],
  [26, false, true],
  [36, false, true],
] as const)(
  'A kubelet of 1.%i whose Node has a pod CIDR: %s is ready at once: %s (kubelet.go:fastStatusUpdateOnce, PR #112618)',
  (minor, hasPodCIDR, ready) => {
    expect(isReadyAtOnce(minor, hasPodCIDR)).toBe(ready)
  },
)

describe('A machine that boots', () => {
  test('is ready a second after its kubelet was started where Nodes have pod CIDRs, and from 1.26 on', () => {
    for (const [kubernetes, allocate] of [
      ['1.20', true],
      ['1.32', false],
    ] as const) {
      const [first, ...others] = statuses(run(kubernetes, allocate, reboot), 200)
      expect(first).toEqual([1.1, 'status=True'])
      expect(others).toEqual([])
    }
  })

  test('up to 1.25, without pod CIDRs, says NotReady first and is ready with its next status, 10 s later (observations FINDINGS 12)', () => {
    const found = statuses(run('1.20', false, reboot), 200)
    expect(found.map(([, status]) => status)).toEqual(['status=False', 'status=True'])
    expect(found[0]?.[0]).toBeCloseTo(1, 1)
    expect((found[1]?.[0] ?? 0) - (found[0]?.[0] ?? 0)).toBeCloseTo(10, 0)
  })
})

test('A second status that no API server takes is posted when one does', () => {
  const away = { name: 'away', fault: 'component-down', component: 'kube-apiserver', when: { at: '205s' }, for: '20s' }
  const found = statuses(run('1.20', false, { faults: [...reboot.faults, away] }), 200)
  expect(found.map(([, status]) => status)).toEqual(['status=False', 'status=True'])
  expect(found[1]?.[0]).toBeGreaterThan(25)
  expect(found[1]?.[0]).toBeLessThan(36)
})

describe.each(['1.20', '1.34'])('A Node of Kubernetes %s that is deleted while its kubelet runs', (kubernetes) => {
  const deletion = { operations: [{ when: { at: '100s' }, do: 'delete', of: 'node/w-1' }] }
  const rows = (result: ReplicationResult, kind: string, event: string): number[] =>
    result.events.filter((row) => row.kind === kind && row.event === event && row.time > 100e6).map(({ time }) => time / 1e6 - 100)

  test('is not registered again, not even after a partition; its Pods stay ready until PodGC deletes them, 40 … 80 s later (kubelet_node_status.go:registerWithAPIServer, #71398)', () => {
    const cut = { name: 'cut', fault: 'node-partition', when: { at: '250s' }, who: { node: 'w-1' }, for: '60s' }
    const result = run(kubernetes, true, { ...deletion, faults: [cut] })
    expect(rows(result, 'node', 'created')).toEqual([])
    expect(rows(result, 'pod', 'ready').filter((time) => time < 39)).toEqual([])
    const gone = rows(result, 'pod', 'deleted')
    expect(gone.length).toBeGreaterThan(0)
    for (const time of gone) {
      expect(time).toBeGreaterThan(40)
      expect(time).toBeLessThan(81)
    }
    expect(rows(result, 'pod', 'created')).toHaveLength(gone.length)
  })

  test('is registered again by the next start of the kubelet', () => {
    const stop = { name: 'stop', fault: 'kubelet-stop', when: { at: '300s' }, who: { node: 'w-1' }, for: '10s' }
    const result = run(kubernetes, true, { ...deletion, faults: [stop] })
    const created = rows(result, 'node', 'created')
    expect(created).toHaveLength(1)
    expect(created[0]).toBeCloseTo(211, 0)
  })
})
