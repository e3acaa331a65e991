import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { discordanceP, pairedDifference, welchDifference } from '../../../src/study/statistics/differences.ts'
import { holm } from '../../../src/study/statistics/holm.ts'
import { signedRankP, smallestP } from '../../../src/study/statistics/signed-rank.ts'

describe('The signed-rank test', () => {
  // Wilcoxon's table (Conover, Practical Nonparametric Statistics, table A12): P(W ≤ w) of n differences without ties, doubled.
  test.each([
    ['5 differences of one sign', [1, 2, 3, 4, 5], 2 / 32],
    ['8, ranks 1 and 2 negative (W = 3)', [-1, -2, 3, 4, 5, 6, 7, 8], 0.0390625],
    ['10, rank 8 negative (W = 8)', [1, 2, 3, 4, 5, 6, 7, -8, 9, 10], 0.048828125],
    ['zeros are left out', [0, 0, 1, 2, 3, 4, 5], 2 / 32],
    ['ties share their ranks: three equal ones', [1, 1, 1], 2 / 8],
    ['ties: two up, one down', [1, 1, -1], 1],
    ['nothing but zeros', [0, 0, 0], 1],
    ['nothing at all', [], 1],
  ])('%s', (_, differences, p) => {
    expect(signedRankP(differences)).toBeCloseTo(p, 12)
  })

  test('equals counting out all signs of up to eight differences, tied or not', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: -4, max: 4 }), { minLength: 1, maxLength: 8 }), (differences) => {
        const sizes = differences.filter((one) => one !== 0)
        const sum = (values: readonly number[]) => {
          const abs = values.map(Math.abs)
          const rank = (size: number) => abs.filter((one) => one < size).length + (abs.filter((one) => one === size).length + 1) / 2
          return values.reduce((all, value) => all + (value > 0 ? rank(Math.abs(value)) : 0), 0)
        }
        const middle = (sizes.length * (sizes.length + 1)) / 4
        const far = Math.abs(sum(sizes) - middle)
        let extreme = 0
        for (let signs = 0; signs < 2 ** sizes.length; signs++) {
          const flipped = sizes.map((one, i) => ((signs >> i) & 1 ? -one : one))
          if (Math.abs(sum(flipped) - middle) >= far - 1e-9) extreme++
        }
        expect(signedRankP(differences)).toBeCloseTo(extreme / 2 ** sizes.length, 10)
      }),
      { seed: 1, numRuns: 200 },
    )
  })

  test('goes over into the normal distribution without a step', () => {
    const differences = (n: number) => Array.from({ length: n }, (_, i) => (i % 5 < 2 ? -1 : 1) * (i + 1))
    const [counted, normal] = [signedRankP(differences(200)), signedRankP(differences(205))]
    expect(normal / counted).toBeGreaterThan(0.7)
    expect(normal / counted).toBeLessThan(1.1)
  })

  test('cannot find less than all of one sign', () => {
    expect(signedRankP([3, 1, 2, 7])).toBe(smallestP(4))
  })
})

describe('A difference of pairs', () => {
  test('that is always the same is a difference, though nothing spreads', () => {
    expect(pairedDifference([2, 2, 2, 2, 2], false)).toEqual({ n: 5, difference: 2, low: 2, high: 2, p: 0, constant: true })
  })

  test('that is always zero is none', () => {
    expect(pairedDifference([0, 0, 0, 0, 0], false)).toEqual({ n: 5, difference: 0, low: 0, high: 0, p: 1, constant: true })
  })

  test('of counts may coincide: only the signs speak', () => {
    expect(pairedDifference([1, 1, 1, 1, 1], true).p).toBe(2 ** -4)
  })

  test('has no interval from one pair, and none is none', () => {
    expect(pairedDifference([3], false)).toMatchObject({ low: null, high: null, p: 1 })
    expect(pairedDifference([], false)).toMatchObject({ n: 0, difference: 0, p: 1 })
  })
})

describe("Welch's t", () => {
  // t table, two-sided 5 %: with equal spreads and sizes it is Student's with 2n − 2 degrees of freedom, with no spread in one sample that of the other.
  test.each([
    [
      { n: 10, mean: 0, deviation: 1 },
      { n: 10, mean: 2.1009 * Math.sqrt(0.2), deviation: 1 },
    ],
    [
      { n: 5, mean: 10, deviation: 3 },
      { n: 5, mean: 10 - 2.306 * Math.sqrt(18 / 5), deviation: 3 },
    ],
    [
      { n: 7, mean: 0, deviation: 0 },
      { n: 10, mean: 2.2622 / Math.sqrt(10), deviation: 1 },
    ],
  ])('of %o and %o has p = 0.05', (a, b) => {
    expect(welchDifference(a, b).p).toBeCloseTo(0.05, 4)
    expect(Math.min(Math.abs(welchDifference(a, b).low ?? 1), Math.abs(welchDifference(a, b).high ?? 1))).toBeLessThan(1e-3)
  })

  test('without any spread: equal is no difference, anything else is one', () => {
    expect(welchDifference({ n: 3, mean: 1, deviation: 0 }, { n: 3, mean: 1, deviation: 0 }).p).toBe(1)
    expect(welchDifference({ n: 3, mean: 1, deviation: 0 }, { n: 3, mean: 2, deviation: 0 }).p).toBe(0)
    expect(welchDifference({ n: 1, mean: 1, deviation: 0 }, { n: 3, mean: 2, deviation: 0 })).toMatchObject({ p: 1, low: null })
  })
})

test.each([
  [0, 0, 1],
  [5, 5, 1],
  [0, 5, 2 / 32],
  [1, 9, 22 / 1024],
])('What happened %d times in one set alone and %d in the other has p = %d', (a, b, p) => {
  expect(discordanceP(a, b)).toBeCloseTo(p, 9)
})

test('Holm multiplies the smallest p by the number of hypotheses, the next by one less, and never decreases', () => {
  expect(holm([0.01, 0.04, 0.03, 0.005]).map((p) => Number(p.toFixed(6)))).toEqual([0.03, 0.06, 0.06, 0.02])
  expect(holm([0.5, 0.6])).toEqual([1, 1])
  expect(holm([])).toEqual([])
})
