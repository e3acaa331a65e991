import jstat from 'jstat'
import { binomialCdf } from './binomial.ts'
import { mean, meanLimits } from './mean.ts'
import { signedRankP } from './signed-rank.ts'
import { EACH_SIDE } from './summary.ts'

/** What two samples say of the difference of their means. */
export interface Difference {
  /** Pairs, or values of the smaller sample. */
  readonly n: number
  readonly difference: number
  /** 95 % interval of the difference, by Student's t; null with too few: approximate, it holds with 93 to 97 % from 10 pairs on whose differences are not skewed. */
  readonly low: number | null
  readonly high: number | null
  /** Two-sided. */
  readonly p: number
  /** Every pair differs by the very same amount. */
  readonly constant: boolean
}

/** Pairs from which the interval of their mean difference is worth its name: differences are far less skewed than what they are differences of. */
const INTERVAL_FROM = 10
/** From so many equal differences on, equality to the last digit is no accident. */
const NO_ACCIDENT = 5

/**
 * Differences of pairs: their mean with its t interval, and the signed-rank test. Without any spread there is no t; all zero is no difference (p = 1), and five or more
 * of the same amount are one for certain (p = 0) where `counts` is false: counts are small whole numbers, which coincide.
 */
export function pairedDifference(differences: readonly number[], counts: boolean): Difference {
  const n = differences.length
  const first = differences[0]
  const constant = n > 1 && differences.every((one) => one === first)
  const certain = constant && first !== 0 && n >= NO_ACCIDENT && !counts
  const around = n >= INTERVAL_FROM || constant ? meanLimits(differences, EACH_SIDE) : { lower: null, upper: null }
  return {
    ...{ n, constant, low: around.lower, high: around.upper },
    difference: n === 0 ? 0 : mean(differences),
    p: certain ? 0 : signedRankP(differences),
  }
}

/** Mean and standard deviation of a sample whose values are not at hand. */
export interface Moments {
  readonly n: number
  readonly mean: number
  readonly deviation: number
}

/** The difference of two independent samples by Welch's t; without any spread in either, equal means are no difference and others one for certain. */
export function welchDifference(a: Moments, b: Moments): Difference {
  const n = Math.min(a.n, b.n)
  const difference = b.mean - a.mean
  if (n < 2) return { n, difference, low: null, high: null, p: 1, constant: false }
  const [va, vb] = [a.deviation ** 2 / a.n, b.deviation ** 2 / b.n]
  const error = Math.sqrt(va + vb)
  if (error === 0) return { n, difference, low: difference, high: difference, p: difference === 0 ? 1 : 0, constant: true }
  const freedom = (va + vb) ** 2 / (va ** 2 / (a.n - 1) + vb ** 2 / (b.n - 1))
  const margin = jstat.jStat.studentt.inv(EACH_SIDE, freedom) * error
  const p = Math.min(1, Math.max(0, 2 * jstat.jStat.studentt.cdf(-Math.abs(difference) / error, freedom)))
  return { n, difference, low: difference - margin, high: difference + margin, p, constant: false }
}

/** Two-sided p of McNemar's exact test: something happened in `onlyA` replications of one set and `onlyB` of the other alone. */
export function discordanceP(onlyA: number, onlyB: number): number {
  const n = onlyA + onlyB
  return n === 0 ? 1 : Math.min(1, 2 * binomialCdf(Math.min(onlyA, onlyB), n, 0.5))
}
