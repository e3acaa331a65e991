import type { Argv } from 'yargs'
import { type Command, outOption, switchOption, undecidedOption } from './command.ts'

/** What the words after `merge` say. */
export interface MergeArguments {
  readonly files: readonly string[]
  readonly out: string
  readonly json: boolean
  readonly quiet: boolean
  readonly undecided: 'pass' | 'fail' | undefined
}

export const merge: Command<MergeArguments> = {
  usage: 'merge <files..>',
  shown: 'merge FILE...',
  doc: 'Put the shards of a study together: the files that one machine would have written, byte for byte',
  examples: [
    ["merge 'results/*.shard-*.ndjson'", 'every shard of run or sweep --shard i/n'],
    ['merge a/ b/ --out results', 'shards that were computed in several places'],
  ],
  options: (yargs, { env }) =>
    yargs
      .positional('files', { type: 'string', array: true, demandOption: true, describe: 'Shards, globs, or folders of them' })
      .option('out', outOption(env))
      .option('json', switchOption('JSON on stdout instead of the tables'))
      .option('quiet', switchOption('No table'))
      .option('undecided', undecidedOption) as unknown as Argv<MergeArguments>,
  run: async (args, shell) => (await import('./merge-shards.ts')).mergeShards(args, shell),
}
