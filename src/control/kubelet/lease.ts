import type { ServerState } from '../../cluster/control-plane.ts'
import { failureTime } from '../../cluster/control-plane.ts'
import type { Instant } from '../../kernel/time.ts'

/** Timeout of the heartbeat client [µs]: a call that nobody answers is given up after that (cmd/kubelet/app/server.go, 1.20 … 1.36). */
export const HEARTBEAT_TIMEOUT_US = 10_000_000
/** Updates tried at once (maxUpdateRetries), then GETs with a pause that doubles up to 7 s (sleep, maxBackoff). component-helpers apimachinery/lease/controller.go (1.20 … 1.36). */
const UPDATES = 5
const FIRST_PAUSE_US = 200_000
const LONGEST_PAUSE_US = 7_000_000

/** How long one try of a renewal hangs before it fails [µs]. */
export const tryTime = (state: ServerState): number => (state === 'refused' ? 0 : failureTime(state, HEARTBEAT_TIMEOUT_US))

/**
 * When a kubelet renews its lease whose renewals fail since `first`, once the API server is back at `back`: its first try that begins then or later. Each failing
 * try takes `call` [µs]. retryUpdateLease, backoffEnsureLease.
 */
export function renewedAt(first: Instant, back: Instant, call: number): Instant {
  if (first >= back) return first
  let time = first + UPDATES * call
  if (call > 0 && time >= back) return (first + Math.ceil((back - first) / call) * call) as Instant
  for (let pause = FIRST_PAUSE_US; pause < LONGEST_PAUSE_US; pause *= 2) {
    if (time >= back) return time as Instant
    time += call + pause
  }
  const step = call + LONGEST_PAUSE_US
  return (time + Math.max(0, Math.ceil((back - time) / step)) * step) as Instant
}
