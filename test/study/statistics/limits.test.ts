import { describe, expect, test } from 'vitest'
import { Random } from '../../../src/kernel/random.ts'
import { binomialCdf, proportionLimits, wilsonLimits } from '../../../src/study/statistics/binomial.ts'
import { deviation, mean, meanLimits } from '../../../src/study/statistics/mean.ts'
import { ascending } from '../../../src/study/statistics/observation.ts'
import { quantileLimits, quantileRanks } from '../../../src/study/statistics/quantile-limits.ts'

const observed = (values: readonly number[]) => ascending(values.map((value) => ({ value, censored: false })))

describe('The limits of a mean', () => {
  test('are those of Student: 1 … 10 gives 5.5 ± 2.262157 · 3.027650 / √10', () => {
    const { lower, upper } = meanLimits([1, 2, 3, 4, 5, 6, 7, 8, 9, 10], 0.975)
    expect(lower).toBeCloseTo(5.5 - 2.165851, 5)
    expect(upper).toBeCloseTo(5.5 + 2.165851, 5)
  })

  // t table, one-sided: degrees of freedom, confidence, quantile. For values 0, 0, …, √n·√(n−1)·… the margin over the standard error is t.
  test.each([
    [1, 0.975, 12.7062],
    [4, 0.95, 2.1318],
    [9, 0.975, 2.2622],
    [29, 0.95, 1.6991],
    [120, 0.975, 1.9799],
  ])('with %d degrees of freedom at %d use t = %d', (freedom, confidence, t) => {
    const values = Array.from({ length: freedom + 1 }, (_, i) => i)
    const margin = (meanLimits(values, confidence).upper ?? Number.NaN) - mean(values)
    expect((margin * Math.sqrt(values.length)) / deviation(values)).toBeCloseTo(t, 3)
  })

  test('do not exist for one value', () => {
    expect(meanLimits([7], 0.95)).toEqual({ lower: null, upper: null })
  })

  test('rest on sums that are exactly rounded, whatever the order', () => {
    expect(mean([1e16, 1, -1e16, 1])).toBe(0.5)
    expect(mean([1, 1, 1e16, -1e16])).toBe(0.5)
  })
})

describe('The limits of a quantile', () => {
  // Ranks of the two-sided 95 % interval of the median: Conover, Practical Nonparametric Statistics, and the usual sign-test table.
  test.each([
    [5, null, null],
    [6, 1, 6],
    [10, 2, 9],
    [20, 6, 15],
    [25, 8, 18],
    [50, 18, 33],
    [100, 40, 61],
  ])('of the median of %d values are the order statistics %d and %d', (n, lower, upper) => {
    expect(quantileRanks(n, 0.5, 0.975)).toEqual({ lower, upper })
  })

  // Wilks 1941: the largest, second and third largest of 59, 93 and 124 values are 95 % limits of the 95th percentile.
  test.each([
    [59, 59],
    [93, 92],
    [124, 122],
  ])('of p95 of %d values are bounded above by the %dth at 95 %%, one value fewer is not enough', (n, rank) => {
    expect(quantileRanks(n, 0.95, 0.95).upper).toBe(rank)
    expect(quantileRanks(n - 1, 0.95, 0.95).upper).not.toBe(rank - 1)
  })

  test('do not exist above when the values are too few', () => {
    expect(quantileRanks(58, 0.95, 0.95).upper).toBeNull()
  })

  test('take a censored value as its bound below and as infinite above', () => {
    const values = Array.from({ length: 20 }, (_, i) => ({ value: i + 1, censored: i === 0 || i === 18 }))
    const limits = quantileLimits(ascending(values), 0.5, 0.975)
    expect(limits).toEqual({ lower: 6, upper: 16 })
    expect(quantileLimits(ascending(values.map((one) => ({ ...one, censored: one.value > 10 }))), 0.5, 0.975)).toEqual({
      lower: 6,
      upper: null,
    })
  })

  test('cover the true quantile of an exponential at least as often as they promise', () => {
    const uniform = new Random('coverage', 1).stream('test', 'values')
    const truth = -Math.log(1 - 0.9)
    let covered = 0
    const rounds = 2000
    for (let round = 0; round < rounds; round++) {
      const { upper } = quantileLimits(observed(Array.from({ length: 60 }, () => -Math.log(1 - uniform()))), 0.9, 0.95)
      if (upper !== null && upper >= truth) covered++
    }
    expect(covered / rounds).toBeGreaterThan(0.94)
    expect(covered / rounds).toBeLessThan(0.99)
  })
})

describe('The limits of a proportion', () => {
  // Clopper and Pearson 1934, two-sided 95 %.
  test.each([
    [0, 10, 0, 0.3084971],
    [5, 10, 0.18708603, 0.81291397],
    [10, 10, 0.6915029, 1],
    [1, 20, 0.0012651, 0.24873273],
  ])('%d of %d are %d and %d', (successes, n, lower, upper) => {
    const limits = proportionLimits(successes, n, 0.975)
    expect(limits.lower).toBeCloseTo(lower, 7)
    expect(limits.upper).toBeCloseTo(upper, 7)
  })
})

describe('The shown limits of a proportion', () => {
  // Wilson's 95 % interval: Brown, Cai and DasGupta 2001 and the usual tables.
  test.each([
    [0, 10, 0, 0.27753],
    [5, 10, 0.23659, 0.76341],
    [10, 10, 0.72247, 1],
    [1, 20, 0.00888, 0.23613],
  ])('%d of %d are %d and %d', (successes, n, lower, upper) => {
    const limits = wilsonLimits(successes, n, 0.975)
    expect(limits.lower).toBeCloseTo(lower, 4)
    expect(limits.upper).toBeCloseTo(upper, 4)
  })
})

describe('The binomial distribution', () => {
  test.each([
    [-1, 10, 0.5, 0],
    [3, 10, 0.5, 0.171875],
    [0, 5, 0.2, 0.32768],
    [5, 5, 0.2, 1],
  ])('at %d of %d with p = %d is %d', (k, n, p, expected) => {
    expect(binomialCdf(k, n, p)).toBeCloseTo(expected, 10)
  })
})
