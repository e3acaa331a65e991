import { describe, expect, test } from 'vitest'
import type { Comparison, Expectation } from '../../src/scenario/scenario.ts'
import { judge } from '../../src/study/expectation.ts'
import type { Series } from '../../src/study/series.ts'
import { decide } from '../../src/study/statistics/verdict.ts'

const ascendingTo = (n: number, censoredFrom = n + 1) =>
  Array.from({ length: n }, (_, i) => ({ value: i + 1, censored: i + 1 >= censoredFrom }))
const always = (value: number, n: number) => Array.from({ length: n }, () => ({ value, censored: false }))
const series = (values: Series['values']): Series[] => [{ measure: 'convergence', labels: 'fault="power-loss"', unit: 's', values }]

function expectation(stat: string, operator: Comparison, value: number): Expectation {
  const labels = { fault: 'power-loss' }
  return {
    text: `convergence.${stat} ${operator} ${value}`,
    measure: 'convergence',
    labels,
    stat,
    operator,
    value,
    confidence: 0.95,
    warn: false,
  }
}
const verdict = (values: Series['values'], stat: string, operator: Comparison, value: number) =>
  judge(expectation(stat, operator, value), series(values), values.length)

describe('A decision', () => {
  test.each([
    [1, 2, '<', 3, 'pass'],
    [1, 3, '<', 3, 'undecided'],
    [1, 3, '<=', 3, 'pass'],
    [3, 4, '<', 3, 'fail'],
    [3, 4, '<=', 3, 'undecided'],
    [4, 5, '>', 3, 'pass'],
    [3, 5, '>', 3, 'undecided'],
    [3, 5, '>=', 3, 'pass'],
    [1, 3, '>', 3, 'fail'],
    [1, 2, '>=', 3, 'fail'],
    [null, 2, '<', 3, 'pass'],
    [1, null, '<', 3, 'undecided'],
    [3, null, '<', 3, 'fail'],
    [4, null, '>', 3, 'pass'],
    [null, null, '<', 3, 'undecided'],
  ] as const)('between %d and %d, asked for %s %d, is %s', (lower, upper, operator, bound, expected) => {
    expect(decide({ lower, upper }, operator, bound)).toBe(expected)
  })
})

describe('An expectation', () => {
  test('of p95 passes on the order statistic that bounds it, not on the estimate', () => {
    expect(verdict(ascendingTo(100), 'p95', '<', 99)).toMatchObject({ decision: 'undecided', estimate: 95.05, lower: 91, upper: 99 })
    expect(verdict(ascendingTo(100), 'p95', '<', 99.5)).toMatchObject({ decision: 'pass', needed: null })
    expect(verdict(ascendingTo(100), 'p95', '<', 91)).toMatchObject({ decision: 'fail' })
  })

  test('of p95 with fewer than 59 replications is undecided and says that 59 are needed', () => {
    expect(verdict(ascendingTo(20), 'p95', '<', 100)).toMatchObject({ decision: 'undecided', upper: null, needed: 59 })
  })

  test('counts in replications what it needs in values', () => {
    expect(judge(expectation('p95', '<', 100), series(ascendingTo(20)), 40).needed).toBe(118)
  })

  test('without a statistic judges the mean by Student', () => {
    const { lower, upper, decision } = verdict(ascendingTo(10), '', '<', 8)
    expect(decision).toBe('pass')
    expect(lower).toBeCloseTo(5.5 - (1.8331 * 3.02765) / Math.sqrt(10), 3)
    expect(upper).toBeCloseTo(5.5 + (1.8331 * 3.02765) / Math.sqrt(10), 3)
  })

  test('of a mean that is too close says how many replications would decide', () => {
    expect(verdict(ascendingTo(10), '', '<', 6)).toMatchObject({ decision: 'undecided', needed: 102 })
    expect(verdict(ascendingTo(10), '', '<', 5.5)).toMatchObject({ decision: 'undecided', needed: null })
  })

  test('takes equal values at their word, but not a single one', () => {
    expect(verdict(always(42, 2), 'p95', '<', 43).decision).toBe('pass')
    expect(verdict(always(42, 2), 'p95', '<', 42).decision).toBe('fail')
    expect(verdict(always(42, 1), 'mean', '<', 43)).toMatchObject({ decision: 'undecided', needed: 2 })
  })

  test('of a share of replications uses Clopper and Pearson', () => {
    const values = [...always(1, 99), ...always(0, 1)]
    const { lower, upper } = verdict(values, '', '>=', 0.95)
    expect(lower).toBeCloseTo(0.95344, 4)
    expect(upper).toBeCloseTo(0.99949, 4)
    expect(verdict(values, '', '>=', 0.95).decision).toBe('pass')
  })

  test('of times that the horizon cut never passes an upper bound it cannot see', () => {
    expect(verdict(ascendingTo(100, 90), 'p95', '<', 1000)).toMatchObject({
      decision: 'undecided',
      reason: '11 of 100 values are cut by the horizon',
    })
    expect(verdict(ascendingTo(100, 90), 'mean', '<', 1000).decision).toBe('undecided')
    expect(verdict(ascendingTo(100, 90), 'mean', '<', 40).decision).toBe('fail')
    expect(verdict(ascendingTo(100, 90), 'p50', '<', 70).decision).toBe('pass')
  })

  test('of the maximum is that of the replications run', () => {
    expect(verdict(ascendingTo(5), 'max', '<=', 5)).toMatchObject({ decision: 'pass', estimate: 5 })
    expect(verdict(ascendingTo(5, 5), 'max', '<', 6)).toMatchObject({ decision: 'undecided', estimate: null })
    expect(verdict(ascendingTo(5), 'min', '>', 1)).toMatchObject({ decision: 'fail', estimate: 1 })
  })

  test('fails with its reason when no replication yielded a value', () => {
    expect(judge(expectation('p95', '<', 1), [], 200)).toMatchObject({
      decision: 'fail',
      n: 0,
      reason: 'no replication yielded a value to judge',
    })
  })
})
