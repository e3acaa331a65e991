import type { Argv } from 'yargs'
import { type Command, readingOptions, switchOption, wholeNumber } from './command.ts'

/** What the words after `verify` say. */
export interface VerifyArguments {
  readonly file: string
  readonly deep: boolean
  readonly replications: number
  readonly set: readonly string[]
  readonly seed: string | undefined
  readonly allowUnknownFields: boolean
}

export const verify: Command<VerifyArguments> = {
  usage: 'verify <file>',
  shown: 'verify FILE',
  doc: 'Run replications again and in other ways, and name the first event that differs',
  examples: [
    ['verify x.yaml', 'twice, and with the other event queue'],
    ['verify x.yaml --deep --replications 5', 'also with every loop firing'],
  ],
  options: (yargs) =>
    readingOptions(yargs.positional('file', { type: 'string', demandOption: true, describe: 'Scenario file; - is stdin' }))
      .option('deep', switchOption('Also compare with a run that elides no loop'))
      .option('replications', {
        requiresArg: true,
        default: 2,
        coerce: wholeNumber('replications', 1),
        describe: 'How many, from the first',
      }) as unknown as Argv<VerifyArguments>,
  run: async (args, shell) => (await import('./verify-scenario.ts')).verifyScenario(args, shell),
}
