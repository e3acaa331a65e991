import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Pod } from '../../../src/cluster/objects.ts'
import { NODE_CONDITION, NODE_LABEL, NODE_TAINT, nodeUpdateAction } from '../../../src/control/scheduler/cluster-event.ts'
import { numFeasibleNodesToFind, Search, schedulePod } from '../../../src/control/scheduler/decide.ts'
import { fitError } from '../../../src/control/scheduler/fit-error.ts'
import { countedOf, MatchCounts } from '../../../src/control/scheduler/match-counts.ts'
import { roundRobin } from '../../../src/control/scheduler/node-order.ts'
import { Nominator } from '../../../src/control/scheduler/nominator.ts'
import { mergeSelectors } from '../../../src/control/scheduler/owner-selectors.ts'
import type { ProfileName } from '../../../src/scenario/profile.ts'
import { selects } from '../../../src/scenario/selectors.ts'
import { containerSpec } from '../../support/world.ts'
import { aNode, aPod, clusterOf, select } from './views.ts'

/** core/generic_scheduler.go:numFeasibleNodesToFind (1.20), schedule_one.go (… 1.36). */
test.each([
  [99, 0, 99],
  [100, 0, 100],
  [1000, 0, 420],
  [5000, 0, 500],
  [6000, 0, 300],
  [5000, 50, 2500],
  [5000, 1, 100],
  [5000, 100, 5000],
])('of %i nodes at %i percent the search ends with %i feasible ones', (nodes, percentage, expected) => {
  expect(numFeasibleNodesToFind(nodes, percentage)).toBe(expected)
})

/** internal/cache/node_tree.go (1.20 … 1.36). */
test('nodes are examined zone by zone in turn', () => {
  expect(roundRobin([['a1', 'a2', 'a3'], ['b1'], ['c1', 'c2']])).toEqual(['a1', 'b1', 'c1', 'a2', 'c2', 'a3'])
})

/** framework/types.go:FitError.Error (1.20 … 1.36): reasons are sorted as text, with their counts. */
test('the message sorts its reasons as text', () => {
  const counts = new Map([
    ['Too many pods', 10],
    ['Insufficient cpu', 2],
    ['Insufficient memory', 10],
  ])
  expect(fitError(12, counts)).toBe('0/12 nodes are available: 10 Insufficient memory, 10 Too many pods, 2 Insufficient cpu.')
  expect(fitError(0, new Map())).toBe('no nodes available to schedule pods')
})

/** helper/spread.go:DefaultSelector (1.20 … 1.36). */
test('a Pod belongs with what its Services and its controller select', () => {
  expect(mergeSelectors([{ app: 'web' }, { tier: 'front' }], select({ hash: '1' }))).toEqual(
    select({ app: 'web', tier: 'front', hash: '1' }),
  )
  expect(mergeSelectors([], undefined)).toBeNull()
})

/** eventhandlers.go:nodeSchedulingPropertiesChange (1.20 … 1.36). */
describe('of a Node that changes', () => {
  const before = aNode(0)
  test.each([
    ['nothing matters but what scheduling reads', { annotations: { a: 'b' } }, 0],
    ['cordoning is no event', { unschedulable: true }, 0],
    ['a condition is', { ready: 'False' as const }, NODE_CONDITION],
    ['new labels are', { labels: { a: 'b' } }, NODE_LABEL],
    ['new taints are', { taints: [{ key: 'a', value: '', effect: 'NoSchedule' as const, timeAdded: null }] }, NODE_TAINT],
  ])('%s', (_, fields, action) => expect(nodeUpdateAction(before, { ...before, ...fields })).toBe(action))
  test('uncordoning is one', () => expect(nodeUpdateAction({ ...before, unschedulable: true }, before)).toBe(NODE_TAINT))
})

