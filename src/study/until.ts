import type { Expectation } from '../scenario/scenario.ts'
import { canonicalLabels, type Series } from './series.ts'
import { ascending } from './statistics/observation.ts'
import { estimate, limits, type Statistic, statisticOf } from './statistics/statistic.ts'

/** Until when a study goes on: a statistic is known to within a share of itself, or an amount in its own unit. */
export interface Target extends Pick<Expectation, 'measure' | 'labels' | 'stat'> {
  readonly text: string
  readonly within: { readonly share: number } | { readonly amount: number }
}

/** What a look at the replications so far says. */
export interface Look {
  /** Replications looked at. */
  readonly n: number
  readonly estimate: number | null
  /** Simultaneous limits: with 95 % the statistic lies within those of every look that was and could have been taken. */
  readonly lower: number | null
  readonly upper: number | null
  /** The wider side, as a share of the estimate or in its unit, as the target is; null where there is none. */
  readonly within: number | null
  readonly reached: boolean
}

/** The chance that any look's interval misses the truth, at most. */
const ALPHA = 0.05
/** The first look, and how much larger each is than the one before. */
const FIRST = 60
const GROWTH = 1.5

/**
 * When the study is looked at: after 60 replications and 1.5 times as many each time, at last after `most`. It is known beforehand, so the 5 % can be shared among all
 * looks (Bonferroni): stopping at the first narrow interval, which a single 95 % interval does not survive, then keeps its promise. Nothing but the values of
 * replications 1 … n decides, whichever thread ran them.
 */
export function looksOf(most: number): number[] {
  const looks: number[] = []
  for (let n = FIRST; n < most; n = Math.ceil(n * GROWTH)) looks.push(n)
  return [...looks, most]
}

/** Looks at the series of replications 1 … n, one of `looks` planned. */
export function lookAt(series: readonly Series[], target: Target, n: number, looks: number): Look {
  const labels = canonicalLabels(target.labels)
  const found = series.find((one) => one.measure === target.measure && one.labels === labels)
  const sorted = ascending(found?.values ?? [])
  const statistic = statisticOf(target.stat) as Statistic
  const middle = estimate(sorted, statistic)
  const { lower, upper } = limits(sorted, statistic, 1 - ALPHA / (2 * looks))
  if (middle === null || lower === null || upper === null) return { n, estimate: middle, lower, upper, within: null, reached: false }
  const wider = Math.max(upper - middle, middle - lower)
  const relative = 'share' in target.within
  const within = wider === 0 ? 0 : relative ? wider / Math.abs(middle) : wider
  return {
    n,
    estimate: middle,
    lower,
    upper,
    within,
    reached: within <= ('share' in target.within ? target.within.share : target.within.amount),
  }
}

/** What `--until` says after the measure: `±2%`, `±500ms`, `+-3`. */
export const WITHIN = /^(.*?)\s*(?:±|\+-|\+\/-)\s*(\S+)\s*$/
