import { binomialCdf } from './binomial.ts'
import type { Observation } from './observation.ts'

/** One-sided limits; null where so few values cannot give one. */
export interface Limits {
  readonly lower: number | null
  readonly upper: number | null
}

/**
 * Ranks (from 1) of the order statistics that bound the p-quantile of the population from below and above, each with `confidence`,
 * whatever the distribution: the number of values below the quantile is binomial(n, p). Null where no rank will do: the upper limit
 * of p95 at 95 % needs 59 values.
 */
export function quantileRanks(n: number, p: number, confidence: number): Limits {
  const lower = firstRank(n, (rank) => binomialCdf(rank - 1, n, p) > 1 - confidence) - 1
  const upper = firstRank(n, (rank) => binomialCdf(rank - 1, n, p) >= confidence)
  return { lower: lower === 0 ? null : lower, upper: upper === n + 1 ? null : upper }
}

/** Smallest of 1 … n that satisfies a condition that stays true once it is; n + 1 when none does. */
function firstRank(n: number, satisfies: (rank: number) => boolean): number {
  let low = 1
  let high = n + 1
  while (low < high) {
    const middle = (low + high) >>> 1
    if (satisfies(middle)) high = middle
    else low = middle + 1
  }
  return low
}

/**
 * The order statistics at those ranks. A censored value counts as what it is at least for the lower limit and as infinite for the
 * upper one, so both limits keep their confidence; an infinite limit is null.
 */
export function quantileLimits(sorted: readonly Observation[], p: number, confidence: number): Limits {
  const ranks = quantileRanks(sorted.length, p, confidence)
  const observed = sorted.filter((observation) => !observation.censored)
  return {
    lower: ranks.lower === null ? null : (sorted[ranks.lower - 1]?.value ?? null),
    upper: ranks.upper === null ? null : (observed[ranks.upper - 1]?.value ?? null),
  }
}
