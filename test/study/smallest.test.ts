import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { ReplicationResult } from '../../src/measure/record.ts'
import type { Expectation } from '../../src/scenario/scenario.ts'
import { type RunSize, smallest } from '../../src/study/smallest.ts'
import { fakeResult, fakeScenario, measures } from './fakes.ts'

const EXPECTED: Expectation = {
  ...{
    text: 'convergence.p50 < 100',
    measure: 'convergence',
    labels: {},
    stat: 'p50',
    operator: '<',
    value: 100,
    confidence: 0.95,
    warn: false,
  },
}
const scenario = fakeScenario({ replications: 120, expect: [EXPECTED, { ...EXPECTED, text: 'a wish', value: 0, warn: true }] })

/** Sizes 1, 2, … of which each takes so long [s] in every replication; even and odd ones differ by `spread`. */
async function search(times: readonly number[], spread = 0) {
  const ran: [number, number, number][] = []
  const run: RunSize = async (index, from, to) => {
    ran.push([index, from, to])
    return Array.from({ length: to - from + 1 }, (_, i): ReplicationResult => {
      const value = ((times[index] as number) + ((from + i) % 2) * spread) * 1e6
      return { ...fakeResult(scenario, from + i), measures: [{ measure: 'convergence', labels: '', value, censored: false }] }
    })
  }
  const sizes = times.map((_, i) => ({ value: String(i + 1), scenario }))
  const answer = await smallest(sizes, run, measures)
  if (answer === null) throw new Error('it was not cut short')
  return { ...answer, ran }
}

describe('The smallest size', () => {
  test('is the first that meets every expectation together with the next two, and those below fail early', async () => {
    const { first, lasting, trials, ran, confidence } = await search([300, 200, 90, 80, 70, 60])
    expect([first?.value, lasting?.value]).toEqual(['3', '3'])
    expect(trials.map(({ value, decision, n }) => `${value} ${decision} ${n}`)).toEqual([
      '1 fail 40',
      '2 fail 40',
      '3 pass 120',
      '4 pass 120',
      '5 pass 120',
    ])
    expect(ran.slice(0, 4)).toEqual([
      [0, 1, 40],
      [1, 1, 40],
      [2, 1, 40],
      [2, 41, 120],
    ])
    expect(confidence).toBeCloseTo(1 - 0.05 / 6, 12)
    expect(trials.every(({ verdicts }) => verdicts.length === 1)).toBe(true)
  })

  test('is not taken for the end of the search when a larger one fails: both are shown', async () => {
    const { first, lasting, trials } = await search([300, 90, 200, 80, 70, 60, 50])
    expect([first?.value, lasting?.value]).toEqual(['2', '4'])
    expect(trials.map(({ decision }) => decision)).toEqual(['fail', 'pass', 'fail', 'pass', 'pass', 'pass'])
  })

  test('may be the last of the range, or none', async () => {
    expect((await search([300, 90])).lasting?.value).toBe('2')
    expect(await search([300, 200])).toMatchObject({ first: null, lasting: null })
  })

  test('is not one whose values leave it open', async () => {
    const { trials } = await search([60, 20, 10, 5], 80)
    expect(trials[0]).toMatchObject({ decision: 'undecided', n: 120 })
    expect(trials[0]?.verdicts[0]?.needed).toBeNull()
  })

  test('equals brute force over every size, whatever the pattern', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.boolean(), { minLength: 1, maxLength: 9 }), async (good) => {
        const { first, lasting } = await search(good.map((holds) => (holds ? 50 : 150)))
        const index = (found: number) => (found === -1 ? undefined : String(found + 1))
        const lasts = good.findIndex((_, i) => good.slice(i, i + 3).every((holds) => holds))
        expect([first?.value, lasting?.value]).toEqual([index(good.indexOf(true)), index(lasts)])
      }),
      { seed: 3, numRuns: 100 },
    )
  })

  test('is null when a run is cut short', async () => {
    expect(await smallest([{ value: '1', scenario }], async () => null, measures)).toBeNull()
  })
})
