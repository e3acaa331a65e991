import type { Argv } from 'yargs'
import { type Command, last, switchOption, wholeNumber } from './command.ts'
import { type StudyArguments, studyOptions } from './study-options.ts'

/** What the words after `plan` say. */
export interface PlanArguments extends StudyArguments {
  readonly file: string
  readonly smallest: string | undefined
  readonly lose: string | undefined
  readonly fit: string | undefined
  readonly k: string
  readonly samples: number
  readonly limit: number
  readonly simulate: boolean
}

export const plan: Command<PlanArguments> = {
  usage: 'plan <file>',
  shown: 'plan FILE',
  doc: 'Turn the question round: how small may it be, what can be lost, how much more fits',
  examples: [
    ["plan x.yaml --smallest 'cluster.nodes[worker].count=3..12'", 'the fewest nodes with which its expectations hold'],
    ['plan x.yaml --lose node', 'which nodes, one or two at once, cannot be lost because a Pod would have no place'],
    ['plan x.yaml --lose zone --simulate', 'how long each zone takes to recover from'],
    ['plan x.yaml --lose node --k 1..5', 'and three to five at once, sampled'],
    ['plan x.yaml --fit deployment/default/web --lose zone', 'how many more Pods fit while any zone can still be lost'],
  ],
  options: (yargs, shell) =>
    studyOptions(yargs.positional('file', { type: 'string', demandOption: true, describe: 'Scenario file; - is stdin' }), shell)
      .option('smallest', { ...text, describe: 'Sizes to try in this order, path=3..12: the first for which the expectations hold' })
      .option('lose', { ...text, describe: 'What is lost as one: node, zone, or a fault domain such as rack' })
      .option('fit', { ...text, describe: 'Add Pods of this workload, kind/namespace/name, while what --lose names (zone) can be lost' })
      .option('k', {
        type: 'string',
        requiresArg: true,
        default: '1,2',
        coerce: last<string>,
        describe: 'How many are lost at once: 1,2 or 1..5',
      })
      .option('samples', {
        requiresArg: true,
        default: 1000,
        coerce: wholeNumber('samples', 1),
        describe: 'Sets drawn at random for each k above 2 of which there are more',
      })
      .option('limit', { requiresArg: true, default: 10_000, coerce: wholeNumber('limit', 1), describe: 'Most Pods that --fit adds' })
      .option('simulate', switchOption('Run the recovery from each loss as well, with its replications')) as unknown as Argv<PlanArguments>,
  run: async (args, shell) => (await import('./plan-scenario.ts')).planScenario(args, shell),
}

const text = { type: 'string', requiresArg: true, coerce: last<string | undefined> } as const
