import { describe, expect, test } from 'vitest'
import type { OwnerReference, Pod } from '../../../src/cluster/objects.ts'
import { desiredHealthy, expectedPods, reckon } from '../../../src/control/disruption/status.ts'
import type { Instant } from '../../../src/kernel/time.ts'
import type { IntOrPercent } from '../../../src/scenario/specs.ts'

type Limits = Parameters<typeof desiredHealthy>[0]

/** pkg/controller/disruption/disruption.go:getExpectedPodCount (1.20 … 1.36). */
test.each<[IntOrPercent | null, IntOrPercent | null, number, number]>([
  [{ count: 2 }, null, 5, 2],
  [{ percent: 50 }, null, 5, 3],
  [null, { count: 1 }, 5, 4],
  [null, { percent: 30 }, 5, 3],
  [null, { count: 9 }, 5, 0],
])('minAvailable %j, maxUnavailable %j of %d: %d must stay healthy', (minAvailable, maxUnavailable, expected, desired) => {
  expect(desiredHealthy({ minAvailable, maxUnavailable }, expected)).toBe(desired)
})

const pod = (name: string, fields: Partial<Pod> = {}): Pod =>
  ({ name, ready: true, deletionTimestamp: null, owner: null, ...fields }) as Pod
const of = (kind: OwnerReference['kind'], id: number): Partial<Pod> => ({ owner: { kind, id } })
/** Controllers want ten times their number; those of DaemonSets do not say. */
const scaleOf: Parameters<typeof expectedPods>[2] = ({ owner }) =>
  owner === null || owner.kind === 'DaemonSet' ? null : { controller: `${owner.kind}/${owner.id}`, replicas: 10 * owner.id }

const number: Limits = { minAvailable: { count: 1 }, maxUnavailable: null }
const share: Limits = { minAvailable: { percent: 50 }, maxUnavailable: null }
const away: Limits = { minAvailable: null, maxUnavailable: { count: 1 } }

/** getExpectedScale; Pods without a controller are left out from 1.22 on (PR #103414). */
test.each<[string, Limits, readonly Pod[], number, number | null]>([
  ['all Pods there are, terminating ones included, for a number', number, [pod('a'), pod('b', { deletionTimestamp: 1 as Instant })], 20, 2],
  ['what the controller wants, for a share', share, [pod('a', of('ReplicaSet', 2)), pod('b', of('ReplicaSet', 2))], 20, 20],
  ['what all controllers want, for maxUnavailable', away, [pod('a', of('ReplicaSet', 1)), pod('b', of('StatefulSet', 1))], 20, 20],
  ['nothing that could be said, for a Pod of a DaemonSet', away, [pod('a', of('ReplicaSet', 1)), pod('b', of('DaemonSet', 1))], 36, null],
  ['nothing that could be said, for a Pod without a controller, before 1.22', away, [pod('a')], 21, null],
  ['none, for a Pod without a controller', away, [pod('a')], 22, 0],
])('a budget expects %s', (_what, limits, pods, minor, expected) => {
  expect(expectedPods(limits, pods, scaleOf, minor)).toBe(expected)
})

const empty = { disruptionsAllowed: 0, currentHealthy: 0, desiredHealthy: 0, expectedPods: 0, disruptedPods: {}, observedGeneration: 1 }
const five = ['a', 'b', 'c', 'd', 'e'].map((name) => pod(name))
const at = (seconds: number): Instant => (seconds * 1e6) as Instant

/** disruption.go:updatePdbStatus, countHealthyPods, buildDisruptedPodMap (1.20 … 1.36). */
describe('a budget', () => {
  const reckoned = (pods: readonly Pod[], disruptedPods: Record<string, Instant>, now: number, limits = away, expected = 5) =>
    reckon({ ...limits, generation: 1, status: { ...empty, disruptedPods } }, pods, expected, at(now))

  test('allows what is healthy beyond what must stay', () => {
    const { status, recheck } = reckoned(five, {}, 10)
    expect(status).toEqual({ ...empty, disruptionsAllowed: 1, currentHealthy: 5, desiredHealthy: 4, expectedPods: 5 })
    expect(recheck).toBeNull()
  })

  test.each<[string, Partial<Pod>]>([
    ['is not ready', { ready: false }],
    ['is being deleted', { deletionTimestamp: at(40) }],
  ])('does not count a Pod as healthy that %s', (_what, fields) => {
    const { status } = reckoned([pod('a', fields), ...five.slice(1)], {}, 10)
    expect([status.currentHealthy, status.disruptionsAllowed]).toEqual([4, 0])
  })

  test('does not count a Pod as healthy whose eviction it has allowed, and looks again two minutes after that', () => {
    const { status, recheck } = reckoned(five, { a: at(9) }, 10)
    expect([status.currentHealthy, status.disruptionsAllowed]).toEqual([4, 0])
    expect(status.disruptedPods).toEqual({ a: at(9) })
    expect(recheck).toBe(at(129))
  })

  test('forgets an eviction when the deletion is seen, and when it has not come for two minutes', () => {
    expect(reckoned([pod('a', { deletionTimestamp: at(40) }), ...five.slice(1)], { a: at(9) }, 10).status.disruptedPods).toEqual({})
    const late = reckoned(five, { a: at(9) }, 129.001)
    expect([late.status.disruptedPods, late.status.currentHealthy, late.recheck]).toEqual([{}, 5, null])
  })

  test('allows nothing where no Pods are expected', () => {
    expect(reckoned(five, {}, 10, away, 0).status.disruptionsAllowed).toBe(0)
  })
})
