import { Piscina } from 'piscina'
import { simulate, vocabulary } from '../model.ts'
import { read } from '../scenario/read.ts'
import type { Scenario } from '../scenario/scenario.ts'
import { type Job, serve } from './job.ts'
import { losing } from './losing.ts'
import { recorded, type ScenarioInputs } from './scenario-inputs.ts'

/** The scenario that was read from these inputs once. */
export function readAgain(inputs: ScenarioInputs): Scenario {
  const outcome = read(recorded(inputs), vocabulary, inputs.overrides)
  if (!outcome.ok) throw new Error(`${inputs.path} was read once and cannot be read again: ${outcome.problems[0]?.message}`)
  return inputs.losing === undefined ? outcome.scenario : losing(outcome.scenario, inputs.losing)
}

/** What a thread of the pool answers: chunks of replications of the jobs it was started with. */
export default serve<ScenarioInputs>(() => Piscina.workerData as readonly Job<ScenarioInputs>[], readAgain, simulate)
