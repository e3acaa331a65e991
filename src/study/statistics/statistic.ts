import { proportionLimits } from './binomial.ts'
import { mean, meanLimits } from './mean.ts'
import type { Observation } from './observation.ts'
import { type Limits, quantileLimits } from './quantile-limits.ts'
import { quantileOf } from './summary.ts'

/** What an expectation asks of a series: `mean`, `min`, `max`, or `pNN` as a share. */
export type Statistic = { readonly name: 'mean' | 'min' | 'max' } | { readonly name: 'quantile'; readonly p: number }

/** `''` and `mean`, `min`, `max`, `p50`, `p99.9` …; null for anything else. */
export function statisticOf(text: string): Statistic | null {
  if (text === '' || text === 'mean') return { name: 'mean' }
  if (text === 'min' || text === 'max') return { name: text }
  const percent = /^p(\d{1,2}(?:\.\d+)?)$/.exec(text)?.[1]
  const p = Number(percent) / 100
  return percent === undefined || p === 0 ? null : { name: 'quantile', p }
}

/** The estimate of a statistic; null where the series cannot support it. */
export function estimate(sorted: readonly Observation[], statistic: Statistic): number | null {
  if (sorted.length === 0) return null
  if (statistic.name === 'quantile') return quantileOf(sorted, statistic.p)
  if (statistic.name === 'min') return sorted[0]?.censored === true ? null : (sorted[0]?.value ?? null)
  if (sorted.some(({ censored }) => censored)) return null
  return statistic.name === 'max' ? (sorted.at(-1)?.value ?? null) : mean(sorted.map(({ value }) => value))
}

/**
 * One-sided limits of a statistic of the population, each with `confidence`; null where there is none. Equal values, at least two, are
 * taken at their word. `min` and `max` are those of the values at hand: no confidence attaches to them. A censored value bounds from below only.
 */
export function limits(sorted: readonly Observation[], statistic: Statistic, confidence: number): Limits {
  const first = sorted[0]
  const last = sorted.at(-1)
  if (first === undefined || last === undefined) return { lower: null, upper: null }
  const censored = sorted.some((observation) => observation.censored)
  if (statistic.name === 'min') return { lower: first.value, upper: sorted.find((observation) => !observation.censored)?.value ?? null }
  if (statistic.name === 'max') return { lower: last.value, upper: censored ? null : last.value }
  if (sorted.length > 1 && !censored && first.value === last.value) return { lower: first.value, upper: first.value }
  if (statistic.name === 'quantile') return quantileLimits(sorted, statistic.p, confidence)
  const values = sorted.map(({ value }) => value)
  if (!censored && isProportion(values)) {
    return proportionLimits(values.filter((value) => value === 1).length, values.length, confidence)
  }
  const around = meanLimits(values, confidence)
  return censored ? { lower: around.lower, upper: null } : around
}

/** Whether every value says yes or no, so that their mean is a share of replications. */
export function isProportion(values: readonly number[]): boolean {
  return values.every((value) => value === 0 || value === 1)
}
