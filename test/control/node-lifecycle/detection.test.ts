import { describe, expect, test } from 'vitest'
import { nodeLifecycle } from '../../../src/control/node-lifecycle.ts'
import type { ProfileName } from '../../../src/scenario/profile.ts'
import { at, comeBack, crash, nodeOf, type Outage, outage, podOf, until } from '../../support/outage.ts'

const RUNS = process.env.RECONVERGE_FULL === '1' ? 1_000 : 60
/** 10 ms for every call and watch: kubernetes-semantics §11. */
const TEN_MS = { 'api-request': 10_000, 'api-get': 10_000, watch: 10_000, heartbeat: 10_000 }
const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length

/** One of three Nodes, with 30 Pods, is silent from t = 0. */
function crashOne(profile: ProfileName, options: Partial<Outage> = {}) {
  const { run, story } = outage({ profile, zones: { x: 3 }, pods: 30, latency: TEN_MS, ...options })
  crash(run, 0, ['x0'])
  until(run, options.fields?.horizon === undefined ? 70 : options.fields.horizon / 1e6)
  const [unknown, noSchedule, noExecute] = [story.unknown, story.noSchedule, story.noExecute].map((map) => map.get('x0') as number) as [
    number,
    number,
    number,
  ]
  return { run, story, unknown, noSchedule, noExecute }
}

// kubernetes-semantics §11.1; observations FINDINGS 1, 2
describe('detection of a crashed Node', () => {
  test.each([
    ['1.20', 40],
    ['1.27', 40],
    ['1.31', 40],
    ['1.32', 50],
    ['1.33', 50],
    ['1.34', 50],
  ] as const)('Kubernetes %s: Unknown follows the crash by %i s − U(0,10) + U(0,5)', (profile, grace) => {
    const found = Array.from({ length: RUNS }, (_, replication) => crashOne(profile, { replication, pods: 0 }).unknown)
    // The run time of some ten ticks comes on top: 3 Nodes x 20 µs each.
    expect(Math.min(...found)).toBeGreaterThan(grace - 10.5)
    expect(Math.max(...found)).toBeLessThan(grace + 5.1)
    expect(Math.abs(mean(found) - (grace - 2.5))).toBeLessThan(1.5)
    expect(Math.max(...found) - Math.min(...found)).toBeGreaterThan(8)
  })

  test.each([
    ['1.20', 5.0, 5.4],
    ['1.33', 5.0, 5.4],
  ] as const)('Kubernetes %s: NoExecute follows Unknown by %d to %d s', (profile, least, most) => {
    for (let replication = 0; replication < RUNS / 4; replication++) {
      const { unknown, noExecute } = crashOne(profile, { replication, pods: 3 })
      expect(noExecute - unknown).toBeGreaterThan(least)
      expect(noExecute - unknown).toBeLessThan(most)
    }
  })

  test('from 1.34 NoExecute follows Unknown within 0.5 s (a conflict with the NoSchedule patch costs 0.1 to 0.2 s), unless the pass came before the watch: then the token is spent, and the next one is 10 s away', () => {
    const delays = Array.from({ length: RUNS }, (_, replication) => crashOne('1.34', { replication, pods: 3 })).map(
      ({ unknown, noExecute }) => noExecute - unknown,
    )
    const missed = delays.filter((delay) => delay > 0.5)
    for (const delay of missed) expect(delay).toBeCloseTo(10.05, 0)
    // The watch takes 10 ms of the 100 ms between two passes.
    expect(missed.length / RUNS).toBeLessThan(0.3)
    expect(missed.length).toBeGreaterThan(0)
  })

  test('a replayed observation: lease 9.804 s old and last tick 2.1 s ago give Unknown 40 s after the tick that saw the lease', () => {
    const phases = { 'kubelet.lease/x0': 9_804_000, 'kubelet.status/x0': 60_000_000, 'node-lifecycle.monitor': 2_100_000 }
    const { story, unknown } = crashOne('1.20', { phases, pods: 2 })
    // Ticks at −2.1 s and 5 s + 3 x 20 µs before, which saw it; eight such periods are just more than 40 s; then GET and PATCH of 10 ms each, after a watch of 10 ms and a sync of 1 ms.
    expect(unknown).toBeCloseTo(32.9 + 7 * 0.00006 + 0.01, 4)
    expect(story.noSchedule.get('x0')).toBeCloseTo(unknown + 0.031, 6)
    expect(story.notReady.get('pod/default/x0-0')).toBeCloseTo(unknown + 0.01, 6)
    expect(story.notReady.get('pod/default/x0-1')).toBeCloseTo(unknown + 0.02, 6)
  })

  test('Pods are marked not ready one after the other, as fast as the client admits: 30 Pods take about 1.6 s', () => {
    const { story, unknown } = crashOne('1.20')
    const marked = [...story.notReady.values()]
    expect(marked).toHaveLength(30)
    expect(Math.max(...marked) - unknown).toBeGreaterThan(1.3)
    expect(Math.max(...marked) - unknown).toBeLessThan(1.7)
  })

  test.each([
    ['1.20', 300.0, 0, 0.2],
    ['1.27', 300.0, 2.9, 3.6],
    ['1.34', 300.0, 2.9, 3.6],
  ] as const)(
    'Kubernetes %s: Pods are deleted their 300 s after the taint, the last of 30 as soon as the burst of 30 and 20 calls a second admit',
    (profile, after, least, most) => {
      const { run, story, noExecute } = crashOne(profile)
      until(run, 400)
      const deleted = [...story.deleted.values()].sort((a, b) => a - b)
      expect(deleted).toHaveLength(30)
      const first = deleted[0] as number
      expect(first - noExecute).toBeGreaterThan(after)
      expect(first - noExecute).toBeLessThan(after + 3)
      expect((deleted.at(-1) as number) - (noExecute + 300)).toBeGreaterThan(least)
      expect((deleted.at(-1) as number) - (noExecute + 300)).toBeLessThan(most)
    },
  )

  test('a heartbeat gap shorter than the grace period is never seen', () => {
    const { run, story } = outage({ profile: '1.34', zones: { x: 3 }, pods: 3, latency: TEN_MS })
    crash(run, 10, ['x0'])
    at(run, 45, (now) => now.world.heartbeats.start(now, 0 as never, now.now))
    until(run, 300)
    expect(story.lines).toEqual([])
  })
})

