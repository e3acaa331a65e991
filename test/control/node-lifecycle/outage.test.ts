import { describe, expect, test } from 'vitest'
import type { Node } from '../../../src/cluster/objects.ts'
import { startProcess, stopProcess } from '../../../src/cluster/processes.ts'
import type { ProfileName } from '../../../src/scenario/profile.ts'
import { at, comeBack, crash, nodeOf, type Outage, outage, type Story, until } from '../../support/outage.ts'
import { processOf } from '../../support/world.ts'

const RUNS = process.env.RECONVERGE_FULL === '1' ? 200 : 8
/** 10 ms for every call and watch: kubernetes-semantics §11. */
const TEN_MS = { 'api-request': 10_000, 'api-get': 10_000, watch: 10_000, heartbeat: 10_000 }

const first = (times: ReadonlyMap<string, number>): number => Math.min(...times.values())
const last = (times: ReadonlyMap<string, number>): number => Math.max(...times.values())
const names = (zone: string, count: number): string[] => Array.from({ length: count }, (_, i) => `${zone}${i}`)
const sorted = (times: ReadonlyMap<string, number>): number[] => [...times.values()].sort((a, b) => a - b)
const replications = <Value>(count: number, tell: (replication: number) => Value): Value[] =>
  Array.from({ length: count }, (_, i) => tell(i))

function play(profile: ProfileName, dead: readonly string[], end: number, options: Partial<Outage> & Pick<Outage, 'zones'>): Story {
  const { run, story } = outage({ profile, latency: TEN_MS, ...options })
  crash(run, 0, dead)
  until(run, end)
  return story
}

// kubernetes-semantics §11.5: 10 of 30 Nodes with 30 Pods each do not return
describe('an outage of several Nodes', () => {
  test.each([
    ['1.20', { unknown: [30, 40], lastUnknown: [58, 70], marked: [61, 72], tainted: [35, 85], lastTainted: [125, 175] }],
    ['1.33', { unknown: [40, 50], lastUnknown: [50, 80], marked: [60, 82], tainted: [45, 90], lastTainted: [130, 180] }],
    ['1.34', { unknown: [40, 50], lastUnknown: [50, 80], marked: [60, 82], tainted: [40, 66], lastTainted: [130, 157] }],
  ] as const)('A: in Kubernetes %s a third of one zone is tainted at 0.1 Nodes a second', (profile, bounds) => {
    for (const story of replications(RUNS, (replication) =>
      play(profile, names('x', 10), 400, { zones: { x: 30 }, pods: 30, replication }),
    )) {
      const found = {
        unknown: first(story.unknown),
        lastUnknown: last(story.unknown),
        marked: last(story.notReady),
        tainted: first(story.noExecute),
        lastTainted: last(story.noExecute),
      }
      for (const [name, [least, most]] of Object.entries(bounds)) {
        expect(found[name as keyof typeof found], name).toBeGreaterThan(least)
        expect(found[name as keyof typeof found], name).toBeLessThan(most)
      }
      const times = sorted(story.noExecute)
      expect(times).toHaveLength(10)
      for (let i = 1; i < times.length; i++) expect((times[i] as number) - (times[i - 1] as number)).toBeGreaterThan(8)
    }
  })

  test('B: a whole zone of three is tainted at the same rate; while it is partially down, not at all', () => {
    for (const story of replications(RUNS, (replication) =>
      play('1.32', names('a', 10), 400, { zones: { a: 10, b: 10, c: 10 }, replication }),
    )) {
      const [unknown, tainted] = [sorted(story.unknown), sorted(story.noExecute)]
      expect(tainted).toHaveLength(10)
      // FullDisruption makes a new limiter without a token, unless it came before any other state did.
      expect((tainted.at(-1) as number) - (unknown.at(-1) as number)).toBeGreaterThan(85)
      expect((tainted.at(-1) as number) - (unknown.at(-1) as number)).toBeLessThan(106)
    }
  })

  test('C: 57 % of a zone of 30 stop the tainting: only Nodes that slipped through are ever tainted', () => {
    for (const story of replications(RUNS, (replication) =>
      play('1.32', names('x', 17), 3_600, { zones: { x: 30 }, pods: 2, replication }),
    )) {
      expect(story.unknown.size).toBe(17)
      expect(story.notReady.size).toBe(34)
      expect(story.noExecute.size).toBeLessThanOrEqual(2)
      expect(last(story.noExecute)).toBeLessThan(75)
    }
  })

  test('D: 57 % of a zone of 60 are tainted at 0.01 Nodes a second', () => {
    const story = play('1.32', names('x', 34), 4_000, { zones: { x: 60 } })
    const times = sorted(story.noExecute)
    expect(times).toHaveLength(34)
    for (let i = 3; i < times.length; i++) expect((times[i] as number) - (times[i - 1] as number)).toBeCloseTo(100.1, 0)
    expect(last(story.noExecute)).toBeGreaterThan(3_000)
  })

  test('E: Nodes that return are not tainted any more, and evictions of those that were are cancelled', () => {
    const { run, story } = outage({ profile: '1.32', zones: { x: 30 }, pods: 2, latency: TEN_MS })
    crash(run, 0, names('x', 10))
    comeBack(run, 120, names('x', 10))
    until(run, 1_000)
    expect(story.noExecute.size).toBeLessThan(10)
    expect(story.noExecute.size).toBeGreaterThan(5)
    expect(story.noExecuteOff.size).toBe(story.noExecute.size)
    expect(last(story.noExecuteOff)).toBeLessThan(126)
    expect(story.deleted.size).toBe(0)
    for (const name of names('x', 10)) expect(nodeOf(run, name).taints).toEqual([])
  })
})

