import { describe, expect, test } from 'vitest'
import type { Node } from '../../../src/cluster/objects.ts'
import { orderedStatus, overriddenGrace } from '../../../src/control/kubelet/end-order.ts'
import { groupOf, shutdownPeriods } from '../../../src/control/kubelet/shutdown.ts'
import { faultAt, faultyRun } from '../../faults/support.ts'
import { at } from '../../support/outage.ts'
import type { TestScenario } from '../../support/world.ts'
import { bind, type Line, only, podOf, runFor, terminate } from './support.ts'

const periods = (shutdownGracePeriod: number, shutdownGracePeriodCriticalPods: number, rows: readonly [number, number][] = []) => ({
  shutdownGracePeriod: shutdownGracePeriod * 1e6,
  shutdownGracePeriodCriticalPods: shutdownGracePeriodCriticalPods * 1e6,
  shutdownGracePeriodByPodPriority: rows.map(([priority, shutdownGracePeriodSeconds]) => ({ priority, shutdownGracePeriodSeconds })),
})

/** pkg/kubelet/nodeshutdown/nodeshutdown_manager.go:migrateConfig, groupByPriority (1.24 … 1.36). */
describe('the periods of an orderly shutdown', () => {
  test.each([
    ['none without a setting', periods(0, 0), 34, []],
    ['none in 1.20, where the gate is off', periods(30, 10), 20, []],
    ['none where critical Pods are given more than there is', periods(10, 30), 34, []],
    [
      'of other Pods, then of critical ones',
      periods(30, 10),
      27,
      [
        [0, 20],
        [2_000_000_000, 10],
      ],
    ],
    [
      'by priority, the lowest first, in place of the two',
      periods(0, 0, [
        [1000, 60],
        [0, 10],
      ]),
      34,
      [
        [0, 10],
        [1000, 60],
      ],
    ],
  ] as const)('are there or not: %s', (_, settings, minor, expected) => {
    const found = shutdownPeriods(settings as never, minor)
    expect(found.map(({ priority, shutdownGracePeriodSeconds }) => [priority, shutdownGracePeriodSeconds])).toEqual(expected)
  })

  test('hold for the Pods that reach a priority, and the first for those that reach none', () => {
    const rows = shutdownPeriods(
      periods(0, 0, [
        [0, 1],
        [1000, 2],
        [2_000_000_000, 3],
      ]) as never,
      34,
    )
    expect([-5, 0, 999, 1000, 1_999_999_999, 2_000_000_000, 2_000_001_000].map((priority) => groupOf(priority, rows))).toEqual([
      0, 0, 0, 1, 1, 2, 2,
    ])
  })
})

/** pkg/kubelet/pod_workers.go:calculateEffectiveGracePeriod, kuberuntime_container.go:killContainer; PR #124063 (1.31). */
test.each([
  [0, 30, 20, 0],
  [0, 30, 27, 30],
  [0, 30, 30, 30],
  [1, 30, 31, 2],
  [0, 30, 31, 2],
  [20, 30, 34, 20],
  [1, 30, 27, 1],
])('a grace of %i s in place of %i s is, in 1.%i, %i s', (override, own, minor, grace) => {
  expect(overriddenGrace(override, own, minor)).toBe(grace)
})

const flags = (settings: object): TestScenario => ({ profile: '1.34', flags: { kubelet: settings } as never })
const graceful = { parameters: { graceful: true } }
const CRITICAL = { priority: 2_000_000_000 }

interface Play {
  readonly lines: readonly Line[]
  readonly node: readonly (readonly [number, string])[]
  readonly run: ReturnType<typeof faultyRun>['run']
}

function shutdown(
  pods: Parameters<typeof faultyRun>[0],
  settings: object,
  options: TestScenario = {},
  lasts = 200,
  act: (run: Play['run']) => void = () => {},
): Play {
  const fault = faultAt('node-reboot', 10, { ...graceful, lasts })
  const latency = { 'pod-cleanup': 500_000, shutdown: 1_000_000, ...options.latency }
  const { run, lines } = faultyRun(pods, [fault], { ...flags(settings), ...options, latency })
  const node: [number, string][] = []
  run.world.observers.add({
    changed(now, { before, after }) {
      if (after?.kind === 'Node' && (before as Node).ready !== (after as Node).ready)
        node.push([now.now / 1e6, String((after as Node).ready)])
    },
    machine: (now, _id, event) => node.push([now.now / 1e6, event]),
  })
  act(run)
  return { lines, node, run }
}

