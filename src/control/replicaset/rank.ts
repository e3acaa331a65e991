import { fnv1a } from '../../cluster/lineage.ts'
import type { Pod } from '../../cluster/objects.ts'
import { UNBOUND } from '../../cluster/objects.ts'
import { timestamp } from '../../cluster/timestamp.ts'
import type { Instant } from '../../kernel/time.ts'

/** How a release orders Pods for deletion. */
export interface RankRules {
  /** Compares ages in powers of two, ties by UID (LogarithmicScaleDown, on from 1.22). */
  readonly logarithmic: boolean
  /** Heeds the annotation `controller.kubernetes.io/pod-deletion-cost` (PodDeletionCost, on from 1.22). */
  readonly deletionCost: boolean
}

/** The rules of Kubernetes 1.`minor` (pkg/features/kube_features.go). */
export const rankRules = (minor: number): RankRules => ({ logarithmic: minor >= 22, deletionCost: minor >= 22 })

const DELETION_COST = 'controller.kubernetes.io/pod-deletion-cost'
const PHASES = { Pending: 0, Running: 2, Succeeded: 2, Failed: 2 } as const

const cost = (pod: Pod): number => Number.parseInt(pod.annotations[DELETION_COST] ?? '0', 10) || 0
const restarts = (pod: Pod): number => pod.containerStatuses.reduce((most, status) => Math.max(most, status.restartCount), 0)

/** The whole part of log2 of an age [µs → ns, as Go measures it]; −1 for none. */
function magnitude(age: number): number {
  const nanoseconds = age * 1000
  if (nanoseconds < 1) return -1
  const high = Math.floor(nanoseconds / 2 ** 32)
  return high > 0 ? 63 - Math.clz32(high) : 31 - Math.clz32(nanoseconds >>> 0)
}

/** Below zero: the Pod that came to `a` later goes first. */
function byAge(a: Instant, b: Instant, now: Instant, rules: RankRules, uids: number): number {
  const [first, other] = [timestamp(a), timestamp(b)]
  if (first === other) return 0
  if (!rules.logarithmic) return other - first
  return magnitude(now - first) - magnitude(now - other) || uids
}

/**
 * Orders Pods for deletion, the first to go first: unbound, pending, not ready, cheap, doubled up on a Node, ready for less time, restarted
 * more, younger. `related` answers how many active Pods of the same group lie on a Pod's Node. What is equal is ordered by a hash of
 * the Pod's identity, as UIDs are random.
 * pkg/controller/controller_utils.go:ActivePodsWithRanks.Less (1.20 … 1.36).
 */
export function rank(pods: readonly Pod[], related: (pod: Pod) => number, now: Instant, rules: RankRules): Pod[] {
  const rows = pods.map((pod) => ({ pod, uid: fnv1a(pod.key), doubled: related(pod), cost: rules.deletionCost ? cost(pod) : 0 }))
  rows.sort((x, y) => {
    const a = x.pod
    const b = y.pod
    const uids = x.uid - y.uid || a.id - b.id
    if ((a.node === UNBOUND) !== (b.node === UNBOUND)) return a.node === UNBOUND ? -1 : 1
    if (PHASES[a.phase] !== PHASES[b.phase]) return PHASES[a.phase] - PHASES[b.phase]
    if (a.ready !== b.ready) return a.ready ? 1 : -1
    if (x.cost !== y.cost) return x.cost - y.cost
    if (x.doubled !== y.doubled) return y.doubled - x.doubled
    const ready = a.ready ? byAge(a.readyTransition, b.readyTransition, now, rules, uids) : 0
    if (ready !== 0) return ready
    return restarts(b) - restarts(a) || byAge(a.created, b.created, now, rules, uids) || uids
  })
  return rows.map((row) => row.pod)
}

/** `getPodsToDelete`: the `count` Pods to delete; they are ranked only when some stay. */
export function podsToDelete(
  pods: readonly Pod[],
  count: number,
  related: (pod: Pod) => number,
  now: Instant,
  rules: RankRules,
): readonly Pod[] {
  return count < pods.length ? rank(pods, related, now, rules).slice(0, count) : pods
}
