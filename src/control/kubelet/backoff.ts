import type { Instant } from '../../kernel/time.ts'

/** What a kubelet remembers about a container that keeps ending, or an image that cannot be pulled. Lost when the kubelet restarts. */
export interface BackoffEntry {
  /** µs. */
  readonly backoff: number
  /** When it was allowed to start last. */
  readonly updated: Instant
}

/** First and longest delay [µs]. */
export interface BackoffLimits {
  readonly initial: number
  readonly max: number
}

/** `backOff` and `MaxContainerBackOff` (pkg/kubelet/kubelet.go, 1.20 … 1.36). */
export const DEFAULT_LIMITS: BackoffLimits = { initial: 10_000_000, max: 300_000_000 }
/** 2 · max in flowcontrol; 600 s whatever the maximum from 1.32 (pkg/kubelet/kubelet.go). */
const EXPIRY_US = 600_000_000

/**
 * The limits of CrashLoopBackOff: newCrashLoopBackOff (pkg/kubelet/kubelet.go; KEP-4603). Fields count from the release that knows them.
 */
export function crashLimits(minor: number, maxPeriod: number, reduced: boolean): BackoffLimits {
  const { initial, max } = reduced && minor >= 33 ? { initial: 1_000_000, max: 60_000_000 } : DEFAULT_LIMITS
  const longest = minor >= 32 ? Math.min(max, maxPeriod) : max
  return { initial: Math.min(initial, longest), max: longest }
}

/**
 * What is left of an entry at `now`: housekeeping, whose last pass was at `collected`, has deleted it once it was 600 s old.
 * flowcontrol.Backoff.GC, called by HandlePodCleanups (client-go util/flowcontrol/backoff.go, 1.20 … 1.36).
 */
export function keptEntry(entry: BackoffEntry | undefined, collected: Instant): BackoffEntry | undefined {
  return entry !== undefined && collected - entry.updated > EXPIRY_US ? undefined : entry
}

/**
 * When something that failed at `failed` may be tried again: `failed` itself when there is no back-off to wait for. doBackOff
 * (kuberuntime_manager.go) with flowcontrol.Backoff.IsInBackOffSince (1.20 … 1.36).
 */
export function backoffEnd(entry: BackoffEntry | undefined, failed: Instant): Instant {
  if (entry === undefined || failed - entry.updated > EXPIRY_US) return failed
  return (failed + entry.backoff) as Instant
}

/** The entry after a new attempt at `now`, following a failure at `failed`: flowcontrol.Backoff.Next. */
export function nextEntry(entry: BackoffEntry | undefined, failed: Instant, now: Instant, limits: BackoffLimits): BackoffEntry {
  if (entry === undefined || failed - entry.updated > EXPIRY_US) return { backoff: limits.initial, updated: now }
  return { backoff: Math.min(entry.backoff * 2, limits.max), updated: now }
}
