import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { performance } from 'node:perf_hooks'
import { eventsCsv } from '../report/events-csv.ts'
import { studyJson } from '../report/json.ts'
import { table } from '../report/table.ts'
import { plural } from '../report/text.ts'
import { timelineCsv } from '../report/timeline-csv.ts'
import { type TraceLink, traceJson } from '../report/trace.ts'
import { grounds } from '../report/verdict-table.ts'
import type { StudyOutcome } from '../study/pool.ts'
import type { ReplicationOptions } from '../study/replicate.ts'
import { type Study, studyOf } from '../study/study.ts'
import type { Identity } from '../study/value-set.ts'
import { collect } from './collect.ts'
import { EXIT, gravest } from './exit.ts'
import { inputsHash } from './inputs.ts'
import type { Journal } from './journal.ts'
import { reportFailure } from './replay.ts'
import { ResultFiles } from './result-files.ts'
import type { RunArguments } from './run.ts'
import type { ReadScenario } from './scenarios.ts'
import type { Model, Shell } from './shell.ts'
import { addStudyFiles } from './study-files.ts'
import { targetOf, Until } from './until.ts'

/** What became of one scenario. */
export interface RunOutcome {
  readonly code: number
  /** For `--json`; absent when an invariant broke. */
  readonly document?: object
}

/** Runs one scenario, writes its files once all of it succeeded, prints its table. */
export async function runScenario(
  read: ReadScenario,
  args: RunArguments,
  options: ReplicationOptions,
  journal: Journal | undefined,
  model: Model,
  shell: Shell,
): Promise<RunOutcome> {
  const start = performance.now()
  const { measures } = model.vocabulary
  const until = args.until === undefined ? undefined : new Until(targetOf(args.until, measures), args.maxReplications, measures)
  if (!args.quiet) announceKnown(read, journal, shell)
  const { results, failure, interrupted } = await collect(read, args, options, { journal, until }, model, shell)
  if (failure !== null) {
    reportFailure(read, failure, shell)
    // A broken invariant breaks again; a thread that died, of too little memory say, need not.
    if (failure.stack === '') sayHowToGoOn(journal, shell)
    else journal?.remove()
    return { code: EXIT.broken }
  }
  const one = until === undefined || interrupted ? read : { ...read, scenario: { ...read.scenario, replications: results.length } }
  const { code, document } = finishScenario(one, { results, interrupted }, args, options, model, shell, start)
  if (until?.look !== undefined && !args.json && !(args.quiet && until.look.reached)) shell.out(`${until.story()}\n\n`)
  if (interrupted) sayHowToGoOn(journal, shell)
  return {
    code: gravest([code, openCode(until, args)]),
    document: { ...document, ...(until === undefined ? {} : { until: until.json }) },
  }
}

/** What of `run`'s words says what becomes of results. */
export type FinishArguments = Pick<RunArguments, 'replication' | 'out' | 'json' | 'quiet' | 'timeline' | 'events' | 'trace' | 'undecided'>

/** Reduces results, writes the files, prints the table. `start`: when the work began [ms]. */
export function finishScenario(
  one: ReadScenario,
  { results, interrupted }: Pick<StudyOutcome, 'results' | 'interrupted'>,
  args: FinishArguments,
  options: ReplicationOptions,
  model: Model,
  shell: Shell,
  start: number,
): RunOutcome {
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

/** A precision that was not reached is as open as an expectation. */
function openCode(until: Until | undefined, { undecided }: RunArguments): number {
  if (until?.look === undefined || until.look.reached || undecided === 'pass') return EXIT.good
  return undecided === 'fail' ? EXIT.failed : EXIT.undecided
}

function announceKnown({ scenario }: ReadScenario, journal: Journal | undefined, { err }: Shell): void {
  if (journal === undefined) return
  if (journal.known.size > 0) err(`${scenario.name}: ${plural(journal.known.size, 'replication')} of ${journal.path} are not run again\n`)
  else if (journal.abandoned) err(`${journal.path} of a study that was broken off will be replaced: --resume would continue it\n`)
}

function sayHowToGoOn(journal: Journal | undefined, { err }: Shell): void {
  journal?.close()
  if (journal !== undefined) err(`${journal.path} holds what is finished: the same command with --resume continues\n`)
}

/** What a study that was broken off has written; it goes when the study is complete. */
const ENDS_OF_PART = ['.csv', '.summary.csv', '.timeline.csv', '.events.csv']

/** Writes every result file, all or none; part of a study never overwrites a complete one. Answers the paths. */
function write(
  study: Study,
  one: ReadScenario,
  args: FinishArguments,
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
    const paths = files.commit()
    if (part === '') for (const end of ENDS_OF_PART) rmSync(`${stem}.partial${end}`, { force: true })
    return paths
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
