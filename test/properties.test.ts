import fc from 'fast-check'
import { expect, test } from 'vitest'
import { stagesAddUp } from '../src/measure/rows.ts'
import { csvOf, FULL, play, scenarioOf } from './support/play.ts'
import { randomScenario, scenarioText } from './support/random-scenario.ts'

const timeout = FULL ? 3_600_000 : 120_000

test('no small random cluster breaks an invariant, and every row is consistent with itself', { timeout }, () => {
  fc.assert(
    fc.property(randomScenario, (random) => {
      const scenario = scenarioOf(scenarioText(random))
      const [result] = play(scenario, 1)
      for (const row of result?.rows ?? []) {
        expect(stagesAddUp(row)).toBe(true)
        expect(row.converged ?? 0).toBeGreaterThanOrEqual(0)
        expect(row.outcome === 'converged' || row.outcome === 'unaffected' || row.converged === null).toBe(true)
      }
      const occurrences = result?.rows.filter(({ workload }) => workload === '*') ?? []
      expect(occurrences).toHaveLength(random.faults.length)
      for (const whole of occurrences) {
        const parts =
          result?.rows.filter((row) => row.workload !== '*' && row.fault === whole.fault && row.occurrence === whole.occurrence) ?? []
        expect(whole.lost).toBe(parts.reduce((sum, { lost }) => sum + lost, 0))
        expect(whole.restarts).toBe(parts.reduce((sum, { restarts }) => sum + restarts, 0))
      }
    }),
    { seed: 20, numRuns: FULL ? 2000 : 60 },
  )
})

test('idle loops left out of the queue or run as events, either event queue: the same bytes', { timeout }, () => {
  fc.assert(
    fc.property(randomScenario, (random) => {
      const scenario = scenarioOf(scenarioText(random))
      const recording = { timeline: true, events: false }
      const reference = csvOf(scenario, play(scenario, 1, { recording }))
      expect(csvOf(scenario, play(scenario, 1, { recording, elision: 'unelided' }))).toBe(reference)
      expect(csvOf(scenario, play(scenario, 1, { recording, queue: 'heap' }))).toBe(reference)
    }),
    { seed: 7, numRuns: FULL ? 200 : 25 },
  )
})
