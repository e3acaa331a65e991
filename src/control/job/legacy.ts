import type { Job, JobEnd, JobStatus, Pod } from '../../cluster/objects.ts'
import type { Instant } from '../../kernel/time.ts'
import { deadlineIn, pastRestarts } from './plan.ts'

/** How a Job of 1.20 counts: by the phases of the Pods that are there, so that a deleted one was never a failure. */
export interface Counts {
  readonly active: number
  readonly succeeded: number
  readonly failed: number
}

/** getStatus (pkg/controller/job/job_controller.go, 1.20). */
export const countsOf = (pods: readonly Pod[], active: readonly Pod[]): Counts => ({
  active: active.length,
  succeeded: pods.filter(({ phase }) => phase === 'Succeeded').length,
  failed: pods.filter(({ phase }) => phase === 'Failed').length,
})

/** Whether there are failures that the status does not show yet. */
export const hasNewFailure = ({ status }: Job, { failed }: Counts): boolean => failed > status.failed

/** Why the Job has failed; null: it has not. syncJob (1.20). */
export function legacyFailure(job: Job, counts: Counts, pods: readonly Pod[], now: Instant): JobEnd | null {
  const exceeds = hasNewFailure(job, counts) && counts.active !== job.parallelism && counts.failed > job.backoffLimit
  if (exceeds || pastRestarts(job, pods)) return { type: 'Failed', reason: 'BackoffLimitExceeded' }
  const left = deadlineIn(job, null, now)
  return job.status.startTime !== null && left !== null && left <= 0 ? { type: 'Failed', reason: 'DeadlineExceeded' } : null
}

/** The status after the sync; `failure`: it fails, and its active Pods count as failed. */
export function legacyStatus(job: Job, counts: Counts, failure: JobEnd | null, active: number, ready: number, now: Instant): JobStatus {
  const { status, completions } = job
  const { succeeded } = counts
  const complete = failure === null && (completions === null ? succeeded > 0 && active === 0 : succeeded >= completions)
  const end = failure ?? (complete ? { type: 'Complete' as const, reason: '' } : null)
  return {
    ...status,
    active: failure === null ? active : 0,
    ready,
    succeeded,
    failed: failure === null ? counts.failed : counts.failed + counts.active,
    startTime: status.startTime ?? now,
    end,
    endTime: end === null ? null : now,
  }
}

/** Pause before a failed Pod is looked at, and after a sync that has found one [µs]: none, then 10 s · 2^(n − 1) up to 6 min (getBackoff, 1.20). */
export const legacyBackoff = (retries: number): number => (retries <= 0 ? 0 : Math.min(10e6 * 2 ** Math.min(retries - 1, 20), 360e6))
