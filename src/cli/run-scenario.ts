import { join } from 'node:path'
import { performance } from 'node:perf_hooks'
import { eventsCsv } from '../report/events-csv.ts'
import { studyJson } from '../report/json.ts'
import { table } from '../report/table.ts'
import { timelineCsv } from '../report/timeline-csv.ts'
import { type TraceLink, traceJson } from '../report/trace.ts'
import { grounds } from '../report/verdict-table.ts'
import type { ReplicationOptions } from '../study/replicate.ts'
import { type Study, studyOf } from '../study/study.ts'
import type { Identity } from '../study/value-set.ts'
import { EXIT } from './exit.ts'
import { inputsHash } from './inputs.ts'
import { reportFailure } from './replay.ts'
import { runAll } from './replications.ts'
import { ResultFiles } from './result-files.ts'
import type { RunArguments } from './run.ts'
import type { ReadScenario } from './scenarios.ts'
import type { Model, Shell } from './shell.ts'
import { addStudyFiles } from './study-files.ts'

/** What became of one scenario. */
export interface RunOutcome {
  readonly code: number
  /** For `--json`; absent when an invariant broke. */
  readonly document?: object
}

/** Runs one scenario, writes its files once all of it succeeded, prints its table. */
export async function runScenario(
  one: ReadScenario,
  args: RunArguments,
  options: ReplicationOptions,
  model: Model,
  shell: Shell,
): Promise<RunOutcome> {
  const start = performance.now()
  const [from, to] = [args.replication ?? 1, args.replication ?? one.scenario.replications]
  const { results, failure, interrupted } = await runAll(one, { from, to, workers: args.workers, quiet: args.quiet }, options, model, shell)
  if (failure !== null) {
    reportFailure(one, failure, shell)
    return { code: EXIT.broken }
  }
  // One replication is looked at, not judged.
  const judged = args.replication === undefined ? one.scenario : { ...one.scenario, expect: [] }
  const study = studyOf(judged, results, model.vocabulary.measures, interrupted)
  const modelId = shell.modelId()
  const identity = { inputs: inputsHash({ scenario: one.scenario, modelId, v8: shell.v8 }), model: modelId, v8: shell.v8 }
  const files = write(study, one, args, options, model, identity)
  const elapsed = (performance.now() - start) / 1000
  if (!args.json && !args.quiet) shell.out(`${table(study, { model: modelId.slice(0, 8), elapsed, files }, shell.paint)}\n`)
  if (args.quiet && !args.json) printFailures(study, args.undecided, shell)
  return { code: codeOf(study, args.undecided), document: studyJson(study, identity, files) }
}

/** Writes every result file, all or none; part of a study never overwrites a complete one. Answers the paths. */
function write(
  study: Study,
  one: ReadScenario,
  args: RunArguments,
  options: ReplicationOptions,
  model: Model,
  identity: Identity,
): string[] {
  const part = args.replication === undefined ? (study.partial ? '.partial' : '') : `.replication-${args.replication}`
  const stem = join(args.out, `${study.scenario.name}${part}`)
  const files = new ResultFiles()
  try {
    const complete = part === '' ? { identity, measures: model.vocabulary.measures } : null
    addStudyFiles(files, stem, study, complete)
    if (args.timeline) files.add(`${stem}.timeline.csv`, timelineCsv(study))
    if (args.events) files.add(`${stem}.events.csv`, eventsCsv(study))
    if (args.trace !== undefined) files.add(args.trace, [traced(one, args.replication ?? 1, options, model)])
    return files.commit()
  } finally {
    files.discard()
  }
}

/** Runs one replication once more, seen by a tracer. */
function traced({ scenario }: ReadScenario, replication: number, options: ReplicationOptions, model: Model): string {
  const links: TraceLink[] = []
  const tracer = {
    scheduled: (sequence: number, kind: string, subject: number, time: number, because: number, label: string) => {
      if (time <= scenario.horizon) links.push({ sequence, kind, subject, time, because, label })
    },
  }
  const { events } = model.simulate(scenario, replication, { ...options, recording: { ...options.recording, events: true }, tracer })
  return traceJson(events, scenario.horizon, links)
}

function codeOf({ partial, verdicts }: Study, undecided: RunArguments['undecided']): number {
  if (partial) return EXIT.interrupted
  const decisions = verdicts.filter(({ warn }) => !warn).map(({ decision }) => decision)
  if (decisions.includes('fail')) return EXIT.failed
  if (!decisions.includes('undecided') || undecided === 'pass') return EXIT.good
  return undecided === 'fail' ? EXIT.failed : EXIT.undecided
}

function printFailures({ scenario, verdicts }: Study, undecided: RunArguments['undecided'], { err }: Shell): void {
  for (const verdict of verdicts) {
    if (verdict.decision === 'pass' || (verdict.decision === 'undecided' && undecided === 'pass')) continue
    err(`${scenario.path}: ${verdict.decision}: ${verdict.text}: ${grounds(verdict)}\n`)
  }
}
