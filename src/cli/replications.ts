import type { ReplicationResult } from '../measure/record.ts'
import { runReplications, type StudyOutcome } from '../study/pool.ts'
import type { ReplicationOptions } from '../study/replicate.ts'
import { progressOf } from './progress.ts'
import type { ReadScenario } from './scenarios.ts'
import type { Model, Shell } from './shell.ts'

/** Which replications of a scenario to run, and how. */
export interface ReplicationRequest {
  readonly from: number
  readonly to: number
  readonly workers: number
  /** No progress on stderr. */
  readonly quiet: boolean
  /** Finished earlier: not run again. */
  readonly known?: ReadonlyMap<number, ReplicationResult>
  /** Is given every new result as soon as it is there. */
  readonly keep?: (results: readonly ReplicationResult[]) => void
}

/** Runs replications with progress on stderr; Ctrl-C ends them early. */
export async function runAll(
  { scenario, inputs }: ReadScenario,
  { from, to, workers, quiet, known, keep }: ReplicationRequest,
  options: ReplicationOptions,
  model: Model,
  shell: Shell,
): Promise<StudyOutcome> {
  const control = new AbortController()
  const progress = quiet ? undefined : await progressOf(scenario.name, to - from + 1, { interactive: shell.interactive, write: shell.err })
  let release: (() => void) | undefined
  try {
    return await runReplications({
      ...{ scenario, inputs, options, from, to, workers },
      ...(known === undefined ? {} : { known }),
      ...(keep === undefined ? {} : { keep }),
      ...{ simulate: model.simulate, worker: shell.worker, signal: control.signal },
      progress: (done) => {
        release ??= shell.onInterrupt(() => control.abort())
        progress?.update(done)
      },
    })
  } finally {
    progress?.stop()
    release?.()
  }
}
