import { describe, expect, test } from 'vitest'
import type { Deployment, Pod, ReplicaSet } from '../../src/cluster/objects.ts'
import type { World } from '../../src/cluster/world.ts'
import type { Simulation } from '../../src/kernel/simulation.ts'
import type { DeploymentManifest } from '../../src/scenario/specs.ts'
import { convergedRun, deletePod, edit, theDeployment } from '../support/converged.ts'
import { killKubelet, setReady } from '../support/fake-kubelet.ts'
import { deploymentLine, follow, podIds, runUntil, setLine } from '../support/timeline.ts'
import { deployment, podTemplate } from '../support/world.ts'

const next = (n = 1): Partial<Deployment> => ({ template: podTemplate({ app: 'web' }, { priority: n }) })

/** A converged Deployment `web`; its ReplicaSets are told as `old` and `new`. */
function rolling(replicas: number, fields: Partial<DeploymentManifest> = {}, startup?: number, watch = 1_000) {
  const times = { latency: { watch }, ...(startup === undefined ? {} : { startup }) }
  const run = convergedRun({ workloads: [deployment('web', replicas, fields)], ...times })
  const [old] = [...run.world.store.tables.ReplicaSet]
  const sets = follow<ReplicaSet>(
    run,
    'ReplicaSet',
    setLine((set) => (set.id === old?.id ? 'old' : 'new')),
  )
  const statuses = follow<Deployment>(run, 'Deployment', deploymentLine)
  return { run, sets, statuses }
}

/** The largest and smallest number of Pods, active and available, that the run ever had from now on. */
function extremes(run: Simulation<World>): { most: number; least: number } {
  const seen = { most: 0, least: Number.POSITIVE_INFINITY }
  run.world.observers.add({
    changed() {
      const pods = [...run.world.store.pods].filter((pod) => pod.deletionTimestamp === null)
      seen.most = Math.max(seen.most, pods.length)
      seen.least = Math.min(seen.least, pods.filter((pod) => pod.ready).length)
    },
  })
  return seen
}

test('A Deployment that has converged is left alone', () => {
  const { run } = rolling(4)
  const before = run.world.store.resourceVersion
  runUntil(run, 3600)
  expect(run.world.store.resourceVersion).toBe(before)
})

