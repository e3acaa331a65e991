import type { Pod } from '../../cluster/objects.ts'
import { type Duration, type Instant, seconds } from '../../kernel/time.ts'
import { finishedAt } from './pods.ts'

/** Failures since the last success, and when the last one was. */
export interface BackoffRecord {
  readonly failures: number
  readonly last: Instant | null
}

/** No failure yet. */
export const NO_FAILURE: BackoffRecord = { failures: 0, last: null }

/** DefaultJobPodFailureBackOff, and MaxJobPodFailureBackOff: 6 min up to 1.27, 10 min since (pkg/controller/job/job_controller.go). */
const INITIAL = seconds(10) as number
const longest = (minor: number): number => seconds(minor <= 27 ? 360 : 600)

/**
 * The record after Pods that ended: each success begins the count anew, failures later than the last success count on.
 * newBackoffRecord (pkg/controller/job/backoff_utils.go, 1.27 … 1.36).
 */
export function nextRecord(before: BackoffRecord, succeeded: readonly Pod[], failed: readonly Pod[], minor: number): BackoffRecord {
  const times = failed.map((pod) => finishedAt(pod, minor)).sort((a, b) => a - b)
  if (succeeded.length === 0) {
    const last = times.at(-1)
    return last === undefined ? before : { failures: before.failures + times.length, last }
  }
  const success = Math.max(...succeeded.map((pod) => finishedAt(pod, minor)))
  const later = times.filter((time) => time > success)
  return { failures: later.length, last: later.at(-1) ?? null }
}

/** How long to wait before the next Pod may be created [µs]: 10 s · 2^(failures − 1) from the last failure on (getRemainingTimeForFailuresCount). */
export function remaining({ failures, last }: BackoffRecord, now: Instant, minor: number): Duration {
  if (failures === 0 || last === null) return 0 as Duration
  const backoff = Math.min(INITIAL * 2 ** Math.min(failures - 1, 20), longest(minor))
  return Math.max(0, last + backoff - now) as Duration
}
