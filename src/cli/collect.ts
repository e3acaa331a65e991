import type { ReplicationResult } from '../measure/record.ts'
import type { StudyOutcome } from '../study/pool.ts'
import type { ReplicationOptions } from '../study/replicate.ts'
import type { Journal } from './journal.ts'
import { runAll } from './replications.ts'
import type { RunArguments } from './run.ts'
import type { ReadScenario } from './scenarios.ts'
import type { Model, Shell } from './shell.ts'
import type { Until } from './until.ts'

/** Runs the replications of a scenario: one, all, or in batches until they suffice; what the journal knows is not run again. */
export async function collect(
  one: ReadScenario,
  args: Pick<RunArguments, 'replication' | 'workers' | 'quiet'>,
  options: ReplicationOptions,
  { journal, until }: { readonly journal: Journal | undefined; readonly until: Until | undefined },
  model: Model,
  shell: Shell,
): Promise<StudyOutcome> {
  const { workers, quiet, replication } = args
  const known = new Map(journal?.known)
  const keep = (results: readonly ReplicationResult[]) => {
    for (const result of results) known.set(result.replication, result)
    journal?.keep(results)
  }
  const run = (from: number, to: number) => runAll(one, { from, to, workers, quiet, known, keep }, options, model, shell)
  if (replication !== undefined) return run(replication, replication)
  for (const n of until?.looks.slice(0, -1) ?? []) {
    const outcome = await run(1, n)
    if (outcome.failure !== null || outcome.interrupted) return outcome
    if (until?.reached(outcome.results) === true) return outcome
  }
  const outcome = await run(1, until?.looks.at(-1) ?? one.scenario.replications)
  if (outcome.failure === null && !outcome.interrupted) until?.reached(outcome.results)
  return outcome
}
