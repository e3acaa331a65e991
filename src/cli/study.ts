import type { Argv } from 'yargs'
import { type Command, last, undecidedOption, wholeNumber } from './command.ts'
import { type StudyArguments, studyOptions } from './study-options.ts'

/** What the words after `study` say. */
export interface QueueArguments extends StudyArguments {
  readonly action: 'serve' | 'work'
  readonly file: string | undefined
  readonly redis: string
  readonly sweep: readonly string[]
  readonly pareto: string | undefined
  readonly chunk: number | undefined
  readonly patience: number
  readonly idle: number | undefined
  readonly undecided: 'pass' | 'fail' | undefined
}

export const study: Command<QueueArguments> = {
  usage: 'study <action> [file]',
  shown: 'study serve FILE | study work',
  doc: 'Compute a study on many machines through a queue in Redis: one serves it, any number work on it',
  examples: [
    [
      'study serve x.yaml --redis redis://queue:6379',
      'queue a scenario (or a study, or --sweep), wait, write what `run` or `sweep` would write',
    ],
    ['study work --redis redis://queue:6379', 'compute what is queued, on every processor, until Ctrl-C'],
    ['study work --redis redis://queue:6379 --idle 60', 'and end after a minute without work'],
  ],
  options: (yargs, shell) =>
    studyOptions(
      yargs
        .positional('action', {
          choices: ['serve', 'work'] as const,
          demandOption: true,
          describe: 'Queue a study, or work on what is queued',
        })
        .positional('file', { type: 'string', describe: 'Scenario or study to serve; - is stdin' }),
      shell,
    )
      .option('redis', {
        type: 'string',
        requiresArg: true,
        coerce: last<string>,
        default: shell.env.RECONVERGE_REDIS ?? 'redis://127.0.0.1:6379',
        describe: 'Where the queue is (RECONVERGE_REDIS)',
      })
      .option('sweep', { type: 'string', array: true, nargs: 1, default: [] as string[], describe: 'As for sweep' })
      .option('pareto', { type: 'string', requiresArg: true, coerce: last<string | undefined>, describe: 'As for sweep' })
      .option('chunk', {
        requiresArg: true,
        coerce: wholeNumber('chunk', 1),
        describe: 'Replications of one job (default: a twentieth of a point)',
      })
      .option('patience', {
        requiresArg: true,
        default: 30,
        coerce: wholeNumber('patience', 1),
        describe: 'Seconds without a sign after which a worker is dead and its job is given to another',
      })
      .option('idle', { requiresArg: true, coerce: wholeNumber('idle', 1), describe: 'Seconds without work after which a worker ends' })
      .option('undecided', undecidedOption) as unknown as Argv<QueueArguments>,
  run: async (args, shell) => (await import('./study-queue.ts')).studyQueue(args, shell),
}
