import { type Instant, seconds } from '../../kernel/time.ts'

/** `flowcontrol.NewBackOff(1s, 15m)` (pkg/controller/daemon/daemon_controller.go:NewDaemonSetsController, 1.20 … 1.36) [µs]. */
const INITIAL = seconds(1) as number
const MAX = seconds(15 * 60) as number

interface Entry {
  readonly backoff: number
  readonly updated: Instant
}

/**
 * How long the failed Pods of a Node are left alone: 1 s after the first was deleted, doubling up to 15 min, and forgotten after 30 min without a
 * failure. Keys are those of failedPodsBackoffKey. client-go util/flowcontrol/backoff.go (1.20 … 1.36).
 */
export class FailedPodBackoff {
  private readonly entries = new Map<string, Entry>()

  /** Pause to wait before the next failed Pod may be deleted [µs], which then begins anew; 0: it may be deleted, and the next one waits longer. */
  next(key: string, now: Instant): number {
    const entry = this.entries.get(key)
    const known = entry !== undefined && now - entry.updated <= 2 * MAX ? entry : undefined
    if (known !== undefined && now - known.updated < known.backoff) return known.backoff
    this.entries.set(key, { backoff: known === undefined ? INITIAL : Math.min(2 * known.backoff, MAX), updated: now })
    return 0
  }
}
