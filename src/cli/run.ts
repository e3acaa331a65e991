import type { Argv } from 'yargs'
import type { Shard } from '../study/shard.ts'
import { type Command, last, outOption, readingOptions, switchOption, undecidedOption, wholeNumber } from './command.ts'
import { shardOption } from './shard-option.ts'
import type { Shell } from './shell.ts'

/** What the words after `run` say. */
export interface RunArguments {
  readonly files: readonly string[]
  readonly out: string
  readonly set: readonly string[]
  readonly seed: string | undefined
  readonly replications: number | undefined
  readonly replication: number | undefined
  readonly until: string | undefined
  readonly maxReplications: number
  readonly resume: boolean
  readonly shard: Shard | undefined
  readonly workers: number
  readonly timeline: boolean
  readonly events: boolean
  readonly trace: string | undefined
  readonly json: boolean
  readonly quiet: boolean
  readonly dryRun: boolean
  readonly undecided: 'pass' | 'fail' | undefined
  readonly allowUnknownFields: boolean
  readonly queue: 'columns' | 'heap'
  readonly unelided: boolean
  readonly eventLimit: number
}

/** Events of one replication: hours of wall-clock time, so a bound that only a runaway meets. */
const EVENT_LIMIT = 5e9

export const run: Command<RunArguments> = {
  usage: 'run <files..>',
  shown: 'run FILE...',
  doc: 'Run scenarios and write their results',
  examples: [
    ['run scenarios/node-crash.yaml', 'run it, print the table, write results/node-crash.csv'],
    ["run 'scenarios/*.yaml' --replications 50 --workers 4", 'run several, each 50 times, on 4 threads'],
    ["run x.yaml --set cluster.nodes[worker].count=8 --set 'deployment/default/web:spec.replicas=10'", 'change the cluster and a manifest'],
    ['run x.yaml --replication 17 --trace out.json', 'look at one replication in ui.perfetto.dev'],
    ["run x.yaml --until 'convergence.p95 ±2%'", 'as often as that takes, at most --max-replications'],
    ['run x.yaml --replications 5000 --resume', 'go on where Ctrl-C stopped it'],
    ['run - --json < x.yaml', 'read standard input, print one JSON document'],
  ],
  options: (yargs, shell) => internals(outputs(sources(yargs, shell), shell)) as unknown as Argv<RunArguments>,
  run: async (args, shell) => (await import('./run-scenarios.ts')).runScenarios(args, shell),
}

function sources(yargs: Argv, shell: Pick<Shell, 'env' | 'processors'>) {
  const workers = shell.env.RECONVERGE_WORKERS ?? shell.processors
  return readingOptions(
    yargs.positional('files', { type: 'string', array: true, demandOption: true, describe: 'Scenario files, globs, folders; - is stdin' }),
  )
    .option('replications', { requiresArg: true, coerce: wholeNumber('replications', 1), describe: "Instead of the scenario's number" })
    .option('replication', { requiresArg: true, coerce: wholeNumber('replication', 1), describe: 'Run this one only' })
    .option('until', {
      ...{ type: 'string' as const, requiresArg: true, coerce: last<string | undefined> },
      describe: "Go on until a statistic is known so well: 'convergence.p95 ±2%'",
    })
    .option('max-replications', {
      ...{ requiresArg: true, coerce: wholeNumber('max-replications', 2), default: 10_000 },
      describe: 'The most that --until may take',
    })
    .option('resume', switchOption('Continue what Ctrl-C or a crash broke off'))
    .option('shard', shardOption)
    .option('workers', {
      requiresArg: true,
      coerce: wholeNumber('workers', 1),
      default: workers,
      describe: 'Threads (RECONVERGE_WORKERS); results do not depend on it',
    })
}

function outputs<T>(yargs: Argv<T>, { env }: Pick<Shell, 'env'>) {
  return yargs
    .option('out', outOption(env))
    .option('timeline', switchOption('Also NAME.timeline.csv: replicas over time'))
    .option('events', switchOption('Also NAME.events.csv: what a recorder on the API would see'))
    .option('trace', {
      type: 'string',
      requiresArg: true,
      coerce: last<string | undefined>,
      describe: 'Chrome trace of --replication (default 1) into this file',
    })
    .option('json', switchOption('One JSON document on stdout instead of the table'))
    .option('quiet', switchOption('No table, no progress, no warnings'))
    .option('dry-run', switchOption('Read everything, say what would run, run nothing'))
    .option('undecided', undecidedOption)
}

function internals<T>(yargs: Argv<T>) {
  return yargs
    .option('queue', {
      choices: ['columns', 'heap'] as const,
      requiresArg: true,
      default: 'columns' as const,
      coerce: last<'columns' | 'heap'>,
      describe: 'Event queue; results do not depend on it',
    })
    .option('unelided', switchOption('Fire every loop, even where nothing can change; slow, same results'))
    .option('event-limit', {
      requiresArg: true,
      default: EVENT_LIMIT,
      coerce: wholeNumber('event-limit', 1),
      describe: 'Events after which a replication gives up',
    })
}
