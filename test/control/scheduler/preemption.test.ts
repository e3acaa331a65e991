import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Pod, PodDisruptionBudget } from '../../../src/cluster/objects.ts'
import { Search, schedulePod } from '../../../src/control/scheduler/decide.ts'
import { splitByViolation } from '../../../src/control/scheduler/disruption-budgets.ts'
import { Nominator } from '../../../src/control/scheduler/nominator.ts'
import { type Candidate, moreImportant, numCandidates, pickCandidate, preempt } from '../../../src/control/scheduler/preemption.ts'
import type { ProfileName } from '../../../src/scenario/profile.ts'
import { containerSpec } from '../../support/world.ts'
import { asks, Cluster, machine } from './harness.ts'
import { aNode, aPod, clusterOf } from './views.ts'

const latency = { 'scheduling-cycle': 2_000 }

const pod = (id: number, priority: number, startTime: number | null = 0): Pod =>
  ({ id, name: `p${id}`, namespace: 'default', labels: { app: 'web' }, spec: { priority }, startTime }) as unknown as Pod

/** pkg/scheduler/util/utils.go:MoreImportantPod (1.20 … 1.36). */
test('Pods are spared by priority, then by running time, then by age', () => {
  const pods = [pod(1, 5, 100), pod(2, 5, 50), pod(3, 9, 100), pod(4, 5, 100), pod(5, 5, null)]
  expect(pods.sort(moreImportant).map(({ id }) => id)).toEqual([3, 2, 1, 4, 5])
})

/** default_preemption.go:calculateNumCandidates (1.20 … 1.36). */
test.each([
  [10, 10],
  [150, 100],
  [5000, 500],
])('of %i nodes dry runs end with %i candidates', (nodes, expected) => expect(numCandidates(nodes)).toBe(expected))

/** framework/preemption/preemption.go:pickOneNodeForPreemption (1.20 … 1.36). */
describe('the node that gives way is the one with', () => {
  const candidate = (node: number, victims: readonly Pod[], violations = 0): Candidate => ({ node, victims, violations })
  test.each([
    ['the fewest budgets overdrawn', candidate(1, [pod(1, 1)], 1), candidate(2, [pod(2, 9)])],
    ['the lowest highest priority', candidate(1, [pod(1, 9)]), candidate(2, [pod(2, 8), pod(3, 8)])],
    ['the lowest sum of priorities', candidate(1, [pod(1, 8), pod(2, 7)]), candidate(2, [pod(3, 8), pod(4, 1)])],
    [
      'the fewest victims where priorities weigh nothing',
      candidate(1, [pod(1, -(2 ** 31)), pod(2, -(2 ** 31))]),
      candidate(2, [pod(3, -(2 ** 31))]),
    ],
    ['the latest start', candidate(1, [pod(1, 8, 10)]), candidate(2, [pod(2, 8, 20)])],
  ])('%s', (_, worse, better) => {
    expect(pickCandidate([worse, better]).node).toBe(2)
    expect(pickCandidate([better, worse]).node).toBe(2)
  })
  test('the first place among equals', () => {
    expect(pickCandidate([candidate(7, [pod(1, 8)]), candidate(3, [pod(2, 8)])]).node).toBe(7)
  })
})

/** defaultpreemption/default_preemption.go:filterPodsWithPDBViolation (1.20 … 1.36). */
describe('a PodDisruptionBudget', () => {
  const budget = (fields: object): PodDisruptionBudget =>
    ({
      namespace: 'default',
      selector: { matchLabels: { app: 'web' }, matchExpressions: [] },
      status: { disruptionsAllowed: 1, disruptedPods: {}, ...fields },
    }) as unknown as PodDisruptionBudget
  const split = (fields: object): number[][] => {
    const { violating, others } = splitByViolation([pod(1, 1), pod(2, 1), pod(3, 1)], [budget(fields)])
    return [violating.map(({ id }) => id), others.map(({ id }) => id)]
  }

  test('allows victims in order until it is used up', () => expect(split({})).toEqual([[2, 3], [1]]))
  test('is not charged for a Pod whose eviction was allowed before', () => {
    expect(split({ disruptedPods: { p1: 0 } })).toEqual([[3], [1, 2]])
  })
})

