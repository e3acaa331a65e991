import { describe, expect, test } from 'vitest'
import { quantile, supportsQuantile } from '../../../src/study/statistics/quantile.ts'

const oneToTen = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]

describe('A quantile', () => {
  test.each([
    [0, 1],
    [0.25, 3.25],
    [0.5, 5.5],
    [0.95, 9.55],
    [1, 10],
  ])('by rule R-7 at p = %d of 1 … 10 is %d, as quantile(1:10, p) gives in R', (p, expected) => {
    expect(quantile(oneToTen, p)).toBeCloseTo(expected, 12)
  })

  test('of nothing is an error', () => {
    expect(() => quantile([], 0.5)).toThrow('at least one value')
  })

  test.each([
    [0.5, 2],
    [0.9, 10],
    [0.95, 20],
    [0.99, 100],
    [0.999, 1000],
    [0.05, 20],
  ])('at p = %d is supported from %d values on', (p, n) => {
    expect(supportsQuantile(n, p)).toBe(true)
    expect(supportsQuantile(n - 1, p)).toBe(false)
  })
})
