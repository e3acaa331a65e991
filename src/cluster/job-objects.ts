import type { Instant } from '../kernel/time.ts'
import type { CronJobManifest, JobSpec } from '../scenario/specs.ts'
import type { ApiObject, JobId, PodId } from './objects.ts'

/** A Job: Pods that run to their end. */
export interface Job extends ApiObject, JobSpec {
  readonly kind: 'Job'
  readonly status: JobStatus
}
/** How a Job ends, or why. */
export interface JobEnd {
  readonly type: 'Complete' | 'Failed'
  /** BackoffLimitExceeded, DeadlineExceeded, PodFailurePolicy; empty when complete. */
  readonly reason: string
}
/** Counts of Pods, as the controller last wrote them. */
export interface JobStatus {
  readonly active: number
  readonly ready: number
  readonly terminating: number
  readonly succeeded: number
  readonly failed: number
  /** `completedIndexes` of an Indexed Job, ascending. */
  readonly completedIndexes: readonly number[]
  /** `uncountedTerminatedPods`: ended Pods whose finalizer is still there. */
  readonly uncountedSucceeded: readonly PodId[]
  readonly uncountedFailed: readonly PodId[]
  readonly startTime: Instant | null
  readonly suspended: boolean
  /** Conditions FailureTarget and SuccessCriteriaMet: it will end so when its last Pod has. */
  readonly target: JobEnd | null
  /** Conditions Complete and Failed. */
  readonly end: JobEnd | null
  readonly endTime: Instant | null
}

/** A CronJob: a Job at each time of a schedule. */
export interface CronJob extends ApiObject, Omit<CronJobManifest, keyof ApiObject | 'kind'> {
  readonly kind: 'CronJob'
  readonly status: {
    readonly active: readonly JobId[]
    /** The start that was last acted upon [s since 1 January 1970 UTC]. */
    readonly lastScheduleTime: number | null
  }
}
