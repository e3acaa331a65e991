import { isScaled, isTerminal, type Pod } from '../../cluster/objects.ts'
import { seconds } from '../../kernel/time.ts'
import type { AutoscalerFlags } from './flags.ts'

const SAFE_TO_EVICT = 'cluster-autoscaler.kubernetes.io/safe-to-evict'
const SAFE_TO_EVICT_LOCAL_VOLUMES = 'cluster-autoscaler.kubernetes.io/safe-to-evict-local-volumes'
/** PodLongTerminatingExtraThreshold (utils/drain/drain.go). */
const OVERDUE_US = seconds(30)

/** What is known of a Pod beyond itself. */
export interface Surroundings {
  /** Its controller is there. */
  readonly hasController: boolean
  /** How many more Pods each PodDisruptionBudget that selects it allows to go. */
  readonly budgets: readonly number[]
}

type RuleFlags = Pick<AutoscalerFlags, 'skip-nodes-with-system-pods' | 'skip-nodes-with-local-storage'>

/**
 * What a Pod means for the removal of its Node: it stays with the Node, is of a DaemonSet, must find another place, or keeps the Node
 * (why).
 */
export type Drainability = 'skipped' | 'daemon' | 'moves' | 'not replicated' | 'system' | 'not safe to evict' | 'local storage' | 'budget'

/** When a terminating Pod counts no more: its grace period and 30 s after it should be gone. utils/drain/drain.go:IsPodLongTerminating. */
export const overdueAt = ({ deletionTimestamp, spec }: Pick<Pod, 'deletionTimestamp' | 'spec'>): number =>
  deletionTimestamp === null ? Number.POSITIVE_INFINITY : deletionTimestamp + seconds(spec.terminationGracePeriodSeconds) + OVERDUE_US

/** HasBlockingLocalStorage: an emptyDir or hostPath that no annotation gives up. */
function hasLocalStorage({ spec, annotations }: Pick<Pod, 'spec' | 'annotations'>): boolean {
  const givenUp = (annotations[SAFE_TO_EVICT_LOCAL_VOLUMES] ?? '').split(',')
  return spec.volumes.some(({ kind, name }) => (kind === 'emptyDir' || kind === 'hostPath') && !givenUp.includes(name))
}

/**
 * The first rule that applies. autoscaler simulator/drainability/rules/rules.go:Default, in its order: mirror, long terminating, DaemonSet,
 * safe to evict, ended, replicated, system, not safe to evict, local storage, budget.
 */
export function drainability(pod: Pod, now: number, { hasController, budgets }: Surroundings, flags: RuleFlags): Drainability {
  if (pod.mirror || overdueAt(pod) < now) return 'skipped'
  if (pod.owner?.kind === 'DaemonSet') return 'daemon'
  const safe = pod.annotations[SAFE_TO_EVICT]
  if (safe === 'true' || isTerminal(pod)) return 'moves'
  if (!hasController) return 'not replicated'
  if (flags['skip-nodes-with-system-pods'] && pod.namespace === 'kube-system' && budgets.length === 0) return 'system'
  if (safe === 'false') return 'not safe to evict'
  if (flags['skip-nodes-with-local-storage'] && hasLocalStorage(pod)) return 'local storage'
  return budgets.some((allowed) => allowed < 1) ? 'budget' : 'moves'
}

/** Whether the controller of a Pod is one that makes new Pods and, as far as `find` can know, is there (rules/replicated). */
export function isReplicated(
  { owner }: Pick<Pod, 'owner'>,
  find: (kind: 'ReplicaSet' | 'ReplicationController' | 'StatefulSet', id: number) => unknown,
): boolean {
  if (owner === null) return false
  return isScaled(owner) ? find(owner.kind, owner.id) !== undefined : owner.kind === 'Job'
}
