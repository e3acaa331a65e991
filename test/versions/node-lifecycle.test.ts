import { expect, test } from 'vitest'
import { hasTaintManager } from '../../src/control/node-lifecycle/flags.ts'
import type { Profile } from '../../src/scenario/profile.ts'
import { at, crash, nodeOf, type Outage, outage, until } from '../support/outage.ts'
import { bothSides, release } from './support.ts'

const play = (profile: Profile, options: Partial<Outage> & Pick<Outage, 'zones'>) => outage({ ...options, fields: { profile } })

/** PR #114296. */
test('Silent Nodes are handled one after the other, their Pods included, up to 1.26, and eight at a time from 1.27', () => {
  const phases = { 'kubelet.lease': 1_000_000, 'kubelet.status': 60_000_000, 'node-lifecycle.monitor': 500_000 }
  const dead = ['x0', 'x1', 'x2', 'x3']
  const { before, after } = bothSides(27, (profile) => {
    const { run, story } = play(profile, { zones: { x: 12 }, pods: 20, phases })
    crash(run, 0, dead)
    until(run, 120)
    const unknown = dead.map((name) => story.unknown.get(name) as number)
    return Math.max(...unknown) - Math.min(...unknown)
  })
  // 3 Nodes of 20 Pods, a call and a notice each, at 20 a second after a burst of 30.
  expect(before).toBeGreaterThan(3)
  expect(after).toBeLessThan(0.5)
})

/** cmd/kube-controller-manager/app/options/nodelifecyclecontroller.go: the flags went with 1.27 (PR #115840). */
test('The taint manager can be switched off up to 1.26 only', () => {
  expect(bothSides(27, (profile) => hasTaintManager(profile, { 'enable-taint-manager': false }))).toEqual({ before: false, after: true })
  const flags = { 'kube-controller-manager': { 'enable-taint-manager': false } }
  const tainted = bothSides(27, (profile) => {
    const { run, story } = play(profile, { zones: { x: 3 }, pods: 1, flags })
    crash(run, 0, ['x0'])
    until(run, 100)
    return story.noExecute.size
  })
  expect(tainted).toEqual({ before: 0, after: 1 })
})

/** KEP-3902, gate SeparateTaintEvictionController on from 1.29: up to 1.28 its calls come out of the bucket of the node controller. */
test('Evictions by taint wait while Pods of another Node are marked not ready up to 1.28, and have a client of their own from 1.29', () => {
  const phases = { 'kubelet.lease': 1_000_000, 'kubelet.status': 60_000_000, 'node-lifecycle.monitor': 500_000 }
  const { before, after } = bothSides(29, (profile) => {
    const { run, story } = play(profile, { zones: { x: 3 }, pods: 30, phases })
    crash(run, 0, ['x0'])
    until(run, 45)
    const unknown = story.unknown.get('x0') as number
    const again = play(profile, { zones: { x: 3 }, pods: 30, phases })
    crash(again.run, 0, ['x0'])
    at(again.run, unknown + 0.01, (now) => {
      const taints = [{ key: 'example.com/broken', value: '', effect: 'NoExecute', timeAdded: now.now } as const]
      now.world.store.update(now, nodeOf(now, 'x1'), { taints })
    })
    until(again.run, unknown + 60)
    expect(again.story.deleted.size).toBe(30)
    return Math.max(...again.story.deleted.values()) - unknown
  })
  // 30 times GET, PATCH and DELETE: 60 more than the burst at 20 a second; before, the calls and notices for the other Node go in between.
  expect(after).toBeCloseTo(3.1, 0)
  expect(before - after).toBeGreaterThan(1.3)
})

/** node-monitor-grace-period, PR #126287; the tick of processTaintBaseEviction, PR #120816. */
test('From the crash of a Node to its NoExecute taint: 40 s and a tick more up to 1.31, 50 s and a tick in 1.32 and 1.33, 50 s from 1.34', () => {
  const phases = { 'kubelet.lease': 1_000_000, 'kubelet.status': 60_000_000, 'node-lifecycle.monitor': 500_000 }
  const story = (minor: number) => {
    const { run, story } = play(release(minor), { zones: { x: 3 }, phases })
    crash(run, 0, ['x0'])
    until(run, 100)
    return [story.unknown.get('x0') as number, story.noExecute.get('x0') as number].map(Math.floor)
  }
  expect(story(31)).toEqual([39, 44])
  expect(story(32)).toEqual([49, 54])
  expect(story(33)).toEqual([49, 54])
  expect(story(34)).toEqual([49, 49])
})
