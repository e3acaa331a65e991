import { describe, expect, test } from 'vitest'
import { isScalingEvent, proportion, scale } from '../../../src/control/deployment/scaling.ts'
import type { SetView } from '../../../src/control/deployment/sets.ts'
import type { Instant } from '../../../src/kernel/time.ts'
import type { IntOrPercent } from '../../../src/scenario/specs.ts'

const view = (
  name: string,
  replicas: number,
  created: number,
  maxReplicas: number | null,
  desired: number | null,
  available = 0,
): SetView => ({
  id: created,
  name,
  replicas,
  created: (created * 1e6) as Instant,
  desiredReplicas: desired,
  maxReplicas,
  status: { replicas, readyReplicas: available, availableReplicas: available, observedGeneration: 1 },
})

const rollout = (replicas: number, maxSurge: IntOrPercent, statusReplicas = 0) => ({
  replicas,
  strategy: 'RollingUpdate' as const,
  maxSurge,
  maxUnavailable: { count: 0 },
  status: { replicas: statusReplicas },
})

interface Row {
  readonly from: number
  readonly to: number
  /** maxSurge before and after. */
  readonly surge?: readonly [before: number, after: number]
  /** Replicas of v1, v2 …, oldest first. */
  readonly sizes: readonly number[]
  /** Whether the last of them has the present template. */
  readonly hasNew: boolean
  readonly becomes: readonly number[]
}

/** The sizes after scaling, oldest first. */
function scaled({ from, to, surge: [before, after] = [0, 0], sizes, hasNew }: Row): number[] {
  const sets = sizes.map((replicas, i) => view(`v${i + 1}`, replicas, i + 1, from + before, from))
  const newSet = hasNew ? (sets.at(-1) as SetView) : null
  const scales = scale(
    rollout(to, { count: after }),
    newSet,
    sets.filter((set) => set !== newSet),
  )
  return sets.map((set) => scales.find(({ id }) => id === set.id)?.replicas ?? set.replicas)
}

/** TestScale (pkg/controller/deployment/sync_test.go, 1.20 … 1.34). */
describe('Scaling', () => {
  test.each<Row>([
    { from: 10, to: 12, sizes: [10], hasNew: true, becomes: [12] },
    { from: 10, to: 5, sizes: [10], hasNew: true, becomes: [5] },
    { from: 5, to: 10, sizes: [3, 2], hasNew: true, becomes: [6, 4] },
    { from: 5, to: 3, sizes: [3, 2], hasNew: true, becomes: [2, 1] },
    { from: 9, to: 4, sizes: [1, 8], hasNew: true, becomes: [0, 4] },
    { from: 7, to: 10, sizes: [2, 3, 2], hasNew: true, becomes: [3, 4, 3] },
    { from: 13, to: 8, sizes: [3, 8, 2], hasNew: true, becomes: [2, 5, 1] },
    { from: 3, to: 4, sizes: [1, 1, 1], hasNew: true, becomes: [1, 1, 2] },
    { from: 3, to: 2, sizes: [1, 1, 1], hasNew: true, becomes: [0, 1, 1] },
    { from: 4, to: 5, sizes: [2, 2], hasNew: false, becomes: [2, 3] },
    { from: 6, to: 0, sizes: [1, 2, 3], hasNew: true, becomes: [0, 0, 0] },
    { from: 6, to: 6, sizes: [0, 0, 0], hasNew: true, becomes: [0, 0, 6] },
    { from: 10, to: 20, surge: [2, 2], sizes: [6, 6], hasNew: true, becomes: [11, 11] },
    { from: 10, to: 50, surge: [3, 6], sizes: [8, 5], hasNew: true, becomes: [34, 22] },
    { from: 10, to: 14, sizes: [3, 7], hasNew: false, becomes: [4, 10] },
    { from: 2, to: 2, surge: [1, 1], sizes: [1, 2], hasNew: true, becomes: [1, 2] },
  ])('$from → $to with $sizes gives $becomes', (row) => {
    expect(scaled(row)).toEqual(row.becomes)
  })

  test('lets a saturated new ReplicaSet take the others’ place', () => {
    const newSet = view('v2', 5, 3, 5, 5, 5)
    expect(scale(rollout(5, { count: 0 }), newSet, [view('v1', 3, 2, 8, 8)])).toEqual([{ id: 2, replicas: 0 }])
  })

  test('leaves the sizes of a Recreate rollout to itself', () => {
    const deployment = { ...rollout(5, { count: 0 }), strategy: 'Recreate' as const }
    expect(scale(deployment, view('v2', 2, 2, 5, 5), [view('v1', 2, 1, 5, 5)])).toEqual([])
  })

  test('takes the status where a ReplicaSet carries no annotation', () => {
    expect(proportion(view('v1', 5, 1, null, null), rollout(20, { count: 0 }, 10), 10, 0)).toBe(5)
  })
})

test('A scaling event is an active ReplicaSet with another desired number', () => {
  const deployment = rollout(5, { count: 0 })
  expect(isScalingEvent(deployment, [view('v1', 3, 1, 5, 5)])).toBe(false)
  expect(isScalingEvent(deployment, [view('v1', 3, 1, 4, 4)])).toBe(true)
  expect(isScalingEvent(deployment, [view('v1', 0, 1, 4, 4)])).toBe(false)
  expect(isScalingEvent(deployment, [view('v1', 3, 1, null, null)])).toBe(false)
})
