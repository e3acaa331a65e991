import { describe, expect, test } from 'vitest'
import { FULL } from '../support/play.ts'
import { CASES, compareCases, SKIPPED } from './cases.ts'
import { judged, rangeP } from './compare.ts'
import { EXPLANATIONS } from './explanations.ts'
import { milestones } from './milestones.ts'
import { recorded } from './observations.ts'

/** Replications of one case in an ordinary run; all of `npm run validate` in a full one. */
const FEW: Readonly<Record<string, number>> = { p04: 3, p05: 10, p06: 30, p06b: 30, p07: 6, p10: 3 }
const MANY = 1000
const SOME = 44

describe('Replayed on the model, what a real v1.20.2 control plane did', () => {
  const cells = compareCases(CASES, ({ name }) => (FULL ? MANY : (FEW[name] ?? SOME)))

  test.each(CASES)('$name: $title: no milestone disagrees for certain', ({ name }) => {
    const own = cells.filter(({ caseName }) => caseName === name)
    expect(own).toHaveLength(milestones[name]?.length ?? 0)
    for (const cell of own) {
      const text = `${cell.milestone}: recorded ${JSON.stringify(cell.real)}, simulated ${JSON.stringify(cell.simulated)}`
      expect.soft(cell.real.n, `${cell.milestone} was recorded`).toBeGreaterThan(0)
      expect.soft(cell.simulated.n, `${cell.milestone} is simulated`).toBeGreaterThan(0)
      if (EXPLANATIONS[`${name}: ${cell.milestone}`] === undefined) expect.soft(cell.verdict, text).not.toBe('fail')
    }
  })

  test('every explanation is of a milestone that is compared', () => {
    const known = new Set(cells.map((cell) => `${cell.caseName}: ${cell.milestone}`))
    for (const cell of Object.keys(EXPLANATIONS)) expect(known, cell).toContain(cell)
  })
})

test('a case is either replayed or skipped, and every repetition has rows', () => {
  for (const { name } of CASES) {
    expect(SKIPPED).not.toHaveProperty(name)
    for (const facts of recorded(name)) expect(facts.length).toBeGreaterThan(0)
  }
})

describe('Judgement', () => {
  const spread = { n: 5, median: 1, min: 0, max: 2 }
  const cell = (p: number) =>
    ({ caseName: 'x', milestone: `${p}`, real: spread, simulated: spread, difference: 2, tolerance: 0.5, p, verdict: 'between' }) as const

  test('a miss is certain only if it is one among all that was looked at', () => {
    expect(judged([cell(0.006)])[0]?.verdict).toBe('fail')
    expect(judged([cell(0.006), cell(0.5)])[0]?.verdict).toBe('between')
    expect(judged([cell(0.006), cell(0.0001)]).map(({ verdict }) => verdict)).toEqual(['fail', 'fail'])
  })

  test('values beyond the range of many replications are a rare accident, and several are none', () => {
    expect(rangeP(0, 10, 1000)).toBe(1)
    expect(rangeP(1, 10, 1000)).toBeCloseTo(0.0198, 3)
    expect(rangeP(2, 10, 1000)).toBeLessThan(0.0002)
  })
})
