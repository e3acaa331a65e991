import type { Argv } from 'yargs'
import { type Command, last, readingOptions, switchOption, wholeNumber } from './command.ts'
import { type GateArguments, gateOptions } from './gate-options.ts'

/** What the words after `check` say. */
export interface CheckArguments extends GateArguments {
  readonly files: readonly string[]
  readonly baseline: string
  readonly updateBaseline: boolean
  readonly set: readonly string[]
  readonly seed: string | undefined
  readonly replications: number | undefined
  readonly workers: number
  readonly quiet: boolean
  readonly allowUnknownFields: boolean
}

export const check: Command<CheckArguments> = {
  usage: 'check <files..>',
  shown: 'check FILE...',
  doc: 'Run scenarios and compare them with the committed baseline: the gate for CI',
  examples: [
    ['check scenarios/node-crash.yaml', 'run it as often as the baseline did, and compare'],
    ['check scenarios/node-crash.yaml --update-baseline --replications 30', 'write results/baseline/node-crash.*'],
    ['check scenarios/*.yaml --junit check.xml', 'every scenario, for a CI server'],
    ['check x.yaml --set cluster.kube-controller-manager.node-monitor-grace-period=20s', 'what that would change'],
  ],
  options: (yargs, shell) =>
    gateOptions(
      readingOptions(
        yargs.positional('files', { type: 'string', array: true, demandOption: true, describe: 'Scenario files, globs, folders' }),
      )
        .option('baseline', {
          ...{ type: 'string' as const, requiresArg: true, default: 'results/baseline', coerce: last<string> },
          describe: 'Folder of the baseline',
        })
        .option('update-baseline', {
          ...{ type: 'boolean' as const, default: false, coerce: last<boolean> },
          describe: 'Write the baseline instead of comparing with it',
        })
        .option('replications', {
          ...{ requiresArg: true, coerce: wholeNumber('replications', 1) },
          describe: "Instead of the baseline's number; at first of the scenario's",
        })
        .option('workers', {
          ...{ requiresArg: true, coerce: wholeNumber('workers', 1), default: shell.env.RECONVERGE_WORKERS ?? shell.processors },
          describe: 'Threads (RECONVERGE_WORKERS); results do not depend on it',
        })
        .option('quiet', switchOption('No progress, no warnings')),
      shell,
    ) as unknown as Argv<CheckArguments>,
  run: async (args, shell) => (await import('./check-scenarios.ts')).checkScenarios(args, shell),
}
