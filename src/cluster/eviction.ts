import { selects } from '../scenario/selectors.ts'
import type { IntOrPercent } from '../scenario/specs.ts'
import { commitDelete } from './deletion.ts'
import { disrupted, isScaled, isTerminal, type Pod, type PodDisruptionBudget } from './objects.ts'
import { SERVER_ERROR, TOO_MANY_REQUESTS } from './status.ts'
import type { Run } from './world.ts'

const scaled = (value: IntOrPercent, of: number): number => ('count' in value ? value.count : Math.ceil((value.percent * of) / 100))

/**
 * How many Pods must stay healthy. `expected` is the number of Pods that the owners want (a percentage or maxUnavailable), or that exist (a number in
 * minAvailable). pkg/controller/disruption/disruption.go:getExpectedPodCount (1.20 … 1.36).
 */
export function desiredHealthy(
  { minAvailable, maxUnavailable }: Pick<PodDisruptionBudget, 'minAvailable' | 'maxUnavailable'>,
  expected: number,
): number {
  if (maxUnavailable !== null) return Math.max(0, expected - scaled(maxUnavailable, expected))
  return minAvailable === null ? expected : scaled(minAvailable, expected)
}

/** What an eviction comes to: the Pod is deleted, or the call is answered with an error. */
export type Verdict = 'delete' | 'too many requests' | 'error'

/** What is left of one budget: Pods that must stay healthy, that are, and that the owners want. */
export interface Budget {
  readonly desired: number
  readonly healthy: number
  readonly expected: number
}

/**
 * The Eviction API: a Pod that does not run goes at once, any other only as far as its budget reaches; a running Pod that is not ready while its budget is
 * met (IfHealthyBudget) costs none. pkg/registry/core/pod/storage/eviction.go (1.20 … 1.36); kubernetes-semantics §6.7.
 */
export function judge(pod: Pick<Pod, 'phase' | 'ready' | 'deletionTimestamp'>, budgets: readonly Budget[]): Verdict {
  if (pod.phase !== 'Running' || pod.deletionTimestamp !== null || budgets.length === 0) return 'delete'
  const [budget] = budgets
  if (budget === undefined || budgets.length > 1) return 'error'
  const { desired, healthy, expected } = budget
  if (!pod.ready && desired > 0 && healthy >= desired) return 'delete'
  return expected > 0 && healthy > desired ? 'delete' : 'too many requests'
}

/** From when on evicted Pods carry the condition DisruptionTarget (gate PodDisruptionConditions). */
const MARKED_SINCE = 26

/** Carries out an eviction; answers the Pod's id or minus an HTTP status. */
export function commitEviction(run: Run, pod: Pod, graceSeconds: number): number {
  const budgets = [...run.world.store.tables.PodDisruptionBudget].filter(
    ({ namespace, selector }) => namespace === pod.namespace && selects(selector, pod.labels),
  )
  const verdict = judge(
    pod,
    budgets.map((budget) => stateOfBudget(run, budget)),
  )
  if (verdict === 'delete') {
    const marked = run.world.profile.minor >= MARKED_SINCE && pod.owner?.kind === 'Job'
    return commitDelete(run, marked ? run.world.store.update(run, pod, disrupted(pod)) : pod, graceSeconds)
  }
  return verdict === 'error' ? SERVER_ERROR : TOO_MANY_REQUESTS
}

/** The status that the disruption controller would have written by now. */
function stateOfBudget(run: Run, budget: PodDisruptionBudget): Budget {
  const pods = [...run.world.store.pods].filter(
    (pod) => pod.namespace === budget.namespace && !isTerminal(pod) && selects(budget.selector, pod.labels),
  )
  const counts = budget.maxUnavailable === null && budget.minAvailable !== null && 'count' in budget.minAvailable
  const expected = counts ? pods.length : wanted(run, pods)
  const healthy = pods.filter((pod) => pod.ready && pod.deletionTimestamp === null).length
  return { desired: desiredHealthy(budget, expected), healthy, expected }
}

/** Replicas of the controllers of these Pods: of the Deployment, where one owns the ReplicaSet. */
function wanted(run: Run, pods: readonly Pod[]): number {
  const { tables } = run.world.store
  const replicas = new Map<string, number>()
  for (const { owner } of pods) {
    if (owner === null || !isScaled(owner)) continue
    const set = tables[owner.kind].get(owner.id)
    const deployment = set?.owner?.kind === 'Deployment' ? tables.Deployment.get(set.owner.id) : undefined
    const controller = deployment ?? set
    if (controller !== undefined) replicas.set(controller.key, controller.replicas)
  }
  return [...replicas.values()].reduce((sum, count) => sum + count, 0)
}
