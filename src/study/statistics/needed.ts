import jstat from 'jstat'
import { deviation, mean } from './mean.ts'
import type { Observation } from './observation.ts'
import { isProportion, type Statistic } from './statistic.ts'

/** Beyond this no estimate is worth printing: the value lies too close to the limit. */
const TOO_MANY = 1e7

/**
 * About how many values would decide whether a statistic lies below or above `bound`, if further ones are like those at hand; null where
 * that cannot be said (more values do not help, or far too many would be needed). Always more than there are.
 */
export function valuesNeeded(sorted: readonly Observation[], statistic: Statistic, bound: number, confidence: number): number | null {
  if (statistic.name === 'min' || statistic.name === 'max') return null
  const values = sorted.map(({ value }) => value)
  const needed = statistic.name === 'quantile' ? forQuantile(sorted, statistic.p, bound, confidence) : forMean(values, bound, confidence)
  if (!(needed <= TOO_MANY)) return null
  return Math.max(Math.ceil(needed), values.length + 1)
}

function forMean(values: readonly number[], bound: number, confidence: number): number {
  if (values.length < 2) return 2
  const centre = mean(values)
  if (isProportion(values)) return forShare(centre, bound, confidence)
  const spread = deviation(values) / Math.abs(centre - bound)
  let needed = (jstat.jStat.normal.inv(confidence, 0, 1) * spread) ** 2
  for (let round = 0; round < 3; round++) needed = (jstat.jStat.studentt.inv(confidence, Math.max(1, Math.ceil(needed) - 1)) * spread) ** 2
  return needed
}

/** The quantile lies below the bound exactly when more than the share p of all values do. */
function forQuantile(sorted: readonly Observation[], p: number, bound: number, confidence: number): number {
  if (sorted.length === 0) return Number.NaN
  const below = sorted.filter(({ value, censored }) => value < bound && !censored).length
  return forShare(below / sorted.length, p, confidence)
}

/** Values after which a share that stays `share` is told from `bound`: the exact count for 0 and 1, else the normal approximation. */
function forShare(share: number, bound: number, confidence: number): number {
  const alone = Math.log(1 - confidence) / Math.log(share > bound ? bound : 1 - bound)
  const spread = (jstat.jStat.normal.inv(confidence, 0, 1) ** 2 * bound * (1 - bound)) / (share - bound) ** 2
  return share === 0 || share === 1 ? alone : Math.max(alone, spread)
}
