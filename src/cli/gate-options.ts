import type { Argv } from 'yargs'
import { last, switchOption } from './command.ts'
import type { Shell } from './shell.ts'

/** What every command that compares results may be told. */
export interface GateArguments {
  readonly measure: readonly string[]
  readonly alpha: number
  readonly json: boolean
  readonly junit: string | undefined
  readonly github: boolean
  readonly undecided: 'pass' | 'fail' | undefined
}

/** Options of `check` and `compare`. */
export function gateOptions<T>(yargs: Argv<T>, { env }: Pick<Shell, 'env'>) {
  return yargs
    .option('measure', {
      ...{ type: 'string' as const, array: true, nargs: 1, default: [] as string[] },
      describe: 'Compare this measure only, with or without labels (repeatable)',
    })
    .option('alpha', {
      ...{ requiresArg: true, default: 0.01, coerce: shareOption },
      describe: 'Chance of one false alarm per scenario, at most',
    })
    .option('json', switchOption('One JSON document on stdout instead of the table'))
    .option('junit', {
      ...{ type: 'string' as const, requiresArg: true, coerce: last<string | undefined> },
      describe: 'Also JUnit XML into this file',
    })
    .option('github', {
      ...{ type: 'boolean' as const, default: env.GITHUB_ACTIONS === 'true', coerce: last<boolean> },
      describe: 'Annotations and job summary for GitHub Actions (default: when it runs there)',
    })
    .option('undecided', {
      ...{ choices: ['pass', 'fail'] as const, requiresArg: true, coerce: last<'pass' | 'fail' | undefined> },
      describe: 'What a difference that too few replications leave open counts as (default: exit 4)',
    })
}

function shareOption(value: unknown): number {
  const given = last(value)
  const share = Number(given)
  if (!(share > 0 && share < 1)) throw new Error(`--alpha: expected a share between 0 and 1, got ${JSON.stringify(String(given))}`)
  return share
}
