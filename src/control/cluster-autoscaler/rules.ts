import type { Estimate } from './simulation.ts'

/** How the group to grow is chosen among those that help. */
export type Expander = 'random' | 'least-waste' | 'most-pods'

/** A group that could be made larger, and what that would help. */
export interface Option extends Estimate {
  /** Place in the list of groups. */
  readonly group: number
}

/** The option to take; `draw` is uniform in [0, 1). autoscaler expander/random, expander/waste, expander/mostpods; ties go to chance. */
export function chooseOption(options: readonly Option[], expander: Expander, draw: number): Option | undefined {
  const score = ({ waste, pods }: Option): number => (expander === 'least-waste' ? -waste : expander === 'most-pods' ? pods.length : 0)
  const best = Math.max(...options.map(score))
  const among = options.filter((option) => score(option) === best)
  return among[Math.floor(draw * among.length)]
}

/**
 * Whether so many Nodes are not ready that the autoscaler does nothing: more than `ok-total-unready-count` and more than `max-total-unready-percentage`.
 * autoscaler clusterstate/clusterstate.go:IsClusterHealthy.
 */
export const isHealthy = (unready: number, total: number, okCount: number, percentage: number): boolean =>
  unready <= okCount || unready <= (total * percentage) / 100

/** Back-off of a group whose machines did not come. Times in µs. */
export interface Backoff {
  readonly until: number
  readonly duration: number
  readonly failed: number
}

/** Limits of that back-off [µs]. */
export interface BackoffLimits {
  readonly initial: number
  readonly max: number
  readonly reset: number
}

/** The back-off after one more failure: it doubles, unless the one before was long ago. autoscaler utils/backoff/exponential_backoff.go. */
export function nextBackoff(before: Backoff | null, now: number, { initial, max, reset }: BackoffLimits): Backoff {
  const again = before !== null && before.failed + reset > now
  const duration = again ? (now < before.until ? before.duration : Math.min(max, 2 * before.duration)) : initial
  return { until: now + duration, duration, failed: now }
}
