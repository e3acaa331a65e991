import { describe, expect, test } from 'vitest'
import { type Budget, desiredHealthy, judge, type Verdict } from '../../src/cluster/eviction.ts'
import type { Instant } from '../../src/kernel/time.ts'
import type { IntOrPercent } from '../../src/scenario/specs.ts'

/** pkg/controller/disruption/disruption.go:getExpectedPodCount (1.20 … 1.36); kubernetes-semantics §6.7. */
test.each<[IntOrPercent | null, IntOrPercent | null, number, number]>([
  [{ count: 2 }, null, 5, 2],
  [{ percent: 50 }, null, 5, 3],
  [null, { count: 1 }, 5, 4],
  [null, { percent: 30 }, 5, 3],
  [null, { count: 9 }, 5, 0],
])('minAvailable %j, maxUnavailable %j of %d: %d must stay healthy', (minAvailable, maxUnavailable, expected, desired) => {
  expect(desiredHealthy({ minAvailable, maxUnavailable }, expected)).toBe(desired)
})

const running = { phase: 'Running', ready: true, deletionTimestamp: null } as const
const budget = (desired: number, healthy: number, expected = 5): Budget => ({ desired, healthy, expected })

/** pkg/registry/core/pod/storage/eviction.go (1.20 … 1.36). */
describe('an eviction', () => {
  test.each<[string, Parameters<typeof judge>[0], readonly Budget[], Verdict]>([
    ['without a budget deletes', running, [], 'delete'],
    ['within the budget deletes', running, [budget(4, 5)], 'delete'],
    ['beyond the budget is refused', running, [budget(4, 4)], 'too many requests'],
    ['under two budgets is an error', running, [budget(0, 5), budget(0, 5)], 'error'],
    ['of a Pod nobody wants replicas of is refused', running, [budget(0, 1, 0)], 'too many requests'],
    ['of a pending Pod deletes', { ...running, phase: 'Pending', ready: false }, [budget(5, 0)], 'delete'],
    ['of a Pod that is being deleted deletes', { ...running, deletionTimestamp: 1 as Instant }, [budget(5, 0)], 'delete'],
    ['of a Pod that is not ready costs nothing while the budget is met', { ...running, ready: false }, [budget(4, 4)], 'delete'],
    ['of a Pod that is not ready is refused while it is not', { ...running, ready: false }, [budget(4, 3)], 'too many requests'],
  ])('%s', (_what, pod, budgets, verdict) => {
    expect(judge(pod, budgets)).toBe(verdict)
  })
})
