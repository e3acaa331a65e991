import type { Argv } from 'yargs'
import { type Command, readingOptions, switchOption } from './command.ts'

/** What the words after `validate` say. */
export interface ValidateArguments {
  readonly files: readonly string[]
  readonly set: readonly string[]
  readonly seed: string | undefined
  readonly allowUnknownFields: boolean
  readonly json: boolean
}

export const validate: Command<ValidateArguments> = {
  usage: 'validate <files..>',
  shown: 'validate FILE...',
  doc: 'Check scenarios and say what of their manifests is not modelled',
  examples: [
    ['validate scenarios/*.yaml', 'every problem of every file, with its place'],
    ['validate x.yaml --json', 'the same as one JSON document'],
  ],
  options: (yargs) =>
    readingOptions(
      yargs.positional('files', {
        type: 'string',
        array: true,
        demandOption: true,
        describe: 'Scenario files, globs, folders; - is stdin',
      }),
    ).option('json', switchOption('One JSON document on stdout')) as unknown as Argv<ValidateArguments>,
  run: async (args, shell) => (await import('./validate-scenarios.ts')).validateScenarios(args, shell),
}
