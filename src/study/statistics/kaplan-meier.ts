import type { Observation } from './observation.ts'

/** Products of fractions miss round shares by a few last bits. */
const ROUNDING = 1e-9

/**
 * The p-quantile of times of which some are censored (Kaplan and Meier 1958): the smallest observed time by which the estimated share
 * still waiting has fallen to 1 − p; null when it never does.
 * @param sorted ascending, observed before censored at equal times
 */
export function kaplanMeierQuantile(sorted: readonly Observation[], p: number): number | null {
  let waiting = 1
  for (const [i, { value, censored }] of sorted.entries()) {
    if (censored) continue
    waiting *= 1 - 1 / (sorted.length - i)
    if (waiting <= 1 - p + ROUNDING) return value
  }
  return null
}
