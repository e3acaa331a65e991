import type { Scenario } from '../scenario/scenario.ts'
import { type Outcome, type ReplicationOptions, replicate, type Simulate } from './replicate.ts'

/** What a worker needs for all its chunks: the inputs of the scenario as plain data, and how to run it. */
export interface Job<Inputs> {
  readonly inputs: Inputs
  readonly options: ReplicationOptions
}

/** Replications `from` … `to`, both included. */
export interface Chunk {
  readonly from: number
  readonly to: number
}

/** A worker's answer to chunks of one job; the scenario is read once. */
export function serve<Inputs>(
  jobOf: () => Job<Inputs>,
  readInputs: (inputs: Inputs) => Scenario,
  simulate: Simulate,
): (chunk: Chunk) => Outcome {
  let kept: { scenario: Scenario; options: ReplicationOptions } | undefined
  return ({ from, to }) => {
    if (kept === undefined) {
      const { inputs, options } = jobOf()
      kept = { scenario: readInputs(inputs), options }
    }
    return replicate(simulate, kept.scenario, from, to, kept.options)
  }
}