/** Leases of ten Nodes of one zone, six of which are found silent one tick before the other four; the tick phase is 2.0 s. */
const sixThenFour = Object.fromEntries(names('a', 10).map((name, i) => [`kubelet.lease/${name}`, i < 6 ? 8_000_000 : 3_500_000]))
const phases = { ...sixThenFour, 'kubelet.status': 60_000_000, 'node-lifecycle.monitor': 2_000_000, 'node-lifecycle.taint-pass': 50_000 }

// kubernetes-semantics §3.5; observations FINDINGS 5, 6, 7a
describe('the duplicates of Kubernetes 1.20.2', () => {
  const zone = (profile: ProfileName, replication = 0): { story: Story; full: number } => {
    const story = play(profile, names('a', 10), 400, { zones: { a: 10, b: 10 }, phases, latency: {}, replication })
    return { story, full: last(story.unknown) }
  }

  test('six Nodes of one tick and four of the next need up to sixteen tokens (FINDINGS 6: 51.4 … 101.8 s, then to 202.4 s)', () => {
    const lasts = replications(20, (replication) => {
      const { story, full } = zone('1.20.2', replication)
      expect(sorted(story.unknown).map((time) => Math.round(full - time))).toEqual([5, 5, 5, 5, 5, 5, 0, 0, 0, 0])
      const tokens = names('a', 10).map((name) => Math.round(((story.noExecute.get(name) as number) - full) / 10.05))
      // Six entries of the tick that made the zone fully disrupted, then ten of the next, of which six are duplicates; each tick in an order of its own.
      expect(tokens.slice(0, 6).toSorted((a, b) => a - b)).toEqual([1, 2, 3, 4, 5, 6])
      for (const token of tokens.slice(6)) expect([7, 8, 9, 10, 11, 12, 13, 14, 15, 16]).toContain(token)
      return Math.max(...tokens)
    })
    expect(Math.max(...lasts)).toBe(16)
    expect(Math.min(...lasts)).toBeLessThan(16)
  })

  test('without the bug they need ten', () => {
    const { story, full } = zone('1.20')
    expect(last(story.noExecute) - full).toBeGreaterThan(100)
    expect(last(story.noExecute) - full).toBeLessThan(101.5)
  })

  test('a Node that recovers while it waits twice blocks its zone until the controller manager restarts (FINDINGS 7a)', () => {
    const storyOf = (profile: ProfileName, replication: number, restart: boolean): Story => {
      const { run, story } = outage({ profile, zones: { a: 6, b: 3 }, phases, replication })
      crash(run, 0, ['a0', 'a1'])
      comeBack(run, 55, ['a1'])
      crash(run, 100, ['a2'])
      const kcm = processOf(run, 'kube-controller-manager')
      if (restart) {
        at(run, 200, (now) => stopProcess(now, kcm))
        at(run, 210, (now) => startProcess(now, kcm))
      }
      until(run, 1_000)
      return story
    }
    const waited = replications(8, (replication) => {
      const { noExecute } = storyOf('1.20.2', replication, false)
      const waits = !((noExecute.get('a1') as number) < (noExecute.get('a0') as number))
      expect(noExecute.has('a2'), `replication ${replication}`).toBe(!waits)
      expect(storyOf('1.20', replication, false).noExecute.get('a2')).toBeLessThan(151)
      expect(storyOf('1.20.2', replication, true).noExecute.get('a2')).toBeLessThan(270)
      return waits
    })
    expect(new Set(waited)).toEqual(new Set([true, false]))
  })
})