describe('the search', () => {
  const scheduling = (nodes: number) => ({
    cluster: clusterOf(Array.from({ length: nodes }, (_, i) => aNode(i))),
    nominator: new Nominator(),
    search: new Search(32),
    percentageOfNodesToScore: 0,
  })
  test('goes on where it ended, so that all nodes have their turn', () => {
    const state = scheduling(1000)
    schedulePod(state, state.cluster.view(aPod(1)), () => 0)
    expect(state.search.nextStartIndex).toBe(420)
    for (const id of [2, 3]) schedulePod(state, state.cluster.view(aPod(id)), () => 0)
    expect(state.search.nextStartIndex).toBe(260)
  })
  /** schedule_one.go:evaluateNominatedNode (1.21 … 1.36). */
  test.each<[ProfileName, number]>([
    ['1.20', 1],
    ['1.27', 0],
  ])('tries the nominated node first, and alone if it fits, from 1.21 on: %s', (profile, chosen) => {
    const state = { ...scheduling(3), cluster: clusterOf([aNode(0), aNode(1), aNode(2)], [], profile) }
    const uses = { containers: [containerSpec({ requests: { cpu: 500, memory: 2 * 2 ** 30 } })] }
    for (const node of [0, 2]) state.cluster.place(aPod(10 + node, {}, uses), node)
    const pod = aPod(1, {}, uses)
    state.nominator.add(pod, 0)
    expect(schedulePod(state, state.cluster.view(pod), () => 0).node).toBe(chosen)
  })
  test('takes each of the nodes that tie with equal chance', () => {
    const state = scheduling(4)
    const chosen = [0, 0.25, 0.5, 0.75].map((u) => schedulePod(state, state.cluster.view(aPod(1)), () => u).node)
    expect(new Set(chosen).size).toBe(4)
  })
  test('prefers the node with more room', () => {
    const state = scheduling(3)
    const uses = { containers: [containerSpec({ requests: { cpu: 500, memory: 2 * 2 ** 30 } })] }
    for (const node of [0, 2]) state.cluster.place(aPod(10 + node, {}, uses), node)
    expect(schedulePod(state, state.cluster.view(aPod(1, {}, uses)), () => 0).node).toBe(1)
  })
})

/** What is counted incrementally equals what counting everything again would give. */
test('counts of Pods by selector are those of a full count, whenever they are asked for', () => {
  const label = fc.constantFrom('a', 'b')
  const change = fc.record({ id: fc.nat(5), node: fc.nat(2), app: label, tier: label, terminating: fc.boolean(), place: fc.boolean() })
  const selectors = [
    select({ app: 'a' }),
    select({ app: 'a', tier: 'b' }),
    select({}),
    { matchLabels: {}, matchExpressions: [{ key: 'tier', operator: 'In' as const, values: ['a'] }] },
  ]
  const check = fc.property(fc.array(change, { maxLength: 30 }), fc.nat(30), (changes, asked) => {
    const counts = new MatchCounts()
    const placed = new Map<number, [Pod, number]>()
    const compare = (): void => {
      for (const selector of selectors) {
        for (const terminating of [true, false]) {
          const expected = new Map<number, number>()
          for (const [pod, node] of placed.values()) {
            if ((pod.deletionTimestamp !== null && !terminating) || !selects(selector, pod.labels)) continue
            expected.set(node, (expected.get(node) ?? 0) + 1)
          }
          const { perNode } = counts.of([{ namespaces: ['default'], selector }], 'test', terminating)
          expect(new Map([...perNode].sort(([a], [b]) => a - b))).toEqual(new Map([...expected].sort(([a], [b]) => a - b)))
        }
      }
    }
    changes.forEach(({ id, node, app, tier, terminating, place }, i) => {
      if (i === asked) compare()
      const old = placed.get(id)
      if (old !== undefined) counts.remove(countedOf(...old))
      placed.delete(id)
      if (!place) return
      const pod = aPod(id, { app, tier }, {}, { deletionTimestamp: terminating ? (1 as never) : null })
      placed.set(id, [pod, node])
      counts.add(countedOf(pod, node))
    })
    compare()
  })
  fc.assert(check, { seed: 1, numRuns: process.env.RECONVERGE_FULL === '1' ? 2_000 : 100 })
})
