import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { kaplanMeierQuantile } from '../../../src/study/statistics/kaplan-meier.ts'
import { ascending, type Observation } from '../../../src/study/statistics/observation.ts'
import { quantileOf, summarise } from '../../../src/study/statistics/summary.ts'

const observed = (...values: number[]): Observation[] => values.map((value) => ({ value, censored: false }))
const counted = (n: number) => observed(...Array.from({ length: n }, (_, i) => i + 1))

/** Remission of 21 leukaemia patients under 6-mercaptopurine, weeks, + censored (Freireich 1963; Kaplan–Meier estimates as in Cox and Oakes 1984). */
const REMISSION = '6 6 6 6+ 7 9+ 10 10+ 11+ 13 16 17+ 19+ 20+ 22 23 25+ 32+ 32+ 34+ 35+'
  .split(' ')
  .map((text) => ({ value: Number.parseInt(text, 10), censored: text.endsWith('+') }))

describe('The Kaplan–Meier quantile', () => {
  // The published estimates of the share still in remission: 0.857 at 6, 0.807, 0.753, 0.690 at 13, 0.627, 0.538, 0.448 at 23.
  test.each([
    [0.1, 6],
    [0.2, 10],
    [0.25, 13],
    [0.35, 16],
    [0.46, 22],
    [0.5, 23],
    [0.55, 23],
    [0.56, null],
  ])('of the remission times at p = %d is %d', (p, expected) => {
    expect(kaplanMeierQuantile(ascending(REMISSION), p)).toBe(expected)
  })

  test('without censoring is the smallest value that the share p does not exceed', () => {
    expect(kaplanMeierQuantile(counted(10), 0.9)).toBe(9)
    expect(kaplanMeierQuantile(counted(10), 0.91)).toBe(10)
  })
})

describe('A summary', () => {
  test('of nothing says nothing', () => {
    const { n, censored, ...rest } = summarise([])
    expect([n, censored]).toEqual([0, 0])
    expect(new Set(Object.values(rest))).toEqual(new Set([null]))
  })

  test('of one value has a mean without interval and no quantile', () => {
    expect(summarise(observed(5))).toMatchObject({ n: 1, mean: 5, meanLow: null, meanHigh: null, min: 5, p50: null, max: 5, p95: null })
  })

  test('gives a quantile only once enough values support it', () => {
    expect(summarise(counted(19))).toMatchObject({ p50: 10, p90: 17.2, p95: null, p99: null, p95High: null })
    expect(summarise(counted(20)).p95).toBeCloseTo(19.05, 10)
    expect(summarise(counted(71))).toMatchObject({ p99: null, p95High: null })
    expect(summarise(counted(72)).p95High).toBe(72)
    expect(summarise(counted(100)).p99).toBeCloseTo(99.01, 10)
  })

  test('with censoring has no mean and no maximum, and Kaplan–Meier quantiles', () => {
    expect(summarise(REMISSION)).toMatchObject({ n: 21, censored: 12, mean: null, meanLow: null, min: 6, p50: 23, p90: null, max: null })
  })

  test('of which the smallest value is censored has no minimum', () => {
    expect(summarise([{ value: 1, censored: true }, ...observed(2, 3)]).min).toBeNull()
  })

  test('does not depend on the order of the values', () => {
    const values = fc.array(fc.record({ value: fc.double({ noNaN: true, min: -1e9, max: 1e9 }), censored: fc.boolean() }), {
      maxLength: 40,
    })
    fc.assert(
      fc.property(values, (list) => {
        expect(summarise([...list].reverse())).toEqual(summarise(list))
      }),
      { seed: 1, numRuns: 300 },
    )
  })

  test('keeps its statistics in order', () => {
    const values = fc.array(fc.integer({ min: 0, max: 1000 }), { minLength: 100, maxLength: 150 })
    fc.assert(
      fc.property(values, (list) => {
        const { min, p50, p90, p95, p99, max, meanLow, mean, meanHigh, p95Low, p95High } = summarise(observed(...list))
        const chain = (...numbers: (number | null)[]) =>
          numbers.every((x, i) => i === 0 || (x ?? Number.NaN) >= (numbers[i - 1] ?? Number.NaN) - 1e-9)
        expect(chain(min, p50, p90, p95, p99, max)).toBe(true)
        expect(chain(meanLow, mean, meanHigh)).toBe(true)
        expect(chain(p95Low, p95, p95High)).toBe(true)
      }),
      { seed: 2, numRuns: 200 },
    )
  })

  test('never lets more censoring lower a quantile', () => {
    const values = fc.array(fc.integer({ min: 0, max: 50 }), { minLength: 20, maxLength: 40 })
    fc.assert(
      fc.property(values, fc.nat(), (list, pick) => {
        const all = ascending(observed(...list))
        const cut = ascending(all.map((one, i) => ({ ...one, censored: i === pick % all.length })))
        const before = kaplanMeierQuantile(all, 0.5) ?? Number.NaN
        expect(quantileOf(cut, 0.5) ?? Number.POSITIVE_INFINITY).toBeGreaterThanOrEqual(before)
      }),
      { seed: 3, numRuns: 300 },
    )
  })
})
