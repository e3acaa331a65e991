import { existsSync, writeFileSync } from 'node:fs'
import { Piscina } from 'piscina'
import type { Scenario } from '../../src/scenario/scenario.ts'
import { type Job, serve } from '../../src/study/job.ts'
import type { Simulate } from '../../src/study/replicate.ts'
import { fakeResult } from './fakes.ts'

/** What a test asks of the fake model: how long a replication takes and which ones fail, and how. */
export interface FakeInputs {
  readonly scenario: Scenario
  /** Busy time per replication [ms]. */
  readonly busy: number
  readonly throws?: readonly number[]
  /** Replications at which the thread dies every time. */
  readonly dies?: readonly number[]
  /** Replications at which the thread dies unless this file exists, which it then creates. */
  readonly diesOnce?: { readonly replication: number; readonly mark: string }
}

/** A model that answers fake results and fails as told. */
export function fakeSimulate(inputs: FakeInputs, exit: () => never): Simulate {
  return (scenario, replication) => {
    const end = performance.now() + inputs.busy
    while (performance.now() < end);
    if (inputs.throws?.includes(replication)) throw new Error(`invariant broken in ${replication}`)
    if (inputs.dies?.includes(replication)) exit()
    if (inputs.diesOnce?.replication === replication && !existsSync(inputs.diesOnce.mark)) {
      writeFileSync(inputs.diesOnce.mark, '')
      exit()
    }
    return fakeResult(scenario, replication)
  }
}

const jobs = () => Piscina.workerData as readonly Job<FakeInputs>[]
const inputs = (scenario: Scenario) => jobs().find((job) => job.inputs.scenario === scenario)?.inputs as FakeInputs
export default serve<FakeInputs>(
  jobs,
  ({ scenario }) => scenario,
  (scenario, replication, options) => fakeSimulate(inputs(scenario), () => process.exit(3))(scenario, replication, options),
)
