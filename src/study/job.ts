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
  /** Which of the worker's jobs, from 0, the default. */
  readonly job?: number
}

/** A worker's answer to chunks; a scenario is read once as long as chunks of one job follow each other. */
export function serve<Inputs>(
  jobsOf: () => readonly Job<Inputs>[],
  readInputs: (inputs: Inputs) => Scenario,
  simulate: Simulate,
): (chunk: Chunk) => Outcome {
  let kept: { job: number; scenario: Scenario; options: ReplicationOptions } | undefined
  return ({ from, to, job = 0 }) => {
    if (kept?.job !== job) {
      const { inputs, options } = jobsOf()[job] as Job<Inputs>
      kept = { job, scenario: readInputs(inputs), options }
    }
    return replicate(simulate, kept.scenario, from, to, kept.options)
  }
}
