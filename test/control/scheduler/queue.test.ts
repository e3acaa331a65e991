import { describe, expect, test } from 'vitest'
import { draftOf } from '../../../src/cluster/drafts.ts'
import { backoffDuration, failuresOf, newEntry, precedes } from '../../../src/control/scheduler/queue-entry.ts'
import type { ProfileName } from '../../../src/scenario/profile.ts'
import type { PodSpec } from '../../../src/scenario/specs.ts'
import { service } from '../../support/converged.ts'
import { asks, Cluster, machine } from './harness.ts'

const latency = { 'scheduling-cycle': 2_000 }

/** pkg/scheduler/internal/queue/scheduling_queue.go:calculateBackoffDuration (1.20), backend/queue/backoff_queue.go (1.33 … 1.36). */
describe('back-off', () => {
  test.each([
    [1, 1],
    [2, 2],
    [3, 4],
    [4, 8],
    [5, 10],
    [100, 10],
  ])('after %i failures is %i s', (failures, expected) => {
    expect(backoffDuration(failures, { initial: 1, max: 10 }, 32)).toBe(expected)
  })

  test('a Pod that was never tried has none from 1.33 on', () => {
    expect(backoffDuration(0, { initial: 1, max: 10 }, 32)).toBe(1)
    expect(backoffDuration(0, { initial: 1, max: 10 }, 33)).toBe(0)
  })

  test('counts attempts up to 1.32, rejections or errors in a row from 1.33 on', () => {
    const entry = { ...newEntry({} as never, 0), attempts: 7, rejections: 3, errors: 0 }
    expect(failuresOf(entry, 32)).toBe(7)
    expect(failuresOf(entry, 33)).toBe(3)
    expect(failuresOf({ ...entry, errors: 2 }, 33)).toBe(2)
  })

  test('a Pod that fails again and again waits 1, 2, 4, 8, 10, 10 s, each to the next firing of the loop of one second', () => {
    const cluster = new Cluster({ latency, profile: '1.20', machines: [machine('n1', 1)] }).start()
    cluster.create('big', asks(2_000))
    for (let time = 500; time < 40_000; time += 100) {
      cluster.until(time)
      cluster.updateNode('n1', { labels: { time: String(time) } })
    }
    expect(cluster.times('FailedScheduling big')).toEqual([3, 2_002, 5_002, 10_002, 19_002, 30_002])
  })

  test('an idle scheduler takes a woken Pod out of its back-off from 1.33 on', () => {
    const second = (profile: ProfileName) => {
      const cluster = new Cluster({ latency, profile, machines: [machine('n1', 1)] }).start()
      cluster.create('big', asks(2_000))
      cluster.until(100)
      cluster.updateNode('n1', { allocatable: { cpu: 4_000, memory: 2 ** 36, pods: 110 } })
      return cluster.until(10_000).times('Scheduled big')
    }
    expect(second('1.32')).toEqual([2_003])
    expect(second('1.33')).toEqual([104])
  })
})

describe('the active queue', () => {
  const ticket = (priority: number, timestamp: number, id: number) => ({ priority, timestamp, id }) as never

  test.each([
    ['higher priority first', ticket(5, 9, 9), ticket(1, 1, 1)],
    ['then earlier', ticket(1, 1, 9), ticket(1, 2, 1)],
    ['then the smaller id', ticket(1, 1, 1), ticket(1, 1, 2)],
  ])('%s', (_, first, second) => {
    expect([precedes(first, second), precedes(second, first)]).toEqual([true, false])
  })
})

