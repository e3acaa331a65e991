import type { Job, JobEnd, JobStatus, Pod, PodId } from '../../cluster/objects.ts'
import type { Instant } from '../../kernel/time.ts'
import type { JobFacts } from './facts.ts'
import { policyOf } from './failure-policy.ts'
import { indexOf, isFailed } from './pods.ts'

/** From 1.31 a Job ends when its last Pod has, and says before how it will (delayTerminalCondition; gates JobManagedBy, JobPodReplacementPolicy). */
const ENDS_LAST_SINCE = 31

/** Most Pods counted in one sync (MaxUncountedPods, pkg/controller/job/job_controller.go, 1.26 … 1.36). */
const MOST_UNCOUNTED = 500

/** The status with every Pod that has newly ended, and the Pods that may then go. */
export interface Tracking {
  readonly status: JobStatus
  readonly release: readonly Pod[]
}

/**
 * trackJobStatusAndRemoveFinalizers, up to its first write: Pods that have ended are noted as uncounted; with the end of the Job every Pod is.
 * `end`: how the Job ends, when this sync found that it does; `active` and `terminating`: after this sync.
 */
export function track(
  job: Job,
  facts: JobFacts,
  end: JobEnd | null,
  { active, terminating }: { readonly active: number; readonly terminating: number },
  now: Instant,
  minor: number,
): Tracking {
  const succeeded = [...job.status.uncountedSucceeded]
  const failed = [...job.status.uncountedFailed]
  const indexed = job.completionMode === 'Indexed'
  const release: Pod[] = []
  for (const pod of facts.tracked) {
    const id = pod.id as PodId
    const failure = isFailed(pod, job)
    if (end === null && !failure && pod.phase !== 'Succeeded') continue
    if (end === null && facts.held.get(indexOf(pod)) === pod) continue
    release.push(pod)
    if (pod.phase === 'Succeeded' && !failed.includes(id)) {
      if (!indexed && !succeeded.includes(id)) succeeded.push(id)
    } else if ((failure || end?.type === 'Failed') && !failed.includes(id) && policyOf(job, pod) !== 'Ignore') failed.push(id)
    if (succeeded.length + failed.length >= MOST_UNCOUNTED) break
  }
  const starts = job.status.startTime === null || (job.status.suspended && !job.suspend)
  const status: JobStatus = {
    ...job.status,
    active,
    ready: facts.active.filter((pod) => pod.ready).length,
    terminating,
    succeeded: indexed ? facts.indexes.length : job.status.succeeded,
    completedIndexes: facts.indexes,
    failedIndexes: facts.failedIndexes,
    uncountedSucceeded: succeeded,
    uncountedFailed: failed,
    startTime: starts && !job.suspend ? now : job.status.startTime,
    suspended: job.suspend,
    target: end !== null && minor >= ENDS_LAST_SINCE ? end : job.status.target,
  }
  return { status, release }
}

/**
 * What the status says once these finalizers are gone: uncounted Pods without one are counted, and the Job ends when none is left
 * (cleanUncountedPodsWithoutFinalizers, enactJobFinished).
 */
export function settled(status: JobStatus, held: ReadonlySet<PodId>, end: JobEnd | null, now: Instant, minor: number): JobStatus {
  const uncountedSucceeded = status.uncountedSucceeded.filter((id) => held.has(id))
  const uncountedFailed = status.uncountedFailed.filter((id) => held.has(id))
  const waits = minor >= ENDS_LAST_SINCE && status.terminating > 0
  const ends = end !== null && uncountedSucceeded.length + uncountedFailed.length === 0 && !waits
  return {
    ...status,
    succeeded: status.succeeded + status.uncountedSucceeded.length - uncountedSucceeded.length,
    failed: status.failed + status.uncountedFailed.length - uncountedFailed.length,
    uncountedSucceeded,
    uncountedFailed,
    end: ends ? end : status.end,
    endTime: ends ? now : status.endTime,
  }
}
