import type { Cache } from '../../cluster/cache.ts'
import { desiredHealthy } from '../../cluster/eviction.ts'
import { isScaled, isTerminal, type Pod, type PodDisruptionBudget } from '../../cluster/objects.ts'
import { selects } from '../../scenario/selectors.ts'
import { isEmptySelector } from './pod-info.ts'

/** A PodDisruptionBudget with what it still allows. */
export interface Budget {
  readonly budget: PodDisruptionBudget
  readonly allowed: number
}

/** How many more Pods may be disrupted: healthy beyond what must stay. pkg/controller/disruption/disruption.go:updatePdbStatus (1.20 … 1.36). */
export function disruptionsAllowed(
  budget: Pick<PodDisruptionBudget, 'minAvailable' | 'maxUnavailable'>,
  expected: number,
  healthy: number,
): number {
  return expected <= 0 ? 0 : Math.max(0, healthy - desiredHealthy(budget, expected))
}

/** Every budget with what it allows, as far as the cache knows. Owners' replicas are those of ReplicaSets, ReplicationControllers and StatefulSets. */
export function budgetsOf(cache: Cache): Budget[] {
  return [...cache.all('PodDisruptionBudget')].map((budget) => {
    const pods = podsOf(cache, budget)
    const counts = budget.maxUnavailable === null && budget.minAvailable !== null && 'count' in budget.minAvailable
    const expected = counts ? pods.length : expectedPods(cache, pods)
    const healthy = pods.filter((pod) => pod.ready && pod.deletionTimestamp === null).length
    return { budget, allowed: disruptionsAllowed(budget, expected, healthy) }
  })
}

function podsOf(cache: Cache, { namespace, selector }: PodDisruptionBudget): Pod[] {
  const label = Object.entries(selector.matchLabels)[0]
  const candidates =
    label === undefined
      ? [...cache.all('Pod')]
      : [...cache.podsWithLabel(namespace, label[0], label[1])].flatMap((id) => cache.get('Pod', id) ?? []).sort((a, b) => a.id - b.id)
  return candidates.filter((pod) => pod.namespace === namespace && !isTerminal(pod) && selects(selector, pod.labels))
}

function expectedPods(cache: Cache, pods: readonly Pod[]): number {
  const owners = new Map<string, number>()
  for (const { owner } of pods) {
    if (owner === null || !isScaled(owner)) continue
    owners.set(`${owner.kind}/${owner.id}`, cache.get(owner.kind, owner.id)?.replicas ?? 0)
  }
  return [...owners.values()].reduce((sum, replicas) => sum + replicas, 0)
}

/**
 * Splits Pods, kept in order, into those whose preemption would overdraw a budget and the others; each Pod uses up the budgets that select it.
 * defaultpreemption/default_preemption.go:filterPodsWithPDBViolation (1.20 … 1.36).
 */
export function splitByViolation(pods: readonly Pod[], budgets: readonly Budget[]): { violating: Pod[]; others: Pod[] } {
  const left = budgets.map(({ allowed }) => allowed)
  const violating: Pod[] = []
  const others: Pod[] = []
  for (const pod of pods) {
    let violates = false
    budgets.forEach(({ budget }, i) => {
      if (budget.namespace !== pod.namespace || isEmptySelector(budget.selector) || !selects(budget.selector, pod.labels)) return
      left[i] = (left[i] as number) - 1
      if ((left[i] as number) < 0) violates = true
    })
    if (violates) violating.push(pod)
    else others.push(pod)
  }
  return { violating, others }
}
