import { describe, expect, test } from 'vitest'
import { Random, type Uniform } from '../../../src/kernel/random.ts'
import { steadyStateOf, warmUpOf } from '../../../src/measure/steady-state.ts'
import type { Series } from '../../../src/study/series.ts'
import { proportionLimits, wilsonLimits } from '../../../src/study/statistics/binomial.ts'
import { pairedDifference } from '../../../src/study/statistics/differences.ts'
import { ascending, type Observation } from '../../../src/study/statistics/observation.ts'
import { type Limits, quantileLimits } from '../../../src/study/statistics/quantile-limits.ts'
import { summarise } from '../../../src/study/statistics/summary.ts'
import { lookAt, looksOf, type Target } from '../../../src/study/until.ts'

const FULL = process.env.RECONVERGE_FULL === '1'
/** Synthetic studies of each case; fewer leave more to chance, so the bounds give way by three standard deviations of it. */
const STUDIES = FULL ? 2000 : 200
const SLACK = FULL ? 0 : 3 * Math.sqrt((0.95 * 0.05) / STUDIES)

const exponential = (uniform: Uniform) => -Math.log(1 - uniform())
const normal = (uniform: Uniform) => Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform())
const lognormal = (uniform: Uniform) => Math.exp(0.5 * normal(uniform))
/** A recovery as they come: mostly a minute, one in ten five minutes more. */
const twoHumps = (uniform: Uniform) => 60 + 5 * uniform() + (uniform() < 0.1 ? 300 : 0)

const sample = (n: number, draw: (uniform: Uniform) => number, uniform: Uniform): Observation[] =>
  Array.from({ length: n }, () => ({ value: draw(uniform), censored: false }))
const numbers = (n: number, draw: (uniform: Uniform) => number, uniform: Uniform) => sample(n, draw, uniform).map(({ value }) => value)

/** The share of studies whose interval holds the truth; null intervals promise nothing and are counted apart. */
function coverage(name: string, truth: number, interval: (uniform: Uniform) => Limits) {
  let [covered, given] = [0, 0]
  for (let study = 0; study < STUDIES; study++) {
    const { lower, upper } = interval(new Random('coverage', study).stream(name, 'values'))
    if (lower === null && upper === null) continue
    given++
    if ((lower ?? Number.NEGATIVE_INFINITY) <= truth && truth <= (upper ?? Number.POSITIVE_INFINITY)) covered++
  }
  return { share: covered / given, given: given / STUDIES }
}

const p95 = (uniform: Uniform, n: number, draw: (uniform: Uniform) => number) =>
  quantileLimits(ascending(sample(n, draw, uniform)), 0.95, 0.975)
const median = (uniform: Uniform, n: number, draw: (uniform: Uniform) => number) =>
  quantileLimits(ascending(sample(n, draw, uniform)), 0.5, 0.975)
const meanOf = (uniform: Uniform, n: number, draw: (uniform: Uniform) => number, shares = false): Limits => {
  const { meanLow, meanHigh } = summarise(sample(n, draw, uniform), shares)
  return { lower: meanLow, upper: meanHigh }
}
const differences = (n: number, draw: (uniform: Uniform) => number) => (uniform: Uniform) => {
  const { low, high } = pairedDifference(
    Array.from({ length: n }, () => draw(uniform) - draw(uniform)),
    false,
  )
  return { lower: low, upper: high }
}

/** Exponential times of which the horizon cuts those beyond 1.5. */
const cut = (uniform: Uniform): Observation[] =>
  Array.from({ length: 40 }, () => {
    const value = exponential(uniform)
    return { value: Math.min(value, 1.5), censored: value > 1.5 }
  })

/** Stops at the first look that is precise enough, as `--until` does. */
function sequential(text: string, stat: string, share: number, most: number, draw: (uniform: Uniform) => number) {
  const target: Target = { text, measure: 'm', labels: {}, stat, within: { share } }
  const looks = looksOf(most)
  return (uniform: Uniform): Limits => {
    const values = sample(most, draw, uniform)
    const at = (n: number) =>
      lookAt([{ measure: 'm', labels: '', unit: 's', values: values.slice(0, n) } satisfies Series], target, n, looks.length)
    const last = looks.map(at).find(({ reached }) => reached)
    return { lower: last?.lower ?? null, upper: last?.upper ?? null }
  }
}

