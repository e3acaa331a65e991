import fc from 'fast-check'
import { beforeAll, describe, expect, test } from 'vitest'
import { faults } from '../src/faults/index.ts'
import { operations } from '../src/operations/index.ts'
import { FULL, play, scenarioOf } from './support/play.ts'
import { randomScenario, scenarioText } from './support/random-scenario.ts'

const CLUSTERS = FULL ? 1000 : 100

/** In how many random clusters something was asked for, and in how many of these it happened. */
interface Count {
  asked: number
  happened: number
}

const counts = new Map<string, Count>()

function count(name: string, happened: boolean): void {
  const before = counts.get(name) ?? { asked: 0, happened: 0 }
  counts.set(name, { asked: before.asked + 1, happened: before.happened + (happened ? 1 : 0) })
}

/** A property over random clusters says nothing about a fault that never hits anything there. */
describe('In the random clusters of the property tests', () => {
  beforeAll(() => {
    for (const random of fc.sample(randomScenario, { seed: 20, numRuns: CLUSTERS })) {
      const scenario = scenarioOf(scenarioText(random))
      const events = play(scenario, 1, { recording: { timeline: false, events: true } })[0]?.events ?? []
      const seen = new Set(events.map(({ kind, event, detail }) => (kind === 'fault' ? `${event} ${detail}` : `${kind} ${event}`)))
      for (const { name, fault } of scenario.faults) count(fault, seen.has(`${fault}-begin ${name}`))
      for (const { do: word } of scenario.operations) count(word, seen.has(`operation ${word}`))
    }
  }, 600_000)

  test.each([...faults, ...operations].map(({ name }) => name))('%s is asked for and happens in a good share', (name) => {
    const { asked, happened } = counts.get(name) ?? { asked: 0, happened: 0 }
    expect(asked).toBeGreaterThanOrEqual(0.01 * CLUSTERS)
    expect(happened / asked).toBeGreaterThanOrEqual(0.5)
  })
})
