import { isTerminal, type Node, type Pod } from '../../cluster/objects.ts'
import { seconds } from '../../kernel/time.ts'

/** maxWaitForUnmountDuration (attach_detach_controller.go:DefaultTimerConfig ReconcilerMaxWaitForUnmountDuration, 1.20 … 1.36). */
export const UNMOUNT_WAIT = seconds(360)
/** From when on only volumes of unhealthy Nodes are detached by force (PR #110721), and the out-of-service taint frees volumes (KEP-2268, on from 1.26). */
const UNHEALTHY_SINCE = 26
const OUT_OF_SERVICE_SINCE = 26
const OUT_OF_SERVICE = 'node.kubernetes.io/out-of-service'
/** Back-off of an operation that failed (util/goroutinemap/exponentialbackoff, 1.20 … 1.36). */
const FIRST_BACKOFF = 500_000
const LONGEST_BACKOFF = seconds(122)

/** Pause after the n-th failure in a row, from 1 [µs]: 500 ms doubling up to 2 min 2 s. */
export const operationBackoff = (failures: number): number => Math.min(FIRST_BACKOFF * 2 ** Math.min(failures - 1, 40), LONGEST_BACKOFF)

/**
 * Whether a bound Pod wants its volumes attached: until it has ended, or is being deleted with no container running as last reported. volume/util:
 * IsPodTerminated, DetermineVolumeAction (1.20 … 1.36). So a Pod on a dead Node wants them for as long as its object is there.
 */
export function wantsVolumes(pod: Pod): boolean {
  if (pod.node < 0 || isTerminal(pod)) return false
  return pod.deletionTimestamp === null || pod.containerStatuses.some(({ state }) => state === 'running')
}

/** What is known of a volume that is attached and wanted no more. */
export interface Unwanted {
  /** Its Node's kubelet reports it in use, or has not reported since it was attached. */
  readonly mounted: boolean
  /** Since the detach was first wanted [µs]. */
  readonly elapsed: number
  readonly node: Pick<Node, 'ready' | 'taints'> | undefined
}

/** `detach` after a look whether it is safe, `force` without. */
export type Verdict = 'wait' | 'detach' | 'force'

/**
 * Whether a volume that is wanted no more is detached: once its kubelet has unmounted it; from a Node that is out of service at once; else when six minutes have
 * passed, from 1.26 on only if the Node is not Ready. pkg/controller/volume/attachdetach/reconciler/reconciler.go:reconcile (1.20 … 1.36).
 */
export function judgeDetach({ mounted, elapsed, node }: Unwanted, forceDisabled: boolean, minor: number): Verdict {
  const late = elapsed > UNMOUNT_WAIT && !forceDisabled
  const outOfService = minor >= OUT_OF_SERVICE_SINCE && node?.taints.some(({ key }) => key === OUT_OF_SERVICE) === true
  const forced = late && (minor < UNHEALTHY_SINCE || node?.ready !== 'True')
  if (mounted && !forced && !outOfService) return 'wait'
  return late || outOfService ? 'force' : 'detach'
}
