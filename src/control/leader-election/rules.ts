import type { Instant } from '../../kernel/time.ts'

/** Greatest share of the retry period that followers add to it (leaderelection.go:JitterFactor, 1.20 … 1.36). */
export const JITTER_FACTOR = 1.2

/**
 * Whether a candidate that last saw the record change at `observed` may take it over: the lease is over by the candidate's own clock, whatever the record says
 * of its age. staging/src/k8s.io/client-go/tools/leaderelection/leaderelection.go:tryAcquireOrRenew (1.20 … 1.36).
 */
export const isExpired = (observed: Instant, now: Instant, leaseDuration: number): boolean => observed + leaseDuration <= now

/**
 * When a leader gives up whose first failed renewal began at `attempt`: the deadline counts from there (leaderelection.go:renew, 1.20 … 1.36).
 */
export const givesUpAt = (attempt: Instant, renewDeadline: number): Instant => (attempt + renewDeadline) as Instant

/**
 * The attempt of a leader that gets through once the API server is back at `back`; null when the renew deadline comes first. Attempts that fail at once are a retry
 * period apart, those that hang as long as their call (`call`) where that is longer.
 */
export function renewsAt(attempt: Instant, back: Instant, retryPeriod: number, call: number, renewDeadline: number): Instant | null {
  const step = Math.max(retryPeriod, call)
  const failed = Math.max(0, Math.ceil((back - attempt) / step))
  const time = (attempt + failed * step) as Instant
  return time < givesUpAt(attempt, renewDeadline) ? time : null
}

/** From this release on a call that hangs is given up in time for another (PR #97958, PR #98059). */
const RETRIES_SINCE = 21

/**
 * The timeout of one call of a leader election client [µs]: half the renew deadline (client-go resourcelock.NewFromKubeconfig, 1.21 …
 * 1.36); all of it in 1.20, so that a single call that hangs costs the leadership.
 */
export const callTimeout = (renewDeadline: number, minor: number): number =>
  minor < RETRIES_SINCE ? renewDeadline : Math.max(1_000_000, renewDeadline / 2)

/**
 * Whether a process that is told to end gives its lease up, so that others need not wait for its end (ReleaseOnCancel): kube-scheduler from 1.27,
 * kube-controller-manager never (cmd/kube-scheduler/app/server.go).
 */
export const releasesOnExit = (program: string, minor: number): boolean => program === 'kube-scheduler' && minor >= 27
