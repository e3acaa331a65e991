import type { Argv } from 'yargs'
import { type Command, last, readingOptions, switchOption, wholeNumber } from './command.ts'

/** What the words after `get` say. */
export interface GetArguments {
  readonly kind: string
  /** `[NAME] SCENARIO`. */
  readonly rest: readonly string[]
  readonly at: string
  readonly output: 'wide' | 'yaml' | undefined
  readonly truth: boolean
  readonly namespace: string
  readonly allNamespaces: boolean
  readonly replication: number
  readonly set: readonly string[]
  readonly seed: string | undefined
  readonly allowUnknownFields: boolean
}

export const get: Command<GetArguments> = {
  usage: 'get <kind> <rest..>',
  shown: 'get KIND [NAME] SCENARIO --at TIME',
  doc: "Show the cluster at an instant in kubectl's columns",
  examples: [
    ['get pods x.yaml --at 6m', 'what kubectl get pods would answer six minutes in'],
    ['get pods x.yaml --at 6m -o wide --truth', 'and which of them really serve'],
    ['get node n01 x.yaml --at 90s -o yaml --replication 17', 'one Node as YAML, in replication 17'],
  ],
  options: (yargs) =>
    readingOptions(
      yargs
        .positional('kind', {
          type: 'string',
          demandOption: true,
          describe: 'pods nodes deployments replicasets replicationcontrollers services endpoints machines',
        })
        .positional('rest', {
          type: 'string',
          array: true,
          demandOption: true,
          describe: '[NAME] SCENARIO: a name, then the scenario file',
        }),
    )
      .option('at', {
        type: 'string',
        requiresArg: true,
        demandOption: true,
        coerce: last<string>,
        describe: 'Simulated time, e.g. 6m or 412.5s',
      })
      .option('output', {
        alias: 'o',
        choices: ['wide', 'yaml'] as const,
        requiresArg: true,
        coerce: last<'wide' | 'yaml' | undefined>,
        describe: 'More columns, or the objects',
      })
      .option('truth', switchOption('What really is, beside what the API believes'))
      .option('namespace', {
        alias: 'n',
        type: 'string',
        requiresArg: true,
        default: 'default',
        coerce: last<string>,
        describe: 'Namespace',
      })
      .option('all-namespaces', { alias: 'A', type: 'boolean', default: false, coerce: last<boolean>, describe: 'All of them' })
      .option('replication', {
        requiresArg: true,
        default: 1,
        coerce: wholeNumber('replication', 1),
        describe: 'In which replication',
      }) as unknown as Argv<GetArguments>,
  run: async (args, shell) => (await import('./get-objects.ts')).getObjects(args, shell),
}
