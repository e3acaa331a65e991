import type { Cache } from '../../cluster/cache.ts'
import type { Pod, PodDisruptionBudget } from '../../cluster/objects.ts'
import { selects } from '../../scenario/selectors.ts'
import { isEmptySelector } from './pod-info.ts'

/** Every budget, as far as the cache knows. */
export const budgetsOf = (cache: Cache): PodDisruptionBudget[] => [...cache.all('PodDisruptionBudget')]

/**
 * Splits Pods, kept in order, into those whose preemption would overdraw a budget and the others; each Pod uses up the budgets that select
 * it, unless its eviction was allowed before. defaultpreemption/default_preemption.go:filterPodsWithPDBViolation (1.20 … 1.36).
 */
export function splitByViolation(pods: readonly Pod[], budgets: readonly PodDisruptionBudget[]): { violating: Pod[]; others: Pod[] } {
  const left = budgets.map(({ status }) => status.disruptionsAllowed)
  const violating: Pod[] = []
  const others: Pod[] = []
  for (const pod of pods) {
    let violates = false
    budgets.forEach((budget, i) => {
      if (budget.namespace !== pod.namespace || isEmptySelector(budget.selector) || !selects(budget.selector, pod.labels)) return
      if (budget.status.disruptedPods[pod.name] !== undefined) return
      left[i] = (left[i] as number) - 1
      if ((left[i] as number) < 0) violates = true
    })
    if (violates) violating.push(pod)
    else others.push(pod)
  }
  return { violating, others }
}