// node_lifecycle_controller.go:handleDisruption, markNodeAsReachable; controller_utils.go:RemoveTaintOffNode (1.20 … 1.36): the Nodes are those listed when the tick began
describe('an outage of every Node', () => {
  const hasNoExecute = (node: Node): boolean => node.taints.some(({ effect }) => effect === 'NoExecute')

  test('is master disruption: nothing is tainted any more, and a NoExecute taint stays only when it was put on during the tick that found the last Node silent', () => {
    const kept = replications(RUNS, (replication) => {
      const { run, story } = outage({ profile: '1.32', zones: { x: 12 }, pods: 2, latency: TEN_MS, replication })
      crash(run, 0, names('x', 12))
      until(run, 2_000)
      expect(story.unknown.size).toBe(12)
      expect(story.noExecute.size).toBeLessThanOrEqual(2)
      const lastTick = Math.min(...[...story.unknown.values()].filter((time) => time > last(story.unknown) - 4.9))
      const stays = names('x', 12).filter((name) => hasNoExecute(nodeOf(run, name)))
      for (const [name, time] of story.noExecute) expect(stays.includes(name), name).toBe(time > lastTick)
      expect(story.deleted.size).toBe(2 * stays.length)
      return stays.length
    })
    expect(Math.max(...kept)).toBeLessThanOrEqual(1)
  })

  const ages = (ages: readonly number[]): Record<string, number> => ({
    ...Object.fromEntries(ages.map((age, i) => [`kubelet.lease/x${i}`, age * 1e6])),
    'kubelet.status': 60_000_000,
    'node-lifecycle.monitor': 2_000_000,
  })

  test.each(['1.20', '1.32'] as const)(
    'in Kubernetes %s, found by two ticks, leaves one Node tainted, and its Pods are deleted after 300 s',
    (profile) => {
      const { run, story } = outage({ profile, zones: { x: 6 }, pods: 10, phases: ages([8, 8, 8, 3.5, 3.5, 3.5]), latency: TEN_MS })
      crash(run, 0, names('x', 6))
      until(run, 1_000)
      expect(story.noExecute.size).toBe(1)
      expect(story.noExecuteOff.size).toBe(0)
      expect(story.deleted.size).toBe(10)
      expect(first(story.deleted) - first(story.noExecute)).toBeCloseTo(300, 0)
    },
  )

  test('found by three ticks, takes the taint of the second off, and nothing is deleted', () => {
    const { run, story } = outage({
      profile: '1.32',
      zones: { x: 6 },
      pods: 3,
      phases: { ...ages([9.5, 9.5, 5, 5, 1, 1]), 'node-lifecycle.monitor': 4_000_000 },
      latency: TEN_MS,
    })
    crash(run, 0, names('x', 6))
    until(run, 1_000)
    expect(new Set(sorted(story.unknown).map((time) => Math.round(time / 5))).size).toBe(3)
    expect(story.noExecute.size).toBe(1)
    expect(story.noExecuteOff.size).toBe(1)
    expect(story.deleted.size).toBe(0)
  })

  test('ends with the first Node that is ready: the others wait while 55 % are down, and are tainted when fewer are', () => {
    const { run, story } = outage({ profile: '1.32', zones: { x: 12 }, pods: 1, latency: TEN_MS })
    crash(run, 0, names('x', 12))
    comeBack(run, 1_000, ['x0'])
    until(run, 1_500)
    expect(story.deleted.size).toBe(0)
    expect(story.noExecute.has('x11')).toBe(false)
    comeBack(run, 1_500, names('x', 6))
    until(run, 1_700)
    const late = names('x', 12).slice(6)
    expect(late.every((name) => (story.noExecute.get(name) ?? 0) > 1_500)).toBe(true)
    expect(last(story.noExecute)).toBeLessThan(1_580)
    until(run, 2_000)
    expect(story.deleted.size).toBe(6)
  })

  test('of a cluster with one Node deletes nothing', () => {
    const story = play('1.20', ['x0'], 1_000, { zones: { x: 1 }, pods: 3 })
    expect(story.unknown.size).toBe(1)
    expect(story.deleted.size).toBe(0)
  })

  test('with a live master in the same zone is a partial one: nothing is tainted any more; excluded, it is master disruption', () => {
    const labelled = (name: string, zones: Record<string, number>) => {
      const { run, story } = outage({ profile: '1.20', zones, pods: 1, latency: TEN_MS })
      crash(run, 0, names('x', 8))
      until(run, 1_000)
      return { story, off: story.noExecuteOff.size, on: story.noExecute.size, name }
    }
    expect(labelled('worker', { x: 9 }).off).toBe(0)
    const excluded = labelled('master', { x: 8, 'xmaster-ab': 1 })
    expect(excluded.off).toBe(excluded.on)
    expect(excluded.story.deleted.size).toBe(0)
  })
})