/** pkg/kubelet/nodeshutdown/nodeshutdown_manager_linux.go:processShutdownEvent (1.24 … 1.36). */
describe('a machine is told to shut down', () => {
  const seconds = { shutdownGracePeriod: 30e6, shutdownGracePeriodCriticalPods: 10e6 }

  test('its Node is not ready at once, its Pods end group by group, and then it is off', () => {
    const slow = { 'container-stop': 3_000_000 }
    const { run, node, lines } = shutdown([{ name: 'web' }, { name: 'dns', spec: CRITICAL }], seconds, { latency: slow })
    runFor(run, 100)
    expect(node).toEqual([
      [10.001, 'False'],
      [18, 'down'],
    ])
    expect(only(lines, 'exits', 'Succeeded')).toEqual([
      [13, 'app exits 0'],
      [13.002, 'Succeeded [Completed]'],
      [16.5, 'app exits 0'],
      [16.502, 'Succeeded [Completed]'],
    ])
  })

  test('a Pod that takes longer than its group may is killed, and has failed: Terminated', () => {
    const { run, node, lines } = shutdown([{ name: 'web' }], seconds, { latency: { 'container-stop': 60_000_000 } })
    runFor(run, 100)
    expect(only(lines, 'exits', 'Failed')).toEqual([
      [30, 'app exits 137'],
      [30.002, 'Failed Terminated [Error]'],
    ])
    expect(node.at(-1)).toEqual([31, 'down'])
  })

  test('the Pod keeps its own grace period where that is shorter', () => {
    const { run, lines } = shutdown([{ name: 'web', spec: { terminationGracePeriodSeconds: 5 } }], seconds, {
      latency: { 'container-stop': 60_000_000 },
    })
    runFor(run, 100)
    expect(only(lines, 'exits')).toEqual([[15, 'app exits 137']])
  })

  test('up to 1.30 a group is done when its containers have stopped, from 1.31 on when its volumes are unmounted', () => {
    const down = (profile: '1.30' | '1.31'): number => {
      const { run, node } = shutdown([{ name: 'web' }], seconds, { profile })
      runFor(run, 100)
      return node.at(-1)?.[0] as number
    }
    expect([down('1.30'), down('1.31')]).toEqual([11.1, 11.6])
  })

  test('until its containers have stopped a Pod stays ready: its end does not show', () => {
    const { run, lines } = shutdown([{ name: 'web' }], seconds, { latency: { 'container-stop': 15_000_000 } })
    runFor(run, 24.9)
    expect(only(lines, 'Running', 'Failed', 'Succeeded')).toEqual([])
    expect(podOf(run, 0)).toMatchObject({ phase: 'Running', ready: true })
  })

  test('Pods that come meanwhile are refused: NodeShutdown', () => {
    const play = shutdown([{ name: 'web' }], seconds, { latency: { 'container-stop': 15_000_000 } })
    at(play.run, 12, () => bind(play.run, { name: 'late' }))
    runFor(play.run, 20)
    expect(podOf(play.run, 1)).toMatchObject({ phase: 'Failed', reason: 'NodeShutdown' })
  })

  test('a Pod that is being deleted keeps the grace that it has, and is waited for', () => {
    const play = shutdown([{ name: 'web' }], { shutdownGracePeriod: 8e6 }, { latency: { 'container-stop': 6_000_000 } })
    at(play.run, 9, () => terminate(play.run, 0 as never))
    runFor(play.run, 100)
    expect(only(play.lines, 'exits')).toEqual([[15.001, 'app exits 0']])
    expect(play.node.at(-1)?.[0]).toBeCloseTo(16.501, 3)
  })

  test('without a grace period its Pods are not ended: all goes with the machine', () => {
    const { run, node, lines } = shutdown([{ name: 'web' }], {})
    runFor(run, 100)
    expect(node).toEqual([[11, 'down']])
    expect(only(lines, 'exits', 'Failed')).toEqual([[11, 'app exits 137']])
  })

  test('it is off when its time is up, though its kubelet waits on', () => {
    const fault = faultAt('vm-terminate', 10, { parameters: { graceful: true, within: 12e6 } })
    const { run, lines } = faultyRun([{ name: 'web' }], [fault], {
      ...flags({ shutdownGracePeriod: 30e6 }),
      latency: { 'container-stop': 60_000_000 },
    })
    runFor(run, 100)
    expect(only(lines, 'exits', 'Failed')).toEqual([[22, 'app exits 137']])
    expect(podOf(run, 0).phase).toBe('Running')
  })

  test('the notice of a spot instance is such an order where the provider makes it one', () => {
    const fault = faultAt('spot-reclaim', 10, { parameters: { graceful: true, notice: 30e6 }, lasts: 60 })
    const { run, lines } = faultyRun([{ name: 'web' }], [fault], flags({ shutdownGracePeriod: 20e6 }))
    runFor(run, 100)
    expect(only(lines, 'exits', 'spot', 'Succeeded')).toEqual([
      [10, 'spot-reclaim begins'],
      [10.1, 'app exits 0'],
      [10.102, 'Succeeded [Completed]'],
      [70, 'spot-reclaim ends'],
    ])
    expect(run.world.truth.machines[0]).toMatchObject({ up: true, terminations: 0 })
  })

  test('a reboot without `for` boots as soon as it is off; its Pods that have ended stay so', () => {
    const fault = faultAt('node-reboot', 10, graceful)
    const { run, lines } = faultyRun([{ name: 'web' }], [fault], {
      ...flags({ shutdownGracePeriod: 20e6 }),
      latency: { 'pod-cleanup': 500_000, shutdown: 1_000_000 },
    })
    runFor(run, 100)
    expect(only(lines, 'node-reboot', 'starts', 'Succeeded')).toEqual([
      [10, 'node-reboot begins'],
      [10.102, 'Succeeded [Completed]'],
      [11.600001, 'node-reboot ends'],
    ])
    expect(run.world.store.tables.Node.get(0 as never)?.ready).toBe('True')
    expect(run.world.truth.machine(0 as never).pods.size).toBe(0)
  })

  test('a power loss on the way down takes it at once; it has power when both have ended', () => {
    const fault = faultAt('node-reboot', 10, { ...graceful, lasts: 20 })
    const { run, lines } = faultyRun([{ name: 'web' }], [fault, faultAt('node-crash', 12, { lasts: 30 })], {
      ...flags({ shutdownGracePeriod: 20e6 }),
      latency: { 'container-stop': 15_000_000 },
    })
    runFor(run, 100)
    expect(only(lines, 'exits', 'starts')).toEqual([
      [12, 'app exits 137'],
      [42.5, 'app starts'],
    ])
    expect(run.world.truth.machines[0]).toMatchObject({ up: true, outages: 0 })
  })

  test('a kubelet that dies meanwhile delays it no longer', () => {
    const fault = faultAt('node-reboot', 10, { ...graceful, lasts: 200 })
    const { run, lines } = faultyRun([{ name: 'web' }], [fault, faultAt('kubelet-stop', 12)], {
      ...flags({ shutdownGracePeriod: 20e6 }),
      latency: { 'container-stop': 15_000_000, shutdown: 1_000_000 },
    })
    runFor(run, 100)
    expect(only(lines, 'exits')).toEqual([[13, 'app exits 137']])
  })
})

/** kubelet_pods.go:generateAPIPodStatus with podIsTerminal (≥ 1.27); issues #118310, #120182. */
test('a Pod that its kubelet ends has succeeded where every container has exited with 0, unless it was late', () => {
  const order = { reason: 'Evicted', graceSeconds: null, fails: false, disrupts: true }
  const status = { phase: 'Succeeded', reason: '' } as never
  expect(orderedStatus(status, null)).toBe(status)
  expect(orderedStatus(status, order)).toMatchObject({ phase: 'Succeeded', reason: '' })
  expect(orderedStatus({ phase: 'Failed', reason: '' } as never, order)).toMatchObject({ phase: 'Failed', reason: 'Evicted' })
  expect(orderedStatus(status, { ...order, fails: true })).toMatchObject({ phase: 'Failed', reason: 'Evicted' })
})
