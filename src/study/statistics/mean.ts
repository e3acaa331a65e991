import { fsum } from 'd3-array'
import jstat from 'jstat'
import type { Limits } from './quantile-limits.ts'

/** The mean; its sum is exactly rounded, so the order of the values is irrelevant. */
export function mean(values: readonly number[]): number {
  return fsum(values) / values.length
}

/** The standard deviation of a sample (divisor n − 1); exactly rounded sums. */
export function deviation(values: readonly number[]): number {
  const centre = mean(values)
  return Math.sqrt(fsum(values, (value) => (value - centre) ** 2) / (values.length - 1))
}

/** Limits of the population's mean by Student's t, each side with `confidence`; null with fewer than two values. */
export function meanLimits(values: readonly number[], confidence: number): Limits {
  if (values.length < 2) return { lower: null, upper: null }
  const centre = mean(values)
  const spread = deviation(values)
  if (spread === 0) return { lower: centre, upper: centre }
  const margin = (jstat.jStat.studentt.inv(confidence, values.length - 1) * spread) / Math.sqrt(values.length)
  return { lower: centre - margin, upper: centre + margin }
}
