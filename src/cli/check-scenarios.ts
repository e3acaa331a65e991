import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Gate } from '../report/gate.ts'
import { divergence } from '../study/divergence.ts'
import type { Selection } from '../study/pairing.ts'
import type { ReplicationOptions } from '../study/replicate.ts'
import { studyOf } from '../study/study.ts'
import { baselineOf, baselineReplications, writeBaseline } from './baseline.ts'
import type { CheckArguments } from './check.ts'
import { gateOf } from './compare-results.ts'
import { EXIT, UsageError } from './exit.ts'
import { announce, prepareOutputs } from './gate-output.ts'
import { inputsHash } from './inputs.ts'
import { checkSelections, selectionsOf } from './references.ts'
import { reportFailure } from './replay.ts'
import { runAll } from './replications.ts'
import { prepareFolder, ResultFiles } from './result-files.ts'
import { scenarioFiles } from './scenario-files.ts'
import { type ReadScenario, scenariosToRun } from './scenarios.ts'
import type { Model, Shell } from './shell.ts'
import { addStudyFiles } from './study-files.ts'
import { type ResultSet, readResultSet } from './value-files.ts'
import { story } from './verify-scenario.ts'

const OPTIONS: ReplicationOptions = { recording: { timeline: false, events: false }, queue: 'columns', elision: 'elided', eventLimit: 5e9 }

/** Runs every scenario as often as its baseline did and compares; or, with `--update-baseline`, writes the baselines. */
export async function checkScenarios(args: CheckArguments, shell: Shell): Promise<number> {
  prepareOutputs(args)
  if (args.updateBaseline && args.set.length > 0) {
    throw new UsageError(
      '--update-baseline takes scenarios as they are',
      'write what --set says into the file: a baseline is what it answers',
    )
  }
  const model = await shell.model()
  const only = selectionsOf(args.measure, model.vocabulary.measures)
  const scenarios = read(args, model, shell)
  if (scenarios === undefined) return EXIT.usage
  if (args.updateBaseline) prepareFolder(args.baseline, `--baseline ${args.baseline}`)
  else for (const { scenario, path } of scenarios) baselineOf(args.baseline, scenario.name, path)
  const folder = mkdtempSync(join(tmpdir(), 'reconverge-check-'))
  let keep = false
  try {
    const gates: Gate[] = []
    for (const one of scenarios) {
      const ran = await runInto(folder, one, args, model, shell)
      if (typeof ran === 'number') return ran
      if (args.updateBaseline) shell.out(`Written: ${writeBaseline(args.baseline, ran.results).join(' ')}\n`)
      else gates.push(gateFor(one, ran, args, only, model))
    }
    if (args.updateBaseline) return EXIT.good
    const code = announce(gates, args, shell)
    keep = code !== EXIT.good
    if (keep) shell.err(`What was compared is in ${folder}: reconverge compare ${args.baseline} ${folder}\n`)
    return code
  } finally {
    if (!keep) rmSync(folder, { recursive: true, force: true })
  }
}

/** Reads the scenarios, each with the number of replications that its baseline has unless told otherwise. */
function read(args: CheckArguments, model: Model, shell: Shell): readonly ReadScenario[] | undefined {
  const { set, seed, allowUnknownFields, quiet } = args
  const overrides = { set, allowUnknownFields, ...(seed === undefined ? {} : { seed }) }
  const scenarios = scenariosToRun(scenarioFiles(args.files), model, overrides, shell, quiet)
  return scenarios?.map((one) => {
    const replications =
      args.replications ?? baselineReplications(args.baseline, one.scenario.name, args.updateBaseline) ?? one.scenario.replications
    return { ...one, scenario: { ...one.scenario, replications } }
  })
}

interface Ran {
  readonly results: ResultSet
  readonly verdicts: Gate['verdicts']
}

/** Runs one scenario and writes its result files into a folder; a number is the exit code of what ended early. */
async function runInto(folder: string, one: ReadScenario, args: CheckArguments, model: Model, shell: Shell): Promise<Ran | number> {
  const { scenario } = one
  const request = { from: 1, to: scenario.replications, workers: args.workers, quiet: args.quiet }
  const { results, failure, interrupted } = await runAll(one, request, OPTIONS, model, shell)
  if (failure !== null) {
    reportFailure(one, failure, shell)
    return EXIT.broken
  }
  if (interrupted) return EXIT.interrupted
  const { measures } = model.vocabulary
  const study = studyOf(scenario, results, measures, false)
  const [modelId, { v8 }] = [shell.modelId(), shell]
  const identity = { inputs: inputsHash({ scenario, modelId, v8 }), model: modelId, v8 }
  const stem = join(folder, scenario.name)
  const files = new ResultFiles()
  addStudyFiles(files, stem, study, { identity, measures })
  files.commit()
  return { results: readResultSet(stem) as ResultSet, verdicts: study.verdicts }
}

function gateFor(one: ReadScenario, { results, verdicts }: Ran, args: CheckArguments, only: readonly Selection[], model: Model): Gate {
  const baseline = baselineOf(args.baseline, one.scenario.name, one.path)
  checkSelections(only, [baseline.set, results.set])
  const gate = gateOf(baseline, results, model.vocabulary.measures, { alpha: args.alpha, only })
  const lost = gate.lost === null ? null : [...gate.lost, ...again(one, baseline, results, model)]
  return { ...gate, verdicts, lost, path: one.path, sides: ['baseline', args.set.length === 0 ? 'now' : args.set.join(' ')] }
}

/** Runs the first replication that differs twice here: a model that cannot repeat itself is caught at its first event. */
function again({ scenario }: ReadScenario, before: ResultSet, after: ResultSet, model: Model): string[] {
  const at = after.set.fingerprints.findIndex((print, i) => print !== before.set.fingerprints[i])
  const replication = at < 0 ? 1 : at + 1
  const found = divergence(model.simulate, scenario, replication, [OPTIONS, OPTIONS])
  if (found === null)
    return [`replication ${replication}, run twice here, gives the same both times: the baseline was made by a run that differed`]
  return [`replication ${replication}, run twice here, differs from itself:`, ...story(found).trimEnd().split('\n')]
}
