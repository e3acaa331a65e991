import type { Argv } from 'yargs'
import type { Shard } from '../study/shard.ts'
import { type Command, last, switchOption } from './command.ts'
import { shardOption } from './shard-option.ts'
import { type StudyArguments, studyOptions } from './study-options.ts'

/** What the words after `sweep` say. */
export interface SweepArguments extends StudyArguments {
  readonly file: string
  readonly sweep: readonly string[]
  readonly pareto: string | undefined
  readonly dryRun: boolean
  readonly shard: Shard | undefined
}

export const sweep: Command<SweepArguments> = {
  usage: 'sweep <file>',
  shown: 'sweep FILE',
  doc: 'Run a scenario at every point of a grid, all on the same draws, and compare the points',
  examples: [
    ["sweep scenarios/node-crash.yaml --sweep 'cluster.nodes[worker].count=4..8:2'", 'three sizes of the cluster'],
    ['sweep scenarios/studies/timers.yaml', 'a study that is a file: its scenario, its grid, what to weigh'],
    [
      "sweep x.yaml --sweep 'kube-controller-manager.node-monitor-grace-period=20s,40s,50s' --pareto convergence.p95,false_evictions",
      'and the points at which neither measure can be had better for free',
    ],
  ],
  options: (yargs, shell) =>
    studyOptions(yargs.positional('file', { type: 'string', demandOption: true, describe: 'Scenario or study; - is stdin' }), shell)
      .option('sweep', {
        type: 'string',
        array: true,
        nargs: 1,
        default: [] as string[],
        describe: 'An axis of the grid: path=a,b,c or path=20..40:5 (repeatable)',
      })
      .option('pareto', {
        type: 'string',
        requiresArg: true,
        coerce: last<string | undefined>,
        describe: 'Two measures to weigh against each other: convergence.p95,false_evictions',
      })
      .option('shard', shardOption)
      .option('dry-run', switchOption('Read every point, say what would run, run nothing')) as unknown as Argv<SweepArguments>,
  run: async (args, shell) => (await import('./sweep-scenario.ts')).sweepScenario(args, shell),
}