describe('A rolling update', () => {
  test('of 4 replicas goes by one up and one down (maxSurge 1, maxUnavailable 1), step by step', () => {
    const { run, sets, statuses } = rolling(4)
    runUntil(run, 1)
    edit(run, next())
    runUntil(run, 60)
    // Wanted/available. One call, watch delivery or computation is 1 ms; a Pod is Ready 502 ms after its creation.
    expect(sets).toEqual([
      '1.004 new 1/0',
      '1.006 old 3/4',
      '1.012 old 3/3',
      '1.013 new 2/0',
      '1.513 new 2/1',
      '1.516 old 2/3',
      '1.519 new 3/1',
      '1.522 old 2/2',
      '1.523 new 3/2',
      '1.526 old 1/2',
      '1.529 new 4/2',
      '1.532 old 1/1',
      '2.028 new 4/3',
      '2.031 old 0/1',
      '2.037 old 0/0',
      '2.038 new 4/4',
    ])
    expect(statuses.at(-1)).toBe('2.040 4 replicas, 4 updated, 4 available: NewReplicaSetAvailable')
  })

  test.each([
    { replicas: 4, most: 5, least: 3 },
    { replicas: 10, most: 13, least: 8 },
    { replicas: 1, most: 2, least: 1 },
  ])('of $replicas replicas never has more than $most Pods nor less than $least available', ({ replicas, most, least }) => {
    // Watches so quick that every ReplicaSet's status is up to date when the Deployment is synced.
    const { run } = rolling(replicas, {}, undefined, 300)
    runUntil(run, 1)
    const seen = extremes(run)
    edit(run, next())
    runUntil(run, 60)
    expect(seen).toEqual({ most, least })
    const done = { replicas, updatedReplicas: replicas, availableReplicas: replicas, progressing: 'NewReplicaSetAvailable' }
    expect(theDeployment(run).status).toMatchObject(done)
  })

  /**
   * The status of an old ReplicaSet that has just been scaled down still counts those that go as available; a sync that sees that takes no more away:
   * rolling.go:cleanupUnhealthyReplicas, “got invalid request to scale down” (1.20 … 1.36).
   */
  test('never has less available than it should, though the status of an old ReplicaSet lags behind', () => {
    const { run, sets } = rolling(10, {}, undefined, 1_100)
    runUntil(run, 1)
    const seen = extremes(run)
    edit(run, next())
    runUntil(run, 60)
    expect(seen).toEqual({ most: 13, least: 8 })
    expect(sets.at(-1)).toMatch(/old 0\/0$/)
  })

  test('of 10 replicas begins with 3 new and takes 2 old away in the same sync', () => {
    const { run, sets } = rolling(10)
    runUntil(run, 1)
    edit(run, next())
    runUntil(run, 1.4)
    expect(sets).toEqual(['1.004 new 3/0', '1.006 old 8/10', '1.012 old 8/8', '1.014 new 5/0'])
  })

  test('stops while Pods of a lost machine are not ready, and goes on when they are again', () => {
    const { run, sets } = rolling(6, { maxSurge: { count: 1 }, maxUnavailable: { count: 1 } }, 5_000_000)
    runUntil(run, 1)
    const lost = [...run.world.store.pods].filter((pod) => pod.node === 0)
    for (const pod of lost) setReady(run, pod, false)
    runUntil(run, 2)
    edit(run, next())
    runUntil(run, 60)
    // 2 of 6 are not ready: minAvailable is 5, so old ones are given up only as far as new ones replace them …
    expect(sets.filter((line) => line.includes('old')).slice(0, 2)).toEqual(['1.003 old 6/4', '2.006 old 5/4'])
    // … and the unhealthy ones first: in the end all are new.
    expect(sets.at(-1)).toMatch(/new 6\/6$/)
  })

  test('that cannot start new Pods stands still with minAvailable old ones, and is reported after the deadline', () => {
    const { run, sets, statuses } = rolling(4, { progressDeadlineSeconds: 100 }, 1_000_000_000)
    runUntil(run, 1)
    edit(run, next())
    runUntil(run, 600)
    expect(sets.at(-1)).toBe('1.013 new 2/0')
    // Last progress in the sync of 1.015, hence at 1; looked at again 1 s after the deadline, computed and written in 2 ms.
    expect(statuses.at(-1)).toBe('102.002 5 replicas, 2 updated, 3 available: ProgressDeadlineExceeded')
  })

  test('back to an old template scales its ReplicaSet up again, as a new revision', () => {
    const { run, sets } = rolling(4)
    const { template } = theDeployment(run)
    runUntil(run, 1)
    edit(run, next())
    runUntil(run, 10)
    edit(run, { template })
    runUntil(run, 20)
    expect(sets.filter((line) => line.includes('old')).at(-1)).toMatch(/old 4\/4$/)
    expect([...run.world.store.tables.ReplicaSet].map(({ revision }) => revision)).toEqual([3, 2])
  })

  test('keeps revisionHistoryLimit old ReplicaSets', () => {
    const { run } = rolling(2, { revisionHistoryLimit: 1 })
    for (let n = 1; n <= 4; n++) {
      runUntil(run, n * 10)
      edit(run, next(n))
    }
    runUntil(run, 100)
    expect([...run.world.store.tables.ReplicaSet].map(({ revision, replicas }) => [revision, replicas])).toEqual([
      [4, 0],
      [5, 2],
    ])
  })

  test('is scaled in proportion when the number changes in its midst', () => {
    const { run } = rolling(10, { maxSurge: { count: 3 }, maxUnavailable: { count: 2 } }, 1_000_000_000)
    runUntil(run, 1)
    edit(run, next())
    runUntil(run, 2)
    const sizes = (): number[] => [...run.world.store.tables.ReplicaSet].map(({ replicas }) => replicas)
    expect(sizes()).toEqual([8, 5])
    edit(run, { replicas: 20 })
    runUntil(run, 3)
    // 13 Pods become 23: 8 · 23/13 = 14, the other 9.
    expect(sizes()).toEqual([14, 9])
  })

  test('waits minReadySeconds before a new Pod counts', () => {
    const { run, statuses } = rolling(2, { minReadySeconds: 10 })
    runUntil(run, 1)
    edit(run, next())
    runUntil(run, 60)
    expect(Number(statuses.at(-1)?.split(' ')[0])).toBeGreaterThan(21)
    expect(statuses.at(-1)).toMatch(/NewReplicaSetAvailable$/)
  })
})