describe('an unschedulable Pod', () => {
  /** When a Pod that asks for 2 CPUs of a one-CPU node is tried again after `event` at 20 s. */
  const triedAgain = (profile: ProfileName, event: (cluster: Cluster) => void): number[] => {
    const machines = [machine('n1', 1), machine('n2', 1)]
    const cluster = new Cluster({ latency, profile, machines }).start()
    cluster.create('small', asks(100))
    cluster.create('big', asks(2_000))
    cluster.until(20_000)
    event(cluster)
    return cluster
      .until(25_000)
      .times('FailedScheduling big')
      .filter((time) => time > 20_000)
  }

  test('is tried again when a Pod is deleted', () => {
    for (const profile of ['1.20', '1.27', '1.32', '1.36'] as const) {
      expect(triedAgain(profile, (cluster) => cluster.remove('small'))).toEqual([20_003])
    }
  })

  test('is bound as soon as a Node comes that has room', () => {
    for (const profile of ['1.20', '1.27', '1.32', '1.36'] as const) {
      const machines = [machine('n1', 1), machine('n2', 8)]
      const cluster = new Cluster({ latency, profile, machines })
      const spare = cluster.node('n2')
      cluster.run.world.store.remove(cluster.run, spare)
      cluster.start().create('big', asks(2_000))
      cluster.until(20_000).run.world.store.create(cluster.run, 'Node', spare)
      cluster.until(25_000)
      expect(cluster.times('Scheduled big')).toEqual([20_004])
    }
  })

  test('is tried again for a new label of a Node up to 1.21 only, unless the Node would take it', () => {
    const relabel = (cluster: Cluster) => cluster.updateNode('n1', { labels: { rack: 'r1' } })
    expect(triedAgain('1.20', relabel)).toEqual([20_003])
    expect(triedAgain('1.27', relabel)).toEqual([])
    expect(triedAgain('1.32', relabel)).toEqual([])
  })

  test('is woken by the flapping of any Node condition up to 1.21, and not since', () => {
    const flap = (cluster: Cluster) => cluster.updateNode('n1', { ready: 'Unknown' })
    expect(triedAgain('1.20', flap)).toEqual([20_003])
    expect(triedAgain('1.36', flap)).toEqual([])
  })

  /** eventhandlers.go: ServiceAdd, ServiceUpdate, ServiceDelete move every Pod up to 1.21; no filter registers for them since. */
  test('is woken by any change of a Service up to 1.21, and not since', () => {
    const serve = ({ run }: Cluster): void => {
      run.world.store.create(run, 'Service', draftOf(service('web')) as never)
    }
    expect(triedAgain('1.20', serve)).toEqual([20_003])
    expect(triedAgain('1.27', serve)).toEqual([])
  })

  /** AssignedPodAdded: getUnschedulablePodsWithMatchingAffinityTerm. */
  test('is woken by a Pod that is bound only if it wants to be near it', () => {
    const near = (app: string): PodSpec['affinity'] => ({
      nodeAffinity: { preferred: [] },
      podAffinity: {
        required: [
          { labelSelector: { matchLabels: { app }, matchExpressions: [] }, namespaces: [], topologyKey: 'kubernetes.io/hostname' },
        ],
        preferred: [],
      },
      podAntiAffinity: { required: [], preferred: [] },
    })
    for (const profile of ['1.20', '1.27', '1.36'] as const) {
      const cluster = new Cluster({ latency, profile, machines: [machine('n1', 1)] }).start()
      for (const app of ['db', 'cache']) cluster.create(`to-${app}`, asks(100, { affinity: near(app) as NonNullable<PodSpec['affinity']> }))
      cluster.until(20_000).create('db', asks(100), { app: 'db' })
      cluster.until(25_000)
      expect(cluster.times('Scheduled to-db')).toEqual([20_008])
      expect(cluster.times('FailedScheduling to-cache')).toHaveLength(1)
    }
  })

  test('is asked about by the filter that rejected it from 1.32 on: more room than it had, yet not enough, wakes nobody', () => {
    const grow = (cluster: Cluster) => cluster.updateNode('n1', { allocatable: { cpu: 1_500, memory: 2 ** 36, pods: 110 } })
    expect(triedAgain('1.20', grow)).toEqual([20_003])
    expect(triedAgain('1.32', grow)).toEqual([])
  })

  test('is tried again without cause after 60 s up to 1.23, after 5 min from 1.24 on, at the next firing of the loop of 30 s', () => {
    const again = (profile: ProfileName) => {
      const cluster = new Cluster({ latency, profile, machines: [machine('n1', 1)] }).start()
      cluster.create('big', asks(2_000))
      return cluster.until(400_000).times('FailedScheduling big')
    }
    expect(again('1.20').slice(0, 3)).toEqual([3, 90_002, 180_002])
    expect(again('1.27')).toEqual([3, 330_002])
  })

  /** What a Pod does when something moves while it is being tried: it is in back-off when the scheduler's status write comes back. */
  const moved = (profile: ProfileName): number[] => {
    const cluster = new Cluster({ latency: { 'scheduling-cycle': 50_000 }, profile, machines: [machine('n1', 1)] }).start()
    cluster.create('big', asks(2_000))
    cluster.until(20)
    cluster.updateNode('n1', { allocatable: { cpu: 1_500, memory: 2 ** 36, pods: 110 } })
    return cluster.until(10_000).times('FailedScheduling big')
  }

  test('goes to back-off instead when something moved while it was being tried', () => {
    expect(moved('1.27')).toEqual([51, 2_050])
  })

  /** PriorityQueue.Update: back-off is respected from 1.21 on (PR #98829). */
  test('in back-off is active again with its next update in 1.20, and that is the scheduler’s own status write', () => {
    expect(moved('1.20')).toEqual([51, 103])
  })

  test.each<[ProfileName, number[]]>([
    ['1.20', [3, 13]],
    ['1.27', [3, 2_002]],
  ])('whose labels change is tried again: in 1.20 at once, since then after its back-off: %s', (profile, expected) => {
    const cluster = new Cluster({ latency, profile, machines: [machine('n1', 1)] }).start()
    cluster.create('big', asks(2_000))
    cluster.until(10).update('big', { labels: { tier: 'back' } })
    expect(cluster.until(10_000).times('FailedScheduling big')).toEqual(expected)
  })

  test('from 1.32 on only if what happened meanwhile concerns the filter that rejects it', () => {
    const attempts = (event: (cluster: Cluster) => void) => {
      const cluster = new Cluster({ latency: { 'scheduling-cycle': 50_000 }, profile: '1.32', machines: [machine('n1', 1)] })
      cluster.create('old', asks(100), {}, { node: cluster.node('n1').id })
      cluster.start().create('big', asks(2_000))
      cluster.until(20)
      event(cluster)
      return cluster.until(10_000).times('FailedScheduling big').length
    }
    expect(attempts((cluster) => cluster.updateNode('n1', { labels: { rack: 'r1' } }))).toBe(1)
    expect(attempts((cluster) => cluster.remove('old'))).toBe(2)
  })
})

describe('the flush loops', () => {
  test('change nothing that the elided run does not show', () => {
    const logs = (['elided', 'unelided'] as const).map((elision) => {
      const cluster = new Cluster({ latency, profile: '1.33', machines: [machine('n1', 1)], elision, phases: {} }).start()
      cluster.create('big', asks(2_000))
      for (let i = 0; i < 5; i++) cluster.create(`p${i}`, asks(300))
      cluster.until(700_000)
      return cluster.log
    })
    expect(logs[1]).toEqual(logs[0])
  })
})
