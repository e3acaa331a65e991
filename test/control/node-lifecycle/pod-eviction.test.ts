import { describe, expect, test } from 'vitest'
import type { Pod } from '../../../src/cluster/objects.ts'
import { notReadySince } from '../../../src/control/node-lifecycle/pod-eviction.ts'
import type { Instant } from '../../../src/kernel/time.ts'
import { at, comeBack, crash, nodeOf, type Outage, outage, podOf, until } from '../../support/outage.ts'

const flags = { 'kube-controller-manager': { 'enable-taint-manager': false, 'pod-eviction-timeout': 120e6 } }
const play = (options: Partial<Outage> = {}) => outage({ profile: '1.20', zones: { x: 5 }, pods: 2, flags, ...options })

// node_lifecycle_controller.go:processNoTaintBaseEviction (1.20 … 1.26)
describe('eviction without the taint manager', () => {
  test('a silent Node loses its Pods --pod-eviction-timeout after its last heartbeat was seen, and gets no NoExecute taint', () => {
    const { run, story } = play()
    crash(run, 0, ['x0'])
    until(run, 300)
    const deleted = [...story.deleted.values()]
    expect(deleted).toHaveLength(2)
    // The tick that saw the last heartbeat was 40 s before Unknown; the next tick after 120 s evicts.
    expect(Math.min(...deleted) - (story.unknown.get('x0') as number)).toBeGreaterThan(80)
    expect(Math.max(...deleted) - (story.unknown.get('x0') as number)).toBeLessThan(85.2)
    expect(story.noExecute.size).toBe(0)
    expect(podOf(run, 0)?.reason).toBe('NodeLost')
  })

  test('Nodes lose their Pods one every ten seconds', () => {
    const { run, story } = play()
    crash(run, 0, ['x0', 'x1'])
    until(run, 300)
    const [one, other] = ['x0', 'x1'].map((name) => story.deleted.get(`pod/default/${name}-0`) as number) as [number, number]
    expect(Math.abs(one - other)).toBeGreaterThan(9.9)
  })

  test('a Node that says it is not ready loses them that long after its transition', () => {
    const { run, story } = play({ phases: { 'node-lifecycle.monitor': 2_000_000 } })
    at(run, 20, (now) => void now.world.store.update(now, nodeOf(now, 'x0'), { ready: 'False' }))
    until(run, 200)
    expect(story.deleted.get('pod/default/x0-0')).toBeGreaterThan(143)
    expect(story.deleted.get('pod/default/x0-0')).toBeLessThan(148.3)
  })

  test('a Node that returns in time keeps them', () => {
    const { run, story } = play()
    crash(run, 0, ['x0'])
    comeBack(run, 100, ['x0'])
    until(run, 600)
    expect(story.deleted.size).toBe(0)
  })

  test('Pods that reach an evicted Node are deleted with the next tick', () => {
    const { run, story } = play()
    crash(run, 0, ['x0'])
    at(run, 300, (now) => {
      const pod = podOf(now, 2)
      if (pod !== undefined) now.world.store.update(now, pod, { node: nodeOf(now, 'x0').id })
    })
    until(run, 400)
    expect(story.deleted.get('pod/default/x1-0')).toBeLessThan(305.2)
  })

  test('the Pod of a DaemonSet stays', () => {
    const { run, story } = play()
    const pod = podOf(run, 0) as Pod
    run.world.store.update(run, pod, { owner: { kind: 'DaemonSet', id: 0 } })
    crash(run, 0, ['x0'])
    until(run, 300)
    expect([...story.deleted.keys()]).toEqual(['pod/default/x0-1'])
  })

  test('a Pod that changes under way is deleted with the Node’s next turn', () => {
    const { run, story } = play({ phases: { 'node-lifecycle.monitor': 2_000_000 } })
    crash(run, 0, ['x0'])
    until(run, 100)
    const write = (now: typeof run): void => {
      const pod = podOf(now, 0)
      if (pod !== undefined && pod.deletionTimestamp === null && now.now < 134e6)
        now.world.store.update(now, pod, { annotations: { at: `${now.now}` } })
    }
    for (let time = 115; time < 134; time += 0.002) at(run, time, write)
    until(run, 300)
    const [one, other] = ['x0-0', 'x0-1'].map((name) => story.deleted.get(`pod/default/${name}`) as number) as [number, number]
    expect(one - other).toBeGreaterThan(9.9)
  })

  test.each([
    ['False', 7],
    ['Unknown', 3],
  ] as const)('Ready %s counts from %i', (observed, since) => {
    expect(notReadySince(observed, { transition: 7 as Instant, probe: 3 as Instant })).toBe(since)
  })
})