describe('A paused Deployment', () => {
  test('is scaled but not rolled out', () => {
    const { run, sets } = rolling(4)
    runUntil(run, 1)
    edit(run, { ...next(), paused: true })
    runUntil(run, 10)
    edit(run, { replicas: 6 })
    runUntil(run, 20)
    expect(sets.filter((line) => line.includes('new'))).toEqual([])
    expect(sets.at(-1)).toMatch(/old 6\/6$/)
    edit(run, { paused: false })
    runUntil(run, 30)
    expect(sets.at(-1)).toMatch(/new 6\/6$/)
  })
})

describe('Recreate', () => {
  test('creates nothing before the last old Pod has gone', () => {
    const { run, sets } = rolling(3, { strategy: 'Recreate' })
    runUntil(run, 1)
    edit(run, next())
    runUntil(run, 10)
    // The last old Pod goes at 2.008; watch, sync and the call that creates the new ReplicaSet take 3 ms.
    expect(sets).toEqual(['1.004 old 0/3', '1.010 old 0/0', '2.011 new 3/0', '2.520 new 3/3'])
  })

  test('is stuck while an old Pod is terminating on a dead machine', () => {
    const { run, sets } = rolling(3, { strategy: 'Recreate' })
    runUntil(run, 1)
    killKubelet(run, 0)
    edit(run, next())
    runUntil(run, 600)
    expect(sets.filter((line) => line.includes('new'))).toEqual([])
    const [stuck] = [...run.world.store.pods]
    run.world.store.remove(run, stuck as Pod)
    runUntil(run, 610)
    expect(sets.at(-1)).toMatch(/new 3\/3$/)
  })
})

test('Recreate waits for the progress deadline when an evicted Pod is left: only the end of the very last object wakes it (deletePod)', () => {
  const { run, sets } = rolling(3, { strategy: 'Recreate', progressDeadlineSeconds: 120 })
  runUntil(run, 1)
  run.world.store.update(run, [...run.world.store.pods][0] as Pod, { phase: 'Failed', reason: 'Evicted', ready: false })
  runUntil(run, 10)
  edit(run, next())
  runUntil(run, 100)
  expect(sets.filter((line) => line.includes('new'))).toEqual([])
  runUntil(run, 140)
  expect(sets.at(-1)).toMatch(/new 3\/3$/)
})

describe('A lost Pod', () => {
  test('is replaced within 0.1 s of its deletionTimestamp, whatever it does to the Deployment', () => {
    const { run, statuses } = rolling(4)
    runUntil(run, 1)
    const before = podIds(run)
    deletePod(run, [...run.world.store.pods][0] as Pod)
    runUntil(run, 1.101)
    expect(podIds(run).length).toBe(before.length + 1)
    runUntil(run, 10)
    expect(statuses).toEqual([
      '1.008 3 replicas, 3 updated, 3 available: NewReplicaSetAvailable',
      '1.010 4 replicas, 4 updated, 3 available: NewReplicaSetAvailable',
      '1.513 4 replicas, 4 updated, 4 available: NewReplicaSetAvailable',
    ])
  })
})
