import type { Job, JobEnd, Pod } from '../../cluster/objects.ts'
import { type Instant, seconds } from '../../kernel/time.ts'
import { podsToDelete, rankRules } from '../replicaset/rank.ts'
import type { JobFacts } from './facts.ts'
import { failsJob } from './failure-policy.ts'
import { creatable } from './per-index.ts'
import { indexOf, NO_INDEX, restartsOf, waitsForEnd } from './pods.ts'
import { meetsSuccessPolicy } from './success-policy.ts'

/** Most Pods that one sync creates, and most that it deletes (MaxPodCreateDeletePerSync, pkg/controller/job/job_controller.go, 1.20 … 1.36). */
const MOST_PODS = 500

/** What a sync does about the Pods of a Job. */
export interface JobPlan {
  /** Indexes of the Pods to create, in order; NO_INDEX each when the Job has none. */
  readonly create: readonly number[]
  readonly remove: readonly Pod[]
  /** The Job looks at itself again after this [µs]; null: nothing to wait for. */
  readonly again: number | null
}

const NOTHING: JobPlan = { create: [], remove: [], again: null }

/** How many Pods a Job wants to run beside those that have succeeded: manageJob. */
export function wantActive(
  { completions, parallelism, suspend }: Pick<Job, 'completions' | 'parallelism' | 'suspend'>,
  succeeded: number,
  active: number,
): number {
  if (suspend) return 0
  if (completions === null) return succeeded > 0 ? active : parallelism
  return Math.max(0, Math.min(parallelism, completions - succeeded))
}

/** Whether containers of running Pods have restarted as often as `backoffLimit` allows (pastBackoffLimitOnFailure, 1.20 … 1.36). */
export function pastRestarts({ backoffLimit, template }: Job, pods: readonly Pod[]): boolean {
  if (template.spec.restartPolicy !== 'OnFailure') return false
  const restarts = restartsOf(pods)
  return backoffLimit === 0 ? restarts > 0 : restarts >= backoffLimit
}

/** Time left until `activeDeadlineSeconds` [µs]; null: there is none, or the Job has not started. */
export function deadlineIn({ activeDeadlineSeconds, suspend, status }: Job, started: Instant | null, now: Instant): number | null {
  if (activeDeadlineSeconds === null || suspend) return null
  return (status.startTime ?? started ?? now) + seconds(activeDeadlineSeconds) - now
}

/** Why a Job has failed, as far as its Pods tell; null: it has not. The first reason counts. */
export function failureOf(
  job: Job,
  { failed, pods, indexes, failedIndexes }: Pick<JobFacts, 'failed' | 'pods' | 'indexes' | 'failedIndexes'>,
  now: Instant,
): JobEnd | null {
  if (job.status.target?.type === 'Failed') return job.status.target
  if (failsJob(job, pods)) return { type: 'Failed', reason: 'PodFailurePolicy' }
  if (failed > job.backoffLimit || pastRestarts(job, pods)) return { type: 'Failed', reason: 'BackoffLimitExceeded' }
  const left = deadlineIn(job, null, now)
  if (job.status.startTime !== null && left !== null && left <= 0) return { type: 'Failed', reason: 'DeadlineExceeded' }
  if (job.maxFailedIndexes !== null && failedIndexes.length > job.maxFailedIndexes)
    return { type: 'Failed', reason: 'MaxFailedIndexesExceeded' }
  const through = failedIndexes.length > 0 && failedIndexes.length + indexes.length >= (job.completions ?? 0)
  return through ? { type: 'Failed', reason: 'FailedIndexes' } : null
}

/** The end of a Job whose successPolicy is met; null: it is not, or there is none. */
export const successOf = (job: Job, { indexes }: Pick<JobFacts, 'indexes'>): JobEnd | null =>
  meetsSuccessPolicy(job, indexes) ? { type: 'Complete', reason: 'SuccessPolicy' } : null

/** Indexes that no Pod works on, lowest first (firstPendingIndexes). */
function pendingIndexes(job: Job, { active, terminating, indexes, failedIndexes }: JobFacts, count: number): number[] {
  const taken = new Set([...indexes, ...failedIndexes, ...active.map(indexOf), ...(waitsForEnd(job) ? terminating.map(indexOf) : [])])
  const pending: number[] = []
  for (let index = 0; index < (job.completions ?? 0) && pending.length < count; index++) if (!taken.has(index)) pending.push(index)
  return pending
}

/** Active Pods without a valid index, and all but the first of each (appendDuplicatedIndexPodsForRemoval). */
function repeated({ completionMode, completions }: Job, active: readonly Pod[]): Pod[] {
  if (completionMode !== 'Indexed') return []
  const seen = new Set<number>()
  return active.filter((pod) => {
    const index = indexOf(pod)
    if (index === NO_INDEX || index >= (completions ?? 0) || seen.has(index)) return true
    seen.add(index)
    return false
  })
}

/**
 * manageJob: too many Pods go, too few are created once `backoff` [µs] is over; never both in one sync.
 * pkg/controller/job/job_controller.go (1.27 … 1.36).
 */
export function plan(job: Job, facts: JobFacts, backoff: number, now: Instant, minor: number): JobPlan {
  const { active } = facts
  const going = waitsForEnd(job) ? facts.terminating.length : 0
  const wanted = wantActive(job, facts.succeeded, active.length)
  const odd = repeated(job, active)
  const surplus = Math.min(active.length, Math.max(odd.length, active.length + (job.suspend ? 0 : going) - wanted))
  if (surplus > 0) {
    const others = active.filter((pod) => !odd.includes(pod))
    const ranked = podsToDelete(others, surplus - odd.length, () => 0, now, rankRules(minor))
    return { ...NOTHING, remove: [...odd, ...ranked].slice(0, MOST_PODS) }
  }
  const missing = wanted - going - active.length
  if (missing <= 0) return NOTHING
  const count = Math.min(missing, MOST_PODS)
  // Where each index has its own limit, each has its own pause.
  if (job.backoffLimitPerIndex !== null) return { ...NOTHING, ...creatable(pendingIndexes(job, facts, count), facts.held, now, minor) }
  if (backoff > 0) return { ...NOTHING, again: backoff }
  const create = job.completionMode === 'Indexed' ? pendingIndexes(job, facts, count) : Array.from({ length: count }, () => NO_INDEX)
  return { ...NOTHING, create }
}

/** Whether a Job has done what it had to: as many successes as wanted, or one and nobody works any more. `active`: after this sync. */
export function isComplete({ completions }: Job, succeeded: number, active: number): boolean {
  return active === 0 && (completions === null ? succeeded > 0 : succeeded >= completions)
}