test('a dry run leaves the cache as it was', () => {
  const held = fc.record({ cpu: fc.integer({ min: 1, max: 3 }), priority: fc.nat(3), node: fc.nat(2) })
  const check = fc.property(
    fc.array(held, { maxLength: 12 }),
    fc.integer({ min: 1, max: 4 }),
    fc.double({ min: 0, max: 0.99, noNaN: true }),
    (pods, cpu, u) => {
      const uses = (amount: number) => ({ containers: [containerSpec({ requests: { cpu: amount } })] })
      const nodes = [0, 1, 2].map((id) => aNode(id, { allocatable: { cpu: 4, memory: 1, pods: 5 } }))
      const placed = pods.map((one, i) => [aPod(i, {}, { ...uses(one.cpu), priority: one.priority }), one.node] as const)
      const cluster = clusterOf(nodes, placed)
      const state = { cluster, nominator: new Nominator(), search: new Search(32), percentageOfNodesToScore: 0 }
      const seen = () => [
        cluster.version,
        [...cluster.nodes.podCount],
        cluster.nodes.requested.map((column) => [...column]),
        placed.map(([{ id }]) => cluster.nodeOf(id)),
      ]
      const view = cluster.view(aPod(99, {}, { ...uses(cpu), priority: 2 }))
      const { diagnosis } = schedulePod(state, view, () => 0)
      if (diagnosis === null) return
      const before = seen()
      const result = preempt(
        state,
        view,
        diagnosis,
        () => [],
        () => u,
      )
      expect(seen()).toEqual(before)
      if (!result.found) return
      expect(result.candidate.victims.every(({ spec }) => spec.priority < 2)).toBe(true)
      for (const { id } of result.candidate.victims) cluster.remove(id)
      expect(schedulePod(state, view, () => 0).node).toBe(result.candidate.node)
    },
  )
  fc.assert(check, { seed: 1, numRuns: process.env.RECONVERGE_FULL === '1' ? 2_000 : 200 })
})

