import { Piscina } from 'piscina'
import { simulate, vocabulary } from '../model.ts'
import { read } from '../scenario/read.ts'
import { type Job, serve } from './job.ts'
import { recorded, type ScenarioInputs } from './scenario-inputs.ts'

/** What a thread of the pool answers: chunks of replications of the jobs it was started with. */
export default serve<ScenarioInputs>(
  () => Piscina.workerData as readonly Job<ScenarioInputs>[],
  (inputs) => {
    const outcome = read(recorded(inputs), vocabulary, inputs.overrides)
    if (!outcome.ok) throw new Error(`${inputs.path} was read once and cannot be read again: ${outcome.problems[0]?.message}`)
    return outcome.scenario
  },
  simulate,
)
