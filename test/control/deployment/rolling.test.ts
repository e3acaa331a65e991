import { describe, expect, test } from 'vitest'
import { limitsOf } from '../../../src/control/deployment/limits.ts'
import { cleanupUnhealthy, newReplicas, scaleDownOld } from '../../../src/control/deployment/rolling.ts'
import type { SetView } from '../../../src/control/deployment/sets.ts'
import type { Instant } from '../../../src/kernel/time.ts'
import type { IntOrPercent } from '../../../src/scenario/specs.ts'

function set(name: string, replicas: number, availableReplicas: number, created = 0): SetView {
  const status = { replicas, readyReplicas: availableReplicas, availableReplicas, observedGeneration: 1 }
  return { id: name.charCodeAt(0), name, replicas, created: created as Instant, desiredReplicas: null, maxReplicas: null, status }
}

const rolling = (replicas: number, maxSurge: IntOrPercent, maxUnavailable: IntOrPercent) => ({
  replicas,
  strategy: 'RollingUpdate' as const,
  maxSurge,
  maxUnavailable,
})
const count = (n: number): IntOrPercent => ({ count: n })
const quarter: IntOrPercent = { percent: 25 }

/** kubernetes-semantics §5.2; TestResolveFenceposts, TestMaxUnavailable (deployment/util/deployment_util_test.go). */
describe('Limits', () => {
  test.each([
    { replicas: 4, surge: quarter, unavailable: quarter, limits: [1, 1] },
    { replicas: 10, surge: quarter, unavailable: quarter, limits: [3, 2] },
    { replicas: 1, surge: quarter, unavailable: quarter, limits: [1, 0] },
    { replicas: 10, surge: count(0), unavailable: count(0), limits: [0, 1] },
    { replicas: 10, surge: count(3), unavailable: { percent: 0 }, limits: [3, 0] },
    { replicas: 5, surge: count(0), unavailable: count(10), limits: [0, 5] },
    { replicas: 0, surge: quarter, unavailable: quarter, limits: [0, 0] },
    { replicas: 10, surge: { percent: 1 }, unavailable: { percent: 1 }, limits: [1, 0] },
  ])('of $replicas replicas, $surge and $unavailable, are $limits', ({ replicas, surge, unavailable, limits }) => {
    expect(Object.values(limitsOf(rolling(replicas, surge, unavailable)))).toEqual(limits)
  })

  test('are none under Recreate', () => {
    expect(limitsOf({ ...rolling(10, quarter, quarter), strategy: 'Recreate' })).toEqual({ surge: 0, unavailable: 0 })
  })
})

/** TestDeploymentController_reconcileNewReplicaSet (rolling_test.go, 1.20). */
test.each([
  { desired: 10, surge: 0, old: 10, present: 0, becomes: 0 },
  { desired: 10, surge: 2, old: 10, present: 0, becomes: 2 },
  { desired: 10, surge: 2, old: 5, present: 0, becomes: 7 },
  { desired: 10, surge: 2, old: 10, present: 2, becomes: 2 },
  { desired: 10, surge: 2, old: 2, present: 11, becomes: 10 },
])(
  'With $old old and $present new of $desired, surge $surge, the new ReplicaSet gets $becomes',
  ({ desired, surge, old, present, becomes }) => {
    expect(newReplicas(rolling(desired, count(surge), count(0)), present, [set('o', old, old)])).toBe(becomes)
  },
)

/** TestDeploymentController_reconcileOldReplicaSets (rolling_test.go, 1.20). */
test.each([
  { desired: 10, unavailable: 0, old: 10, fresh: 0, oldReady: 10, scales: [9] },
  { desired: 10, unavailable: 2, old: 10, fresh: 0, oldReady: 10, scales: [8] },
  { desired: 10, unavailable: 2, old: 10, fresh: 0, oldReady: 8, scales: [8] },
  { desired: 10, unavailable: 2, old: 10, fresh: 0, oldReady: 9, scales: [9, 8] },
  { desired: 10, unavailable: 2, old: 8, fresh: 2, oldReady: 8, scales: [] },
])(
  'With $old old ($oldReady ready) and $fresh new of $desired the old one goes to $scales',
  ({ desired, unavailable, old, fresh, oldReady, scales }) => {
    const deployment = rolling(desired, count(0), count(unavailable))
    expect(scaleDownOld(deployment, set('n', fresh, 0), [set('o', old, oldReady)]).map(({ replicas }) => replicas)).toEqual(scales)
  },
)

/** TestDeploymentController_cleanupUnhealthyReplicas (rolling_test.go, 1.20). */
test.each([
  { old: 10, ready: 8, most: 1, removed: 1 },
  { old: 10, ready: 8, most: 3, removed: 2 },
  { old: 10, ready: 8, most: 0, removed: 0 },
  { old: 10, ready: 10, most: 3, removed: 0 },
])('Of $old replicas with $ready available, $removed are cleaned up when $most may be', ({ old, ready, most, removed }) => {
  const { scales } = cleanupUnhealthy([set('o', old, ready)], most)
  expect(scales.map(({ replicas }) => old - replicas)).toEqual(removed === 0 ? [] : [removed])
})

/** TestDeploymentController_scaleDownOldReplicaSetsForRollingUpdate (rolling_test.go, 1.20), with no new ReplicaSet to wait for. */
test.each([
  { desired: 10, unavailable: 0, ready: 10, old: 10, becomes: 9 },
  { desired: 10, unavailable: 2, ready: 10, old: 10, becomes: 8 },
  { desired: 10, unavailable: 2, ready: 10, old: 0, becomes: null },
])('$old old replicas, $ready available of $desired, go to $becomes', ({ desired, unavailable, ready, old, becomes }) => {
  const scales = scaleDownOld(rolling(desired, count(0), count(unavailable)), set('n', 0, 0), [set('o', old, ready)])
  expect(scales.at(-1)?.replicas ?? null).toBe(becomes)
})

test('Old ReplicaSets shrink oldest first, unavailable Pods before available ones', () => {
  const old = [set('b', 4, 4, 20e6), set('a', 4, 2, 10e6)]
  const scales = scaleDownOld(rolling(10, count(0), count(5)), set('n', 5, 5), old)
  expect(scales).toEqual([
    { id: 'a'.charCodeAt(0), replicas: 2 },
    { id: 'a'.charCodeAt(0), replicas: 0 },
    { id: 'b'.charCodeAt(0), replicas: 0 },
  ])
})

/** rolling.go:cleanupUnhealthyReplicas: “when cleaning up unhealthy replicas, got invalid request to scale down”. */
test('An old ReplicaSet whose status is of before its last scaling is not scaled down again until it has reported', () => {
  const deployment = rolling(24, quarter, quarter)
  // 30 in all, 2 more than may be away, and by their statuses 11 + 18 are available: enough to take all 9.
  expect(scaleDownOld(deployment, set('n', 21, 11), [set('o', 9, 18)])).toEqual([])
  expect(scaleDownOld(deployment, set('n', 21, 11), [set('o', 9, 9)])).toEqual([{ id: 'o'.charCodeAt(0), replicas: 7 }])
})
