import { fsum } from 'd3-array'

/** What one long course of equal steps says of the long run. */
export interface SteadyState {
  /** Of all steps after the warm-up. */
  readonly mean: number
  /** Steps at the beginning that still show how it began, and are left out. */
  readonly warmUp: number
  /** Means of 20 batches, in order; null where it is too short (1,000 steps after the warm-up) or the batches still depend on each other. */
  readonly batches: readonly number[] | null
}

/** Steps per mini-batch of the warm-up rule: the 5 of MSER-5. */
const MINI = 5
/** Batches of the interval, and steps each needs at least: 93 to 97 % as long as steps ten apart are all but independent. */
const BATCHES = 20
const STEPS_PER_BATCH = 50

/**
 * Steps to drop by MSER-5 (White, Cobb and Spratt 2000): of all truncations into the first half, the one whose remaining means of five have the smallest standard
 * error. A minimum at the very half says that no steady state was reached: null.
 */
export function warmUpOf(values: readonly number[]): number | null {
  const count = Math.floor(values.length / MINI)
  const minis = Array.from({ length: count }, (_, i) => mean(values.slice(i * MINI, (i + 1) * MINI)))
  let [sum, squares, best, least] = [0, 0, 0, Number.POSITIVE_INFINITY]
  for (let dropped = count - 1; dropped >= 0; dropped--) {
    const value = minis[dropped] as number
    sum += value
    squares += value * value
    const kept = count - dropped
    if (dropped > count / 2) continue
    const error = Math.max(0, squares - (sum * sum) / kept) / kept ** 2
    if (error <= least) [best, least] = [dropped, error]
  }
  return count < 2 || best >= Math.floor(count / 2) ? null : best * MINI
}

/** The steady state of one course by batch means; null where none was reached. */
export function steadyStateOf(values: readonly number[]): SteadyState | null {
  const warmUp = warmUpOf(values)
  if (warmUp === null) return null
  const steady = values.slice(warmUp)
  const size = Math.floor(steady.length / BATCHES)
  const from = steady.length - size * BATCHES
  const batches = Array.from({ length: BATCHES }, (_, i) => mean(steady.slice(from + i * size, from + (i + 1) * size)))
  return { mean: mean(steady), warmUp, batches: size < STEPS_PER_BATCH || dependent(batches) ? null : batches }
}

const mean = (values: readonly number[]) => fsum(values) / values.length

/** Whether neighbours are alike beyond chance: von Neumann's ratio (1941), two-sided 1 % by its normal approximation. */
function dependent(batches: readonly number[]): boolean {
  const centre = mean(batches)
  const spread = batches.reduce((sum, one) => sum + (one - centre) ** 2, 0)
  if (spread === 0) return false
  const n = batches.length
  const steps = batches.reduce((sum, one, i) => (i === 0 ? 0 : sum + (one - (batches[i - 1] as number)) ** 2), 0)
  const z = (1 - steps / (2 * spread)) * Math.sqrt((n * n - 1) / (n - 2))
  return z > 2.326
}
