import type { DisruptionBudgetStatus, Pod, PodDisruptionBudget } from '../../cluster/objects.ts'
import { type Instant, seconds } from '../../kernel/time.ts'
import type { IntOrPercent } from '../../scenario/specs.ts'

/** For how long a Pod whose eviction was allowed is expected to be deleted (DeletionTimeout, disruption.go, 1.20 … 1.36). */
const DELETION_TIMEOUT = seconds(120)
/** From when on Pods without a controller are left out of the count rather than make it fail (PR #103414). */
const UNMANAGED_SINCE = 22

type Limits = Pick<PodDisruptionBudget, 'minAvailable' | 'maxUnavailable'>

/** How many replicas the controller of a Pod wants, and which controller that is; null: none that says so. */
export type Scale = (pod: Pod) => { readonly controller: string; readonly replicas: number } | null

const scaled = (value: IntOrPercent, of: number): number => ('count' in value ? value.count : Math.ceil((value.percent * of) / 100))

/** How many Pods must stay healthy of `expected`. getExpectedPodCount (disruption.go, 1.20 … 1.36). */
export function desiredHealthy({ minAvailable, maxUnavailable }: Limits, expected: number): number {
  if (maxUnavailable !== null) return Math.max(0, expected - scaled(maxUnavailable, expected))
  return minAvailable === null ? expected : scaled(minAvailable, expected)
}

/**
 * How many Pods a budget reckons with: all there are where minAvailable is a number, else what their controllers want. null: a Pod of a Job
 * or DaemonSet, or whose controller is gone, makes it impossible to say. getExpectedPodCount, getExpectedScale.
 */
export function expectedPods({ minAvailable, maxUnavailable }: Limits, pods: readonly Pod[], scaleOf: Scale, minor: number): number | null {
  if (maxUnavailable === null && minAvailable !== null && 'count' in minAvailable) return pods.length
  const replicas = new Map<string, number>()
  for (const pod of pods) {
    if (pod.owner === null && minor >= UNMANAGED_SINCE) continue
    const scale = scaleOf(pod)
    if (scale === null) return null
    replicas.set(scale.controller, scale.replicas)
  }
  return [...replicas.values()].reduce((sum, each) => sum + each, 0)
}

/**
 * A budget's status, and when it is to be reckoned again because an allowed eviction may have come to nothing; null: not before something
 * changes.
 */
export interface Reckoning {
  readonly status: DisruptionBudgetStatus
  readonly recheck: Instant | null
}

/**
 * What a budget allows: Pods that are ready, are not being deleted and are not about to be, beyond those that must stay healthy. Evictions
 * that were allowed are remembered until the deletion is seen, for two minutes at most. pkg/controller/disruption/disruption.go:trySync,
 * countHealthyPods, buildDisruptedPodMap, updatePdbStatus (1.20 … 1.36).
 */
export function reckon(
  budget: Limits & Pick<PodDisruptionBudget, 'status' | 'generation'>,
  pods: readonly Pod[],
  expected: number,
  now: Instant,
): Reckoning {
  const disruptedPods: Record<string, Instant> = {}
  let recheck: Instant | null = null
  let healthy = 0
  for (const { name, ready, deletionTimestamp } of pods) {
    if (deletionTimestamp !== null) continue
    const since = budget.status.disruptedPods[name]
    const until = since === undefined ? null : ((since + DELETION_TIMEOUT) as Instant)
    if (since !== undefined && until !== null && until >= now) {
      disruptedPods[name] = since
      recheck = recheck === null || until < recheck ? until : recheck
    }
    if (ready && (until === null || until <= now)) healthy++
  }
  const desired = desiredHealthy(budget, expected)
  return {
    status: {
      disruptionsAllowed: expected <= 0 ? 0 : Math.max(0, healthy - desired),
      currentHealthy: healthy,
      desiredHealthy: desired,
      expectedPods: expected,
      disruptedPods,
      observedGeneration: budget.generation,
    },
    recheck,
  }
}
