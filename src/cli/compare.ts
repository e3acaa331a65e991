import type { Argv } from 'yargs'
import type { Command } from './command.ts'
import { type GateArguments, gateOptions } from './gate-options.ts'

/** What the words after `compare` say. */
export interface CompareArguments extends GateArguments {
  readonly before: string
  readonly after: string
}

export const compare: Command<CompareArguments> = {
  usage: 'compare <before> <after>',
  shown: 'compare A B',
  doc: 'Compare two result sets replication by replication: which stage of the recovery changed, and by how much',
  examples: [
    ['compare results/before results/after', 'every scenario that both folders hold'],
    ['compare results/node-crash.values.json results/node-crash-tolerations-30s.values.json', 'two scenarios with the same names inside'],
    ["compare A B --measure 'convergence' --measure 'stage.detect'", 'these measures only'],
  ],
  options: (yargs, shell) =>
    gateOptions(
      yargs
        .positional('before', { type: 'string', demandOption: true, describe: 'A folder that run wrote, or one of its files' })
        .positional('after', { type: 'string', demandOption: true, describe: 'The same, later' }),
      shell,
    ) as unknown as Argv<CompareArguments>,
  run: async (args, shell) => (await import('./compare-results.ts')).compareResults(args, shell),
}
