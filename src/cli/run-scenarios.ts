import { join } from 'node:path'
import { jsonDocument } from '../report/json.ts'
import { plural } from '../report/text.ts'
import type { ReplicationOptions } from '../study/replicate.ts'
import type { Shard } from '../study/shard.ts'
import { EXIT, gravest, UsageError } from './exit.ts'
import { inputsHash } from './inputs.ts'
import { Journal } from './journal.ts'
import { prepareFile, prepareFolder } from './result-files.ts'
import type { RunArguments } from './run.ts'
import { runScenario } from './run-scenario.ts'
import { runShard } from './run-shard.ts'
import { scenarioFiles } from './scenario-files.ts'
import { type ReadScenario, scenariosToRun } from './scenarios.ts'
import type { Model, Shell } from './shell.ts'
import { studyOfOne } from './study-package.ts'
import { targetOf } from './until.ts'

/** Reads every scenario before it runs any; answers the gravest exit code. */
export async function runScenarios(args: RunArguments, shell: Shell): Promise<number> {
  const paths = scenarioFiles(args.files)
  if (args.trace !== undefined && paths.length > 1)
    throw new UsageError('--trace takes one scenario', `got ${paths.length}: run them one by one`)
  if (args.shard !== undefined && ((args.replication ?? args.trace ?? args.until) !== undefined || args.resume))
    throw new UsageError('--shard stands alone: it goes with neither --replication and --trace nor --until and --resume')
  const model = await shell.model()
  const { set, seed, replications, allowUnknownFields } = args
  const overrides = {
    set,
    allowUnknownFields,
    ...(seed === undefined ? {} : { seed }),
    ...(replications === undefined ? {} : { replications }),
  }
  const scenarios = scenariosToRun(paths, model, overrides, shell, args.quiet)
  if (scenarios === undefined) return EXIT.usage
  for (const one of scenarios) checkReplication(one, args)
  if (args.until !== undefined) targetOf(args.until, model.vocabulary.measures)
  if (args.dryRun) return announce(scenarios, args, shell)
  prepareFolder(args.out, `--out ${args.out}`)
  if (args.trace !== undefined) prepareFile(args.trace)
  if (args.shard !== undefined) return shards(scenarios, args.shard, args, model, shell)
  const codes: number[] = []
  const documents: object[] = []
  // All are read before anything runs: a file of another study ends the command here.
  const journals = scenarios.map((one) => journalOf(one, args, shell))
  for (const [i, one] of scenarios.entries()) {
    const { code, document } = await runScenario(one, args, optionsOf(args), journals[i], model, shell)
    codes.push(code)
    if (document !== undefined) documents.push(document)
    if (code === EXIT.interrupted) break
  }
  if (args.json) shell.out(jsonDocument(documents))
  const code = gravest(codes)
  for (const journal of journals) {
    // What is finished stays where a later scenario was broken off, so that the command as a whole can be continued.
    if (code === EXIT.interrupted || code === EXIT.broken) journal?.close()
    else journal?.remove()
  }
  return code
}

/** Where finished replications are kept until the command has ended; a single replication is not. */
function journalOf({ scenario }: ReadScenario, args: RunArguments, shell: Shell): Journal | undefined {
  if (args.replication !== undefined) return undefined
  const { recording, elision, eventLimit } = optionsOf(args)
  const [modelId, { v8 }] = [shell.modelId(), shell]
  const inputs = inputsHash({ scenario: { ...scenario, replications: 0 }, modelId, v8 })
  const head = { scenario: scenario.name, inputs, model: modelId, v8, seed: scenario.seed, recording, elision, eventLimit }
  return new Journal(join(args.out, scenario.name), head, args.resume)
}

/** `--shard`: a part of every scenario, one file each. */
async function shards(scenarios: readonly ReadScenario[], shard: Shard, args: RunArguments, model: Model, shell: Shell): Promise<number> {
  const codes: number[] = []
  for (const one of scenarios) {
    codes.push(await runShard('run', studyOfOne({ ...one, values: [] }), shard, args, optionsOf(args), model, shell))
    if (codes.at(-1) === EXIT.interrupted) break
  }
  return gravest(codes)
}

function optionsOf({ timeline, events, queue, unelided, eventLimit }: RunArguments): ReplicationOptions {
  return { recording: { timeline, events }, queue, elision: unelided ? 'unelided' : 'elided', eventLimit }
}

function checkReplication({ scenario, path }: ReadScenario, { replication, resume, until, replications }: RunArguments): void {
  if (replication !== undefined && resume) throw new UsageError('--resume continues a study: --replication runs one of it')
  if (until !== undefined && (replication ?? replications) !== undefined) {
    throw new UsageError('--until finds the number of replications', 'say --max-replications for the most it may take')
  }
  if (replication !== undefined && replication > scenario.replications) {
    throw new UsageError(`--replication ${replication}: ${path} has replications 1 to ${scenario.replications}`)
  }
}

/** `--dry-run`: what would run, and under which inputs. */
function announce(scenarios: readonly ReadScenario[], args: RunArguments, shell: Shell): number {
  const plans = scenarios.map(({ scenario, path }) => ({
    scenario: scenario.name,
    path,
    replications: args.replication === undefined ? scenario.replications : 1,
    seed: scenario.seed,
    horizon: scenario.horizon / 1e6,
    machines: scenario.cluster.machines.length,
    objects: scenario.workloads.length,
    faults: scenario.faults.length,
    operations: scenario.operations.length,
    inputs: inputsHash({ scenario, modelId: shell.modelId(), v8: shell.v8 }),
    files: join(args.out, `${scenario.name}.csv`),
  }))
  if (args.json) {
    shell.out(`${JSON.stringify({ schemaVersion: 1, plans }, null, 2)}\n`)
    return EXIT.good
  }
  for (const plan of plans) {
    shell.out(
      `${plan.path}: would run ${plural(plan.replications, 'replication')} of ${plan.scenario} to ${plan.horizon} s (seed ${plan.seed}): ${plural(plan.machines, 'machine')}, ` +
        `${plural(plan.objects, 'object')}, ${plural(plan.faults, 'fault')}, ${plural(plan.operations, 'operation')}; inputs ${plan.inputs.slice(0, 12)}\n`,
    )
  }
  return EXIT.good
}
