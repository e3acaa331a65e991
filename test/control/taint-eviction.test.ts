import { describe, expect, test } from 'vitest'
import type { Node, PodId, Taint } from '../../src/cluster/objects.ts'
import { startProcess, stopProcess } from '../../src/cluster/processes.ts'
import type { World } from '../../src/cluster/world.ts'
import { tolerates, tolerationTime } from '../../src/control/taint-eviction/toleration.ts'
import type { Simulation } from '../../src/kernel/simulation.ts'
import type { Instant } from '../../src/kernel/time.ts'
import type { Toleration } from '../../src/scenario/specs.ts'
import { at, nodeOf, type Outage, outage, podOf, until } from '../support/outage.ts'
import { processOf } from '../support/world.ts'

const taint = (key: string, timeAdded = 0): Taint => ({ key, value: '', effect: 'NoExecute', timeAdded: timeAdded as Instant })
const toleration = (key: string, tolerationSeconds?: number, fields: Partial<Toleration> = {}): Toleration => ({
  key,
  operator: 'Exists',
  value: '',
  effect: 'NoExecute',
  ...(tolerationSeconds === undefined ? {} : { tolerationSeconds }),
  ...fields,
})

// staging/src/k8s.io/api/core/v1/toleration.go
describe('tolerations', () => {
  test.each([
    [toleration('k'), true],
    [toleration(''), true],
    [toleration('other'), false],
    [toleration('k', undefined, { effect: '' }), true],
    [toleration('k', undefined, { effect: 'NoSchedule' }), false],
    [toleration('k', undefined, { operator: 'Equal' }), true],
    [toleration('k', undefined, { operator: 'Equal', value: 'v' }), false],
  ] as const)('%j tolerates the taint k: %s', (given, tolerated) => {
    expect(tolerates(given, taint('k'))).toBe(tolerated)
  })

  test.each([
    ['none', [], [taint('k')], { tolerated: false, time: 0 }],
    ['for ever', [toleration('k')], [taint('k')], { tolerated: true, time: Number.POSITIVE_INFINITY }],
    ['for 30 s', [toleration('k', 30)], [taint('k')], { tolerated: true, time: 30e6 }],
    ['by the first match alone', [toleration('k', 30), toleration('k', 5)], [taint('k')], { tolerated: true, time: 30e6 }],
    ['for the least of two taints', [toleration('k', 30), toleration('l', 5)], [taint('k'), taint('l')], { tolerated: true, time: 5e6 }],
    ['one of two', [toleration('k', 30)], [taint('k'), taint('l')], { tolerated: false, time: 0 }],
    ['for no time', [toleration('k', -1)], [taint('k')], { tolerated: true, time: 0 }],
  ] as const)('tolerated %s', (_, tolerations, taints, expected) => {
    expect(tolerationTime(taints, tolerations)).toEqual(expected)
  })
})

const TAINT = 'example.com/broken'

function setTaints(run: Simulation<World>, time: number, taints: readonly Taint[]): void {
  at(run, time, (now) => {
    const node: Node = nodeOf(now, 'x0')
    now.world.store.update(now, node, { taints })
  })
}

function play(options: Partial<Outage> = {}, tolerations: readonly Toleration[] = [toleration(TAINT, 60)]) {
  return outage({ profile: '1.34', zones: { x: 2 }, pods: 1, podSpec: { tolerations }, ...options })
}

// kubernetes-semantics §3.7
describe('eviction by taint', () => {
  test('a Pod that does not tolerate the taint is deleted at once; from 1.26 by GET, PATCH and DELETE', () => {
    const deleted = (profile: '1.20' | '1.34') => {
      const { run, story } = play({ profile }, [])
      setTaints(run, 10, [taint(TAINT)])
      until(run, 20)
      return story.deleted.get('pod/default/x0-0')
    }
    // A watch, a sync and each call take 1 ms.
    expect(deleted('1.20')).toBeCloseTo(10.003, 6)
    expect(deleted('1.34')).toBeCloseTo(10.005, 6)
  })

  test('tolerationSeconds count from when the taint is handled, and later taints do not move the timer', () => {
    const { run, story } = play({}, [toleration(TAINT, 60), toleration('other', 10)])
    setTaints(run, 10, [taint(TAINT)])
    setTaints(run, 30, [taint(TAINT, 1)])
    setTaints(run, 40, [taint('other')])
    until(run, 100)
    expect(story.deleted.get('pod/default/x0-0')).toBeCloseTo(70.005, 6)
  })

  test('a taint that goes before the time is over cancels the eviction', () => {
    const { run, story } = play()
    setTaints(run, 10, [taint(TAINT)])
    setTaints(run, 30, [])
    until(run, 200)
    expect(story.deleted.size).toBe(0)
    expect(story.lines.filter((line) => line.includes('TaintManagerEviction'))).toHaveLength(1)
  })

  test('a Pod bound to a tainted Node is evicted like those before it', () => {
    const { run, story } = play()
    setTaints(run, 10, [taint(TAINT)])
    at(run, 30, (now) => {
      const pod = podOf(now, 1)
      if (pod !== undefined) now.world.store.update(now, pod, { node: nodeOf(now, 'x0').id })
    })
    until(run, 100)
    expect(story.deleted.get('pod/default/x1-0')).toBeCloseTo(90.005, 6)
  })

  test('timers are lost with the controller manager and start again', () => {
    const { run, story } = play()
    setTaints(run, 10, [taint(TAINT)])
    const kcm = processOf(run, 'kube-controller-manager')
    at(run, 50, (now) => stopProcess(now, kcm))
    at(run, 90, (now) => startProcess(now, kcm))
    until(run, 200)
    expect(story.deleted.get('pod/default/x0-0')).toBeCloseTo(150.004, 6)
  })

  test('a Pod that tolerates the taint for ever stays, and one that terminates is not deleted twice', () => {
    const { run, story } = play({}, [toleration(TAINT), toleration('other', 5)])
    setTaints(run, 10, [taint(TAINT)])
    setTaints(run, 100, [taint('other')])
    setTaints(run, 110, [taint('other', 1)])
    until(run, 200)
    expect(story.deleted.get('pod/default/x0-0')).toBeCloseTo(105.005, 6)
    expect(story.lines.filter((line) => line.includes('TaintManagerEviction'))).toHaveLength(1)
  })

  test('without the taint manager (up to 1.26) taints evict nobody', () => {
    const { run, story } = play({
      profile: '1.20',
      flags: { 'kube-controller-manager': { 'enable-taint-manager': false } },
    })
    setTaints(run, 10, [taint(TAINT)])
    until(run, 200)
    expect(story.deleted.size).toBe(0)
  })

  test('a Pod that was gone when its time was over is left alone', () => {
    const { run, story } = play()
    setTaints(run, 10, [taint(TAINT)])
    at(run, 69.9995, (now) => {
      const pod = now.world.store.pods.get(0 as PodId)
      if (pod !== undefined) now.world.store.remove(now, pod)
    })
    until(run, 100)
    expect(story.deleted.size).toBe(0)
  })
})