describe('preemption', () => {
  /** One node of 2 CPUs, full of two Pods of low priority; a Pod of high priority that asks for one CPU comes at 10 ms. */
  const preempted = (profile: ProfileName, prepare: (cluster: Cluster) => void = () => {}): Cluster => {
    const cluster = new Cluster({ latency, profile, machines: [machine('n1', 2)] })
    const node = cluster.node('n1').id
    cluster.create('old', asks(1_000), { app: 'old' }, { node, phase: 'Running', startTime: 0 as never, ready: true })
    cluster.create('young', asks(1_000), { app: 'young' }, { node, phase: 'Running', startTime: 5 as never, ready: true })
    prepare(cluster)
    cluster
      .start()
      .until(10)
      .create('vip', asks(1_000, { priority: 1000 }))
    return cluster
  }

  test('deletes the least important Pod with its grace, nominates the node, and binds once the Pod is gone', () => {
    const cluster = preempted('1.27').until(100)
    expect(cluster.pod('young').deletionGracePeriodSeconds).toBe(30)
    expect(cluster.pod('old').deletionTimestamp).toBeNull()
    expect(cluster.pod('vip').nominatedNode).toBe(cluster.node('n1').id)
    cluster.until(20_000).remove('young')
    cluster.until(20_100)
    expect(cluster.times('Scheduled vip')).toEqual([20_004])
  })

  test('costs a call more per victim from 1.26 on, and blocks the loop until answered up to 1.32', () => {
    const latencies = { 'scheduling-cycle': 2_000, 'api-request': 100_000 }
    const told = (profile: ProfileName): { failed: number[]; gone: number } => {
      const cluster = new Cluster({ latency: latencies, profile, machines: [machine('n1', 1)] })
      cluster.create('low', asks(1_000), {}, { node: cluster.node('n1').id, phase: 'Running' })
      let gone = 0
      cluster.run.world.observers.add({
        changed: (run, { before, after }) => {
          if (before?.deletionTimestamp === null && after?.deletionTimestamp !== null) gone = run.now / 1000
        },
      })
      cluster.create('vip', asks(1_000, { priority: 1000 }))
      cluster.start().until(1000)
      return { failed: cluster.times('FailedScheduling vip'), gone }
    }
    expect(told('1.20')).toEqual({ failed: [102], gone: 102 })
    expect(told('1.27')).toEqual({ failed: [202], gone: 202 })
    expect(told('1.33')).toEqual({ failed: [2], gone: 202 })
  })

  /** PR #113127: from 1.26 on in parallel. */
  test.each<[ProfileName, number[], number[]]>([
    // The first victim's update puts the Pod into back-off, its own nomination takes it out again: 101 ms for that write, then a cycle.
    ['1.20', [102, 202], [202, 305]],
    ['1.27', [202, 202], [202]],
  ])('deletes victims one after the other in 1.20, all at once from 1.26 on: %s', (profile, gone, failed) => {
    const cluster = new Cluster({ latency: { 'scheduling-cycle': 2_000, 'api-request': 100_000 }, profile, machines: [machine('n1', 2)] })
    for (const name of ['a', 'b']) cluster.create(name, asks(1_000), {}, { node: cluster.node('n1').id, phase: 'Running' })
    const deleted: number[] = []
    cluster.run.world.observers.add({
      changed: (run, { before, after }) => {
        if (before?.deletionTimestamp === null && after?.deletionTimestamp !== null) deleted.push(run.now / 1000)
      },
    })
    cluster.create('vip', asks(2_000, { priority: 1000 }))
    cluster.start().until(1000)
    expect([deleted, cluster.times('FailedScheduling vip')]).toEqual([gone, failed])
  })

  /** PrepareCandidate returns the error of DELETE in 1.20; since then NotFound is no error. */
  test.each<[ProfileName, boolean]>([
    ['1.20', false],
    ['1.27', true],
  ])('of a victim that is gone meanwhile: 1.20 gives it up, later releases nominate all the same: %s', (profile, nominates) => {
    const cluster = new Cluster({ latency: { 'scheduling-cycle': 2_000, watch: 500_000 }, profile, machines: [machine('n1', 1)] })
    cluster.create('low', asks(1_000), {}, { node: cluster.node('n1').id, phase: 'Running' })
    cluster.create('vip', asks(1_000, { priority: 1000 }))
    cluster.start().until(1).remove('low')
    cluster.until(20)
    expect(cluster.pod('vip').nominatedNode >= 0).toBe(nominates)
  })

  test('does not preempt again while its victim terminates', () => {
    const cluster = preempted('1.20').until(100)
    cluster.updateNode('n1', { labels: { rack: 'r1' } })
    cluster.until(10_000)
    expect(cluster.times('FailedScheduling vip').length).toBeGreaterThan(1)
    expect(cluster.pod('old').deletionTimestamp).toBeNull()
  })

  test('leaves Pods alone when its policy is Never', () => {
    const cluster = new Cluster({ latency, machines: [machine('n1', 1)], profile: '1.32' })
    cluster.create('low', asks(1_000), {}, { node: cluster.node('n1').id, phase: 'Running' })
    cluster.create('meek', asks(1_000, { priority: 1000, preemptionPolicy: 'Never' }))
    cluster.start().until(1000)
    expect(cluster.pod('low').deletionTimestamp).toBeNull()
    expect(cluster.pod('meek').unschedulable).toBe(
      '0/1 nodes are available: 1 Insufficient cpu. preemption: not eligible due to preemptionPolicy=Never.',
    )
  })

  test('spares a Pod whose budget would be overdrawn when another will do', () => {
    const cluster = preempted('1.32', (prepared) => {
      prepared.run.world.store.create(prepared.run, 'PodDisruptionBudget', {
        kind: 'PodDisruptionBudget',
        namespace: 'default',
        name: 'young',
        key: 'poddisruptionbudget/default/young',
        labels: {},
        annotations: {},
        owner: null,
        selector: { matchLabels: { app: 'young' }, matchExpressions: [] },
        minAvailable: { count: 1 },
        maxUnavailable: null,
        unhealthyPodEvictionPolicy: 'IfHealthyBudget',
        status: { disruptionsAllowed: 0, currentHealthy: 1, desiredHealthy: 1, expectedPods: 1, disruptedPods: {}, observedGeneration: 1 },
      })
    }).until(1000)
    expect(cluster.pod('young').deletionTimestamp).toBeNull()
    expect(cluster.pod('old').deletionTimestamp).not.toBeNull()
  })

  test('keeps the room for the nominated Pod against Pods of lower priority', () => {
    const cluster = preempted('1.32').until(1000)
    cluster.create('sneak', asks(1_000, { priority: 1 }))
    cluster.remove('young')
    cluster.until(20_000)
    expect(cluster.where('vip')).toBe('n1')
    expect(cluster.where('sneak')).toBe('')
  })

  /** RunFilterPluginsWithNominatedPods: the status of the pass with the nominated Pods. */
  test('says of a node that is promised to another Pod that it has no room, and writes that once', () => {
    const cluster = preempted('1.20').until(1000)
    cluster.create('sneak', asks(1_000, { priority: 0 }))
    cluster.until(1_010).remove('young')
    cluster.until(1_012)
    const { resourceVersion } = cluster.pod('sneak')
    cluster.until(1_050)
    expect(cluster.pod('sneak').unschedulable).toBe('0/1 nodes are available: 1 Insufficient cpu.')
    expect(cluster.pod('sneak').resourceVersion).toBe(resourceVersion)
  })

  test('a Pod is not tried while its preemption is under way, from 1.33 on', () => {
    const cluster = new Cluster({
      latency: { 'scheduling-cycle': 2_000, 'api-request': 5_000_000 },
      profile: '1.33',
      machines: [machine('n1', 2)],
    })
    const node = cluster.node('n1').id
    cluster.create('low', asks(2_000), {}, { node, phase: 'Running' })
    cluster.create('vip', asks(2_000, { priority: 1000 }))
    cluster.start().until(1_000)
    cluster.updateNode('n1', { allocatable: { cpu: 4_000, memory: 2 ** 36, pods: 110 } })
    cluster.until(4_000)
    expect(cluster.times('Scheduled vip')).toEqual([])
    expect(cluster.times('FailedScheduling vip')).toEqual([2])
  })
})