describe('An interval that is exact or conservative holds the truth in at least 93.5 % of studies', () => {
  test.each([
    ['the median of 6 exponential times', Math.LN2, (u: Uniform) => median(u, 6, exponential)],
    ['the median of 30 lognormal times', 1, (u: Uniform) => median(u, 30, lognormal)],
    ['p95 of 72 exponential times, the fewest with an upper limit', -Math.log(0.05), (u: Uniform) => p95(u, 72, exponential)],
    ['p95 of 200 lognormal times', Math.exp(0.5 * 1.6448536), (u: Uniform) => p95(u, 200, lognormal)],
    [
      'the median of 40 times of which a fifth is cut by the horizon',
      Math.LN2,
      (u: Uniform) => quantileLimits(ascending(cut(u)), 0.5, 0.975),
    ],
    [
      'a share of 5 % of 30 for a gate',
      0.05,
      (u: Uniform) =>
        proportionLimits(
          numbers(30, (v) => +(v() < 0.05), u).reduce((a, b) => a + b),
          30,
          0.975,
        ),
    ],
    [
      'a share of 50 % of 10 for a gate',
      0.5,
      (u: Uniform) =>
        proportionLimits(
          numbers(10, (v) => +(v() < 0.5), u).reduce((a, b) => a + b),
          10,
          0.975,
        ),
    ],
    ['a mean within 10 % that was looked at until it was', 1, sequential('mean', 'mean', 0.1, 2000, exponential)],
    ['a p95 within 15 % that was looked at until it was', -Math.log(0.05), sequential('p95', 'p95', 0.15, 2500, exponential)],
  ] as const)('%s', { timeout: 120_000 }, (name, truth, interval) => {
    const { share, given } = coverage(name, truth, interval)
    expect(given).toBeGreaterThan(0.9)
    expect(share).toBeGreaterThanOrEqual(0.935 - SLACK)
  })
})

describe('An approximate interval holds the truth in 93 to 97 % of studies, from the smallest n on for which it is given', () => {
  test.each([
    ['the mean of 60 normal times', 0, (u: Uniform) => meanOf(u, 60, normal)],
    ['the mean of 60 exponential times', 1, (u: Uniform) => meanOf(u, 60, exponential)],
    ['the mean of 60 lognormal times', Math.exp(0.125), (u: Uniform) => meanOf(u, 60, lognormal)],
    ['the mean of 200 recoveries of two kinds', 92.5, (u: Uniform) => meanOf(u, 200, twoHumps)],
    ['a share of 90 % of 60, shown', 0.9, (u: Uniform) => meanOf(u, 60, (v) => +(v() < 0.9), true)],
    [
      'a share of 50 % of 60, shown',
      0.5,
      (u: Uniform) =>
        wilsonLimits(
          numbers(60, (v) => +(v() < 0.5), u).reduce((a, b) => a + b),
          60,
          0.975,
        ),
    ],
    ['the mean difference of 10 pairs of normal times', 0, differences(10, normal)],
    ['the mean difference of 10 pairs of exponential times', 0, differences(10, exponential)],
    ['the long-run mean of a course that begins far away', 0, (u: Uniform) => longRun(course(u, 2000, 0.5))],
  ] as const)('%s', { timeout: 120_000 }, (name, truth, interval) => {
    const { share, given } = coverage(name, truth, interval)
    expect(given).toBeGreaterThan(0.9)
    expect(share).toBeGreaterThanOrEqual(0.93 - SLACK)
    expect(share).toBeLessThanOrEqual(0.97 + SLACK)
  })

  test('below that none is given', () => {
    const uniform = new Random('few', 1).stream('few', 'values')
    expect(summarise(sample(59, normal, uniform))).toMatchObject({ meanLow: null, meanHigh: null })
    expect(summarise(sample(60, normal, uniform)).meanLow).not.toBeNull()
    expect(differences(9, normal)(uniform)).toEqual({ lower: null, upper: null })
    expect(longRun(course(uniform, 900, 0.5))).toEqual({ lower: null, upper: null })
  })
})

/** What the summary of a single long replication prints. */
function longRun(values: readonly number[]): Limits {
  const steady = steadyStateOf(values)
  if (steady === null) return { lower: null, upper: null }
  const { meanLow, meanHigh } = summarise([
    { value: steady.mean, censored: false, ...(steady.batches === null ? {} : { batches: steady.batches }) },
  ])
  return { lower: meanLow, upper: meanHigh }
}

/** An autoregressive course that begins ten standard deviations away from its long-run mean of 0. */
function course(uniform: Uniform, steps: number, memory: number): number[] {
  let value = 10
  return Array.from({ length: steps }, () => {
    value = memory * value + normal(uniform)
    return value
  })
}

describe('The warm-up', () => {
  test('is what the beginning differs in: a step of 50 values goes, and nothing where there is none', () => {
    const uniform = new Random('warm', 1).stream('warm', 'up')
    const level = Array.from({ length: 1000 }, () => normal(uniform))
    expect(warmUpOf(level.map((value, i) => (i < 50 ? value + 20 : value)))).toBeGreaterThanOrEqual(50)
    expect(warmUpOf(level.map((value, i) => (i < 50 ? value + 20 : value)))).toBeLessThan(150)
    expect(warmUpOf(Array.from({ length: 1000 }, () => 1))).toBe(0)
  })

  test('never ends where the level still moves: there is no long-run mean', () => {
    expect(warmUpOf(Array.from({ length: 1000 }, (_, i) => i))).toBeNull()
    expect(steadyStateOf(Array.from({ length: 2000 }, (_, i) => i))).toBeNull()
  })
})
