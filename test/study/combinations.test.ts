import { describe, expect, test } from 'vitest'
import { binomial, combinationAt, randomCombination } from '../../src/study/combinations.ts'

describe('Sets of k of n', () => {
  test('are as many as Pascal says, and countless beyond 2^53', () => {
    for (let n = 1; n <= 12; n++) {
      for (let k = 1; k <= n; k++) expect(binomial(n, k)).toBe(binomial(n - 1, k - 1) + binomial(n - 1, k))
    }
    expect([binomial(1213, 1), binomial(1213, 2), binomial(5, 0), binomial(3, 4)]).toEqual([1213, 735_078, 1, 0])
    expect(binomial(1213, 20)).toBe(Number.POSITIVE_INFINITY)
  })

  test('come in lexicographic order, each once', () => {
    for (const [n, k] of [
      [6, 1],
      [6, 3],
      [7, 7],
      [8, 2],
    ] as const) {
      const sets = Array.from({ length: binomial(n, k) }, (_, i) => combinationAt(n, k, i).join(' '))
      expect(new Set(sets).size).toBe(sets.length)
      expect([...sets].sort()).toEqual(sets)
      for (const set of sets) expect(set.split(' ')).toHaveLength(k)
    }
  })

  test('at random are sets, depend on seed and number alone, and take every member equally often', () => {
    const counts = new Array<number>(10).fill(0)
    for (let i = 0; i < 5000; i++) {
      const set = randomCombination('1', 10, 3, i)
      expect(new Set(set).size).toBe(3)
      for (const one of set) counts[one] = (counts[one] ?? 0) + 1
    }
    expect(randomCombination('1', 10, 3, 17)).toEqual(randomCombination('1', 10, 3, 17))
    expect(Array.from({ length: 9 }, (_, i) => randomCombination('2', 10, 3, i))).not.toEqual(
      Array.from({ length: 9 }, (_, i) => randomCombination('1', 10, 3, i)),
    )
    // 1,500 expected of each, standard deviation 32.
    for (const count of counts) expect(Math.abs(count - 1500)).toBeLessThan(130)
  })
})
