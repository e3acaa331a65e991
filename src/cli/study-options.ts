import type { Argv } from 'yargs'
import { outOption, readingOptions, switchOption, wholeNumber } from './command.ts'
import type { Shell } from './shell.ts'

/** What the words of every command say that runs a grid of scenarios. */
export interface StudyArguments {
  readonly set: readonly string[]
  readonly seed: string | undefined
  readonly replications: number | undefined
  readonly allowUnknownFields: boolean
  readonly workers: number
  readonly out: string
  readonly json: boolean
  readonly quiet: boolean
  readonly eventLimit: number
}

/** Events of one replication: hours of wall-clock time, so a bound that only a runaway meets. */
const EVENT_LIMIT = 5e9

/** The options of every command that runs a grid of scenarios. */
export function studyOptions<T>(yargs: Argv<T>, { env, processors }: Pick<Shell, 'env' | 'processors'>) {
  return readingOptions(yargs)
    .option('replications', { requiresArg: true, coerce: wholeNumber('replications', 1), describe: "Instead of the scenario's number" })
    .option('workers', {
      requiresArg: true,
      coerce: wholeNumber('workers', 1),
      default: env.RECONVERGE_WORKERS ?? processors,
      describe: 'Threads (RECONVERGE_WORKERS); results do not depend on it',
    })
    .option('out', outOption(env))
    .option('json', switchOption('One JSON document on stdout instead of the table'))
    .option('quiet', switchOption('No table, no progress, no warnings'))
    .option('event-limit', {
      requiresArg: true,
      default: EVENT_LIMIT,
      coerce: wholeNumber('event-limit', 1),
      describe: 'Events after which a replication gives up',
    })
}
