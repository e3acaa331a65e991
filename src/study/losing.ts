import { type Instant, seconds } from '../kernel/time.ts'
import type { Scenario } from '../scenario/scenario.ts'

/** When the machines of a planned loss lose power: after every loop has fired a few times. */
export const LOSS_AT = seconds(60) as number as Instant

/** The scenario with one fault in place of its own: these machines lose power at once, for good. Nothing is expected of it. */
export function losing(scenario: Scenario, machines: readonly string[]): Scenario {
  const loss = { name: 'loss', fault: 'node-crash', when: { at: LOSS_AT }, who: { target: { nodes: machines } }, parameters: {} }
  return { ...scenario, faults: [loss], expect: [] }
}