// kubernetes-semantics §3.11, §11.9
describe('a restart of the controller manager', () => {
  test('forgets timers: the Node is tainted anew and its Pods have their 300 s again', () => {
    const { run, story } = outage({ profile: '1.20', zones: { x: 3 }, pods: 2, latency: TEN_MS })
    crash(run, 0, ['x0'])
    const kcm = processOf(run, 'kube-controller-manager')
    at(run, 200, (now) => stopProcess(now, kcm))
    at(run, 217, (now) => startProcess(now, kcm))
    until(run, 700)
    expect(story.noExecuteOff.get('x0')).toBeCloseTo(217.02, 1)
    expect(first(story.deleted)).toBeGreaterThan(517)
    expect(first(story.deleted)).toBeLessThan(523)
  })

  test('gives a Node that died meanwhile a fresh grace from the first tick', () => {
    const { run, story } = outage({ profile: '1.34', zones: { x: 3 }, latency: TEN_MS })
    const kcm = processOf(run, 'kube-controller-manager')
    at(run, 100, (now) => stopProcess(now, kcm))
    crash(run, 150, ['x0'])
    at(run, 200, (now) => startProcess(now, kcm))
    until(run, 300)
    expect(story.unknown.get('x0')).toBeGreaterThan(250)
    expect(story.unknown.get('x0')).toBeLessThan(255.1)
    expect(story.unknown.size).toBe(1)
  })

  test('a write that meets a conflict is tried again with the newest version', () => {
    const { run, story } = outage({ profile: '1.34', zones: { x: 3 }, pods: 1, latency: { ...TEN_MS, watch: 2_000_000 } })
    crash(run, 0, ['x0'])
    for (let time = 39; time < 57; time += 1.5) {
      at(run, time, (now) => void now.world.store.update(now, nodeOf(now, 'x0'), { annotations: {} }))
    }
    until(run, 80)
    expect(story.unknown.get('x0')).toBeGreaterThan(40)
    expect(story.unknown.get('x0')).toBeLessThan(57)
    expect(story.notReady.size).toBe(1)
  })
})