describe('Nodes that are not silent', () => {
  test('5,000 healthy Nodes cost one event, the one at the start', () => {
    const { run, story } = outage({ profile: '1.34', zones: { a: 2_500, b: 2_500 } })
    until(run, 3_600)
    expect(story.lines).toEqual([])
    expect(run.handled).toBe(1)
  })

  test('nor does a Node cost events that has been silent and tainted for long', () => {
    const { run, story } = outage({ profile: '1.34', zones: { x: 5 }, pods: 3 })
    crash(run, 0, ['x0', 'x1'])
    until(run, 600)
    const { handled } = run
    expect(story.deleted.size).toBe(6)
    until(run, 86_400)
    expect(run.handled).toBe(handled)
    comeBack(run, 86_400, ['x0'])
    until(run, 86_500)
    expect(nodeOf(run, 'x0').taints).toEqual([])
    expect(nodeOf(run, 'x1').taints).toHaveLength(2)
  })

  test('Ready=False is seen by the next tick, its NoExecute taint needs no grace, and its Pods are not marked', () => {
    const { run, story } = outage({ profile: '1.20', zones: { x: 3 }, pods: 2, phases: { 'node-lifecycle.monitor': 2_000_000 } })
    at(run, 10, (now) => void now.world.store.update(now, nodeOf(now, 'x0'), { ready: 'False', readyTransition: now.now }))
    until(run, 100)
    expect(story.noSchedule.get('x0')).toBeCloseTo(10.004, 6)
    expect(story.noExecute.get('x0')).toBeGreaterThan(13)
    expect(story.noExecute.get('x0')).toBeLessThan(13.2)
    expect(nodeOf(run, 'x0').taints.map(({ key, effect }) => `${key}:${effect}`)).toEqual([
      'node.kubernetes.io/not-ready:NoSchedule',
      'node.kubernetes.io/not-ready:NoExecute',
    ])
    expect(story.notReady.size).toBe(0)
  })

  test('a silent Node that was not ready swaps its taint at once', () => {
    const { run } = outage({ profile: '1.34', zones: { x: 3 } })
    at(run, 10, (now) => void now.world.store.update(now, nodeOf(now, 'x0'), { ready: 'False', readyTransition: now.now }))
    crash(run, 10, ['x0'])
    until(run, 90)
    const { ready, taints } = nodeOf(run, 'x0')
    expect(ready).toBe('Unknown')
    expect(taints.map(({ key, effect }) => `${key.slice(19)}:${effect}`).sort()).toEqual([
      'unreachable:NoExecute',
      'unreachable:NoSchedule',
    ])
  })

  test('a Pod bound to a Node that is not ready is marked not ready (processPod)', () => {
    const { run, story } = outage({ profile: '1.34', zones: { x: 2 }, pods: 1 })
    crash(run, 0, ['x0'])
    at(run, 70, (now) => {
      const pod = podOf(now, 1)
      if (pod !== undefined) now.world.store.update(now, pod, { node: 0 as never })
    })
    until(run, 80)
    expect(story.notReady.get('pod/default/x1-0')).toBeCloseTo(70.003, 6)
  })

  test('a Node that was never reported on has 60 s from its creation', () => {
    const { run, story } = outage({ profile: '1.20', zones: { x: 3 } })
    at(run, 0, (now) => {
      now.world.heartbeats.stop(now, 0 as never)
      now.world.store.update(now, nodeOf(now, 'x0'), { ready: null })
    })
    until(run, 90)
    expect(story.unknown.get('x0')).toBeGreaterThan(60)
    expect(story.unknown.get('x0')).toBeLessThan(65.1)
  })

  test('kubelets that renew too seldom for the grace period flap, and each tick is an event', () => {
    const { run, story } = outage({
      profile: '1.34',
      zones: { x: 1, a: 1 },
      components: [nodeLifecycle],
      flags: { kubelet: { nodeLeaseDurationSeconds: 400 } },
    })
    until(run, 300)
    expect(story.unknown.size).toBe(2)
    expect(run.handled).toBeGreaterThan(60)
  })
})

describe('recovery of a Node (kubernetes-semantics §3.10)', () => {
  test('its NoSchedule taint goes at once, its NoExecute taint with the next tick, and its evictions are cancelled', () => {
    const { run, story } = crashOne('1.20', { pods: 2 })
    comeBack(run, 100, ['x0'])
    until(run, 1_000)
    expect(nodeOf(run, 'x0').taints).toEqual([])
    expect(story.noExecuteOff.get('x0')).toBeGreaterThan(100)
    expect(story.noExecuteOff.get('x0')).toBeLessThan(105.1)
    expect(story.deleted.size).toBe(0)
    expect(story.lines.filter((line) => line.includes('TaintManagerEviction'))).toHaveLength(2)
  })

  test('a Node that returns after its Pods were deleted is not tainted again', () => {
    const { run, story } = crashOne('1.34', { pods: 1 })
    until(run, 400)
    expect(story.deleted.size).toBe(1)
    comeBack(run, 400, ['x0'])
    until(run, 600)
    expect(nodeOf(run, 'x0').taints).toEqual([])
  })
})
