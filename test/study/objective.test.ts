import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { objectiveTexts, objectiveValue, paretoFront, readObjective } from '../../src/study/objective.ts'
import { seriesOf } from '../../src/study/series.ts'
import { fakeResults, fakeScenario, measures } from './fakes.ts'

const read = (text: string) => readObjective(text, fakeScenario(), measures)

describe('An objective', () => {
  test('is a measure, its labels and a statistic', () => {
    expect(objectiveTexts('convergence{fault="a",workload="b"}.p95, restarts')).toEqual([
      'convergence{fault="a",workload="b"}.p95',
      'restarts',
    ])
    expect(read('convergence{fault="power-loss"}.p95')).toMatchObject({
      ...{ measure: 'convergence', labels: 'fault="power-loss"', statistic: { name: 'quantile', p: 0.95 }, unit: 's', better: 'lower' },
    })
    expect(read('availability')).toMatchObject({ statistic: { name: 'mean' }, better: 'higher' })
  })

  test.each([
    ['convergense.p95', 'convergence'],
    ['convergence.p95x', 'expected'],
    ['convergence{faults="x"}.p95', 'fault'],
    ['convergence{fault="power-los"}.p95', 'power-loss'],
    ['restarts < 3', 'expected'],
  ])('%s is refused with a word on %s', (text, word) => {
    expect(read(text)).toContain(word)
  })

  test('has a value where the replications support it', () => {
    const of = (text: string, n: number) => {
      const objective = read(text)
      if (typeof objective === 'string') throw new Error(objective)
      return objectiveValue(objective, seriesOf(fakeResults(fakeScenario(), n), measures))
    }
    expect(of('restarts', 6)).toBe(1)
    expect(of('restarts.max', 6)).toBe(2)
    expect(of('convergence{fault="power-loss"}.p95', 6)).toBeNull()
    expect(of('convergence{fault="power-loss"}.p95', 40)).toBeGreaterThan(340)
    expect(of('convergence', 6)).toBeNull()
  })
})

describe('The Pareto front', () => {
  test('holds what no other point beats; equals stay together, what cannot be compared stays out', () => {
    const points = [
      [1, 5],
      [2, 4],
      [2, 5],
      [3, 3],
      [1, 5],
      [null, 0],
    ] as const
    expect(paretoFront(points, ['lower', 'lower'])).toEqual([true, true, false, true, true, false])
    expect(paretoFront(points, ['higher', 'lower'])).toEqual([false, false, false, true, false, false])
  })

  test('beats every point outside it with one inside it, and no point inside it', () => {
    const point = fc.tuple(fc.integer({ min: 0, max: 6 }), fc.integer({ min: 0, max: 6 }))
    fc.assert(
      fc.property(fc.array(point, { minLength: 1, maxLength: 12 }), (points) => {
        const front = paretoFront(points, ['lower', 'lower'])
        const beats = ([x, y]: [number, number], [u, v]: [number, number]) => x <= u && y <= v && (x < u || y < v)
        const best = points.filter((_, i) => front[i])
        for (const [i, one] of points.entries()) {
          expect((front[i] ? points : best).some((other) => beats(other, one))).toBe(!front[i])
        }
      }),
      { seed: 4 },
    )
  })
})
