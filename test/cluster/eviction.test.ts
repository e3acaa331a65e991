import { describe, expect, test } from 'vitest'
import { decremented, judge, requestEviction, type Verdict } from '../../src/cluster/eviction.ts'
import type { DisruptionBudgetStatus, Pod } from '../../src/cluster/objects.ts'
import type { Kind, Run } from '../../src/cluster/world.ts'
import type { Instant } from '../../src/kernel/time.ts'
import { type ConvergedOptions, convergedRun, operator } from '../support/converged.ts'
import { runUntil } from '../support/timeline.ts'
import { budgetOfWeb, deployment } from '../support/world.ts'

const running = { phase: 'Running', ready: true, deletionTimestamp: null } as const
const status = (fields: Partial<DisruptionBudgetStatus> = {}): DisruptionBudgetStatus => ({
  disruptionsAllowed: 1,
  currentHealthy: 5,
  desiredHealthy: 4,
  expectedPods: 5,
  disruptedPods: {},
  observedGeneration: 1,
  ...fields,
})
const budget = (fields: Partial<DisruptionBudgetStatus> = {}, policy: 'IfHealthyBudget' | 'AlwaysAllow' = 'IfHealthyBudget') => ({
  generation: 1,
  status: status(fields),
  unhealthyPodEvictionPolicy: policy,
})
const spent = { disruptionsAllowed: 0, currentHealthy: 4 }
const short = { disruptionsAllowed: 0, currentHealthy: 3 }
const unready = { ...running, ready: false } as const

/** pkg/registry/core/pod/storage/eviction.go (1.20 … 1.36). */
describe('an eviction', () => {
  test.each<[string, Parameters<typeof judge>[0], Parameters<typeof judge>[1], Verdict]>([
    ['without a budget deletes', running, [], 'delete'],
    ['within the budget takes one disruption', running, [budget()], 'decrement'],
    ['beyond the budget is refused', running, [budget(spent)], 'too many requests'],
    ['under two budgets is an error', running, [budget(), budget()], 'error'],
    ['of a pending Pod deletes', { ...unready, phase: 'Pending' }, [budget(short)], 'delete'],
    ['of a Pod that has ended deletes', { ...unready, phase: 'Failed' }, [budget(short)], 'delete'],
    ['of a Pod that is being deleted deletes', { ...running, deletionTimestamp: 1 as Instant }, [budget(short)], 'delete'],
    ['of a Pod that is not ready costs nothing while the budget is met', unready, [budget(spent)], 'delete as it is'],
    ['of a Pod that is not ready is refused while the budget is not met', unready, [budget(short)], 'too many requests'],
    ['of a Pod that is not ready is allowed under AlwaysAllow', unready, [budget(short, 'AlwaysAllow')], 'delete as it is'],
    ['under AlwaysAllow spares a ready Pod all the same', running, [budget(short, 'AlwaysAllow')], 'too many requests'],
    ['under a budget whose last change was not reckoned with has to wait', running, [budget({ observedGeneration: 0 })], 'later'],
  ])('%s', (_what, pod, budgets, verdict) => {
    expect(judge(pod, budgets)).toBe(verdict)
  })

  test('is written down with its time in whole seconds', () => {
    expect(decremented(status(), 'web-1', 7_900_000 as Instant)).toEqual(
      status({ disruptionsAllowed: 0, disruptedPods: { 'web-1': 7_000_000 as Instant } }),
    )
  })
})

/** Evicts the first `count` Pods of a Deployment of 8 at 1 s: when [ms after that] each is answered, and with what, in order of answers. */
function evictions(allowed: number, count: number, options: ConvergedOptions = {}): [ms: number, answer: string][] {
  const run = convergedRun({ workloads: [deployment('web', 8), budgetOfWeb({ maxUnavailable: { count: allowed } })], ...options })
  const answers: [number, string][] = []
  const Answered: Kind = {
    name: 'test/evicted',
    on: (at, _id, answer) => answers.push([Math.round((at.now - 1e6) / 1e3), answer < 0 ? String(answer) : 'deleted']),
  }
  runUntil(run, 1)
  const pods = [...run.world.store.pods].slice(0, count) as Pod[]
  for (const pod of pods) requestEviction(run as Run, operator(run), pod, Answered as Kind<never>, pod.id, -1)
  runUntil(run, 1.9)
  return answers
}

/** pkg/registry/core/pod/storage/eviction.go:EvictionsRetry, checkAndDecrement (1.20 … 1.36). */
describe('evictions that come at once under one budget', () => {
  const calls = { 'api-request': 4_000, 'api-get': 1_000 }

  test('read the Pod, write down that it may go, then delete it', () => {
    expect(evictions(1, 1, { latency: calls })).toEqual([[9, 'deleted']])
  })

  test('get in each other’s way: the first is written down, the others read the budget again half a second later', () => {
    const answers = evictions(3, 3, { latency: calls })
    expect(answers[0]).toEqual([9, 'deleted'])
    const [, second, third] = answers
    for (const [ms, answer] of [second, third] as [number, string][]) {
      expect(answer).toBe('deleted')
      // 5 ms to the conflict, 500 … 550 ms of pause, 9 ms for another try.
      expect(ms).toBeGreaterThanOrEqual(514)
      expect(ms).toBeLessThanOrEqual(564)
    }
  })

  test('are refused when the disruptions are used up by then', () => {
    const answers = evictions(1, 3, { latency: calls, startup: 2_000_000 })
    expect(answers.map(([, answer]) => answer)).toEqual(['deleted', '-429', '-429'])
    expect(Math.min(...answers.slice(1).map(([ms]) => ms))).toBeGreaterThanOrEqual(506)
  })

  test('are refused at once when none is allowed', () => {
    expect(evictions(0, 2, { latency: calls })).toEqual([
      [1, '-429'],
      [1, '-429'],
    ])
  })
})
