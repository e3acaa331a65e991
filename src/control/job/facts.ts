import type { Job, Pod, PodId } from '../../cluster/objects.ts'
import { counted } from './failure-policy.ts'
import { failsIndex, heldPods } from './per-index.ts'
import { activePods, indexOf, isFailed, isTracked, NO_INDEX, terminatingPods } from './pods.ts'

/** What the Pods of a Job come to, beside what its status has counted already. */
export interface JobFacts {
  readonly pods: readonly Pod[]
  readonly active: readonly Pod[]
  readonly terminating: readonly Pod[]
  /** Pods that the controller has yet to count and let go. */
  readonly tracked: readonly Pod[]
  readonly newSucceeded: readonly Pod[]
  readonly newFailed: readonly Pod[]
  /** Totals, new ones included; of an Indexed Job `succeeded` counts indexes. */
  readonly succeeded: number
  readonly failed: number
  /** Indexes of an Indexed Job that have succeeded, ascending. */
  readonly indexes: readonly number[]
  /** Of one with backoffLimitPerIndex: those that have failed for good, ascending, and the failed Pods that have yet to be replaced. */
  readonly failedIndexes: readonly number[]
  readonly held: ReadonlyMap<number, Pod>
}

const NONE: ReadonlySet<PodId> = new Set<PodId>()

/**
 * Counts the Pods of a Job. `released`: Pods whose finalizer was taken off although the cache does not show it yet.
 * syncJob, getNewFinishedPods (pkg/controller/job/job_controller.go, 1.26 … 1.36).
 */
export function factsOf(job: Job, pods: readonly Pod[], minor: number, released: ReadonlySet<PodId> = NONE): JobFacts {
  const { status, completionMode, completions } = job
  const indexed = completionMode === 'Indexed'
  const valid = (pod: Pod): boolean => !indexed || (indexOf(pod) !== NO_INDEX && indexOf(pod) < (completions ?? 0))
  const has = (list: readonly PodId[], pod: Pod): boolean => list.includes(pod.id as PodId)
  const tracked = pods.filter((pod) => isTracked(pod) && !released.has(pod.id as PodId))
  const fresh = tracked.filter((pod) => valid(pod) && !has(status.uncountedSucceeded, pod) && !has(status.uncountedFailed, pod))
  const newSucceeded = fresh.filter((pod) => pod.phase === 'Succeeded')
  const newFailed = fresh.filter((pod) => isFailed(pod, job))
  const indexes = indexed ? [...new Set([...status.completedIndexes, ...newSucceeded.map(indexOf)])].sort((a, b) => a - b) : []
  const active = activePods(pods)
  const failing = tracked.filter((pod) => valid(pod) && failsIndex(job, pod))
  const failedIndexes = [...new Set([...status.failedIndexes, ...failing.map(indexOf)])].sort((a, b) => a - b)
  const done = [...indexes, ...failedIndexes, ...active.map(indexOf)]
  return {
    pods,
    active,
    terminating: terminatingPods(pods),
    tracked,
    newSucceeded,
    newFailed,
    succeeded: indexed ? indexes.length : status.succeeded + newSucceeded.length + status.uncountedSucceeded.length,
    failed: status.failed + counted(job, newFailed).length + status.uncountedFailed.length,
    indexes,
    failedIndexes,
    held: heldPods(job, tracked.filter(valid), done, minor),
  }
}
