import { describe, expect, test } from 'vitest'
import type { Pod, PodId, Taint } from '../../src/cluster/objects.ts'
import { UNBOUND } from '../../src/cluster/objects.ts'
import type { World } from '../../src/cluster/world.ts'
import { surplusOf } from '../../src/control/pod-gc/rules.ts'
import { podGC } from '../../src/control/pod-gc.ts'
import type { Simulation } from '../../src/kernel/simulation.ts'
import type { Instant } from '../../src/kernel/time.ts'
import { at, nodeOf, type Outage, outage, podOf, until } from '../support/outage.ts'

const play = (options: Partial<Outage> = {}) => outage({ profile: '1.34', zones: { x: 2 }, pods: 2, components: [podGC], ...options })
const phases = { 'pod-gc': 5_000_000 }
const removeNode = (run: Simulation<World>, time: number): void =>
  at(run, time, (now) => void now.world.store.remove(now, nodeOf(now, 'x0')))

// kubernetes-semantics §3.8; observations FINDINGS 9
describe('Pods of a Node that is gone', () => {
  test('are deleted after 40 s of quarantine from the first pass that misses the Node', () => {
    const { run, story } = play({ phases })
    removeNode(run, 10)
    until(run, 200)
    // Passes at 15, 35.001 and 55.002 s: the quarantine is over at 55.001 s. GET, then PATCH and DELETE for each Pod.
    expect(story.gone.get('pod/default/x0-0')).toBeCloseTo(55.002 + 0.003, 6)
    expect(story.gone.get('pod/default/x0-1')).toBeCloseTo(55.002 + 0.005, 6)
    expect(story.gone.size).toBe(2)
  })

  test('are not marked Failed before 1.26', () => {
    const { run, story } = play({ phases, profile: '1.20' })
    removeNode(run, 10)
    until(run, 200)
    expect(story.gone.get('pod/default/x0-0')).toBeCloseTo(55.002 + 0.002, 6)
    expect(story.lines.some((line) => line.includes('Failed'))).toBe(false)
  })

  test('vanish 40 to 60 s after the Node, sometimes 60 to 80 s when the pass comes before the timer', () => {
    const found = Array.from({ length: 200 }, (_, i) => {
      const lognormalLike = { mean: 400, sample: (uniform: () => number) => 100 + 2_000 * uniform() ** 4 }
      const { run, story } = play({ replication: i, latency: { 'controller-sync': lognormalLike } })
      removeNode(run, 10)
      until(run, 200)
      return (story.gone.get('pod/default/x0-0') as number) - 10
    })
    expect(Math.min(...found)).toBeGreaterThan(40)
    expect(Math.max(...found)).toBeLessThan(80.1)
    const late = found.filter((time) => time > 60.05).length / found.length
    expect(late).toBeGreaterThan(0.02)
    expect(late).toBeLessThan(0.5)
  })

  test('stay when the Node comes back within the quarantine', () => {
    const { run, story } = play({ phases })
    at(run, 10, (now) => {
      const node = nodeOf(now, 'x0')
      now.world.store.remove(now, node)
      at(now, 40, (later) => void later.world.store.create(later, 'Node', node))
    })
    until(run, 200)
    expect(story.gone.size).toBe(0)
  })
})

describe('other Pods nobody else deletes', () => {
  const terminate = (run: Simulation<World>, time: number, id: number, fields: Partial<Pod> = {}): void =>
    at(run, time, (now) => {
      const pod = podOf(now, id)
      if (pod !== undefined) now.world.store.update(now, pod, { deletionTimestamp: now.now, ...fields })
    })

  test('one that is being deleted and was never bound goes with the next pass', () => {
    const { run, story } = play({ phases })
    terminate(run, 20, 0, { node: UNBOUND })
    until(run, 100)
    expect(story.gone.get('pod/default/x0-0')).toBeCloseTo(35.001 + 0.002, 6)
    expect(story.gone.size).toBe(1)
  })

  const OUT: Taint = { key: 'node.kubernetes.io/out-of-service', value: 'nodeshutdown', effect: 'NoExecute', timeAdded: 0 as Instant }
  test.each([
    ['1.34', 'Unknown', 1],
    ['1.34', 'True', 0],
    ['1.20', 'Unknown', 0],
  ] as const)('Kubernetes %s, Ready %s: %i terminating Pods of an out-of-service Node go with each pass', (profile, ready, gone) => {
    const { run, story } = play({ phases, profile })
    terminate(run, 20, 0)
    at(run, 40, (now) => void now.world.store.update(now, nodeOf(now, 'x0'), { ready, taints: [OUT] }))
    until(run, 100)
    expect(story.gone.size).toBe(gone)
    if (gone === 1) expect(story.gone.get('pod/default/x0-0')).toBeCloseTo(55.002 + 0.002, 6)
  })

  test('ended Pods above the threshold go, the oldest first', () => {
    const { run, story } = play({ phases, pods: 3, flags: { 'kube-controller-manager': { 'terminated-pod-gc-threshold': 2 } } })
    for (const id of [5, 1, 3]) {
      at(run, 20, (now) => {
        const pod = podOf(now, id)
        if (pod !== undefined) now.world.store.update(now, pod, { phase: 'Succeeded' })
      })
    }
    until(run, 100)
    expect([...story.gone.keys()]).toEqual(['pod/default/x0-1'])
  })

  const ended = (id: number, created: number, reason = ''): Pod =>
    ({ id: id as PodId, name: `p${id}`, created: created as Instant, reason, phase: 'Failed' }) as unknown as Pod
  const rules = { threshold: 1, evictedFirst: true, outOfService: true }
  test('the surplus is what exceeds the threshold: evicted Pods first, then by age, then by name', () => {
    const pods = [ended(1, 5), ended(2, 3), ended(3, 9, 'Evicted'), ended(4, 3)]
    expect(surplusOf(pods, rules).map(({ id }) => id)).toEqual([3, 2, 4])
    expect(surplusOf(pods, { ...rules, evictedFirst: false }).map(({ id }) => id)).toEqual([2, 4, 1])
    expect(surplusOf(pods, { ...rules, threshold: 0 })).toEqual([])
    expect(surplusOf(pods, { ...rules, threshold: 4 })).toEqual([])
  })

  test('a cluster without garbage has no passes', () => {
    const { run } = play()
    until(run, 3_600)
    expect(run.handled).toBe(0)
  })
})
