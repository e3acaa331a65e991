import { wilsonLimits } from './binomial.ts'
import { kaplanMeierQuantile } from './kaplan-meier.ts'
import { mean, meanLimits } from './mean.ts'
import { ascending, type Observation } from './observation.ts'
import { quantile, supportsQuantile } from './quantile.ts'
import { type Limits, quantileLimits } from './quantile-limits.ts'

/**
 * What a series amounts to, in its own unit; null where it cannot be said:
 * - `mean`: no value was censored. Its interval is approximate and needs 60 values: from there on it holds with 93 to 97 % up to the skew of an exponential. It is
 *   Student's t, for shares of yes and no Wilson's; of fewer but long courses it is that of their batch means. `min` and `max`: they were observed.
 * - `p50` … `p99`: at least one value is expected beyond (p50 n ≥ 2, p90 n ≥ 10, p95 n ≥ 20, p99 n ≥ 100); R-7, with censoring Kaplan–Meier.
 * - `p95Low`, `p95High`: the order statistics exist (the lower from n = 1 on in principle, the upper from n = 72 on).
 * Both intervals hold with 95 %, 2.5 % beyond each side; that of p95 at least.
 */
export interface Summary {
  readonly n: number
  readonly censored: number
  readonly mean: number | null
  readonly meanLow: number | null
  readonly meanHigh: number | null
  readonly min: number | null
  readonly p50: number | null
  readonly p90: number | null
  readonly p95: number | null
  readonly p99: number | null
  readonly max: number | null
  readonly p95Low: number | null
  readonly p95High: number | null
}

/** The confidence of each side of a 95 % interval. */
export const EACH_SIDE = 0.975

/** Values from which the interval of a mean is worth its name. */
const MEAN_FROM = 60

/** Every statistic that the values support; `shares` where they lie in 0 … 1. */
export function summarise(observations: readonly Observation[], shares = false): Summary {
  const sorted = ascending(observations)
  const values = sorted.map(({ value }) => value)
  const censored = sorted.filter((observation) => observation.censored).length
  const average = censored > 0 || values.length === 0 ? null : mean(values)
  const around = average === null ? NONE : meanInterval(sorted, shares)
  const p95 = quantileLimits(sorted, 0.95, EACH_SIDE)
  const first = sorted[0]
  return {
    n: values.length,
    censored,
    mean: average,
    meanLow: around.lower,
    meanHigh: around.upper,
    min: first === undefined || first.censored ? null : first.value,
    p50: quantileOf(sorted, 0.5),
    p90: quantileOf(sorted, 0.9),
    p95: quantileOf(sorted, 0.95),
    p99: quantileOf(sorted, 0.99),
    max: censored > 0 ? null : (values.at(-1) ?? null),
    p95Low: p95.lower,
    p95High: p95.upper,
  }
}

const NONE: Limits = { lower: null, upper: null }

function meanInterval(sorted: readonly Observation[], shares: boolean): Limits {
  const values = sorted.map(({ value }) => value)
  if (values.length < MEAN_FROM) return longRunInterval(sorted)
  const yesOrNo = shares && values.every((value) => value === 0 || value === 1)
  return yesOrNo ? wilsonLimits(values.filter((value) => value === 1).length, values.length, EACH_SIDE) : meanLimits(values, EACH_SIDE)
}

/** Of few long courses: the batch means of all of them, as if they were replications. Most must differ, or there was too little to see. */
function longRunInterval(sorted: readonly Observation[]): Limits {
  const batches = sorted.map((one) => one.batches ?? [])
  const all = batches.flat()
  const telling = batches.every(({ length }) => length > 0) && new Set(all).size > all.length / 2
  return telling ? meanLimits(all, EACH_SIDE) : NONE
}

/** The estimate of the p-quantile: R-7, or Kaplan–Meier with censoring; null where the values cannot support it. */
export function quantileOf(sorted: readonly Observation[], p: number): number | null {
  if (!supportsQuantile(sorted.length, p)) return null
  if (sorted.some(({ censored }) => censored)) return kaplanMeierQuantile(sorted, p)
  return quantile(
    sorted.map(({ value }) => value),
    p,
  )
}
