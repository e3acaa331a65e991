import type { Argv } from 'yargs'
import type { Shell } from './shell.ts'

/** One command of `reconverge`. Its options are declared here and lightly; what it does is imported when it runs. */
export interface Command<Arguments = never> {
  /** As yargs reads it: `run <files..>`. */
  readonly usage: string
  /** As people read it, where yargs' form says less. */
  readonly shown?: string
  readonly doc: string
  /** Command lines and what they do, without the program's name. */
  readonly examples: readonly (readonly [string, string])[]
  options(yargs: Argv, shell: Pick<Shell, 'env' | 'processors'>): Argv<Arguments>
  /** Answers the exit code; throws `UsageError` for 2. */
  run(args: Arguments, shell: Shell): Promise<number>
}

/** Of an option given several times, the last counts. */
export const last = <T>(value: T | readonly T[]): T => (Array.isArray(value) ? value.at(-1) : value) as T

/** An option that is on where it is given. */
export const switchOption = (describe: string) => ({ type: 'boolean' as const, default: false, coerce: last<boolean>, describe })

/** Options that every command which reads scenarios has. */
export function readingOptions<T>(yargs: Argv<T>) {
  return yargs
    .option('set', { type: 'string', array: true, nargs: 1, default: [] as string[], describe: 'Change a field: path=value (repeatable)' })
    .option('seed', { type: 'string', requiresArg: true, coerce: last<string | undefined>, describe: "Instead of the scenario's seed" })
    .option('allow-unknown-fields', switchOption('Warn of unknown manifest fields, do not refuse them'))
}

/** Where a command writes its results. */
export const outOption = ({ RECONVERGE_OUT }: Shell['env']) => ({
  type: 'string' as const,
  requiresArg: true,
  coerce: last<string>,
  default: RECONVERGE_OUT ?? 'results',
  describe: 'Folder for result files (RECONVERGE_OUT)',
})

/** How a command that judges expectations takes those that stay open. */
export const undecidedOption = {
  choices: ['pass', 'fail'] as const,
  requiresArg: true,
  coerce: last<'pass' | 'fail' | undefined>,
  describe: 'What an undecided expectation counts as (default: exit 4)',
}

/** A whole number of at least `least` from an option that may be absent. */
export function wholeNumber(name: string, least: number) {
  return (value: unknown): number | undefined => {
    const given = last(value)
    if (given === undefined) return undefined
    const n = Number(given)
    if (!Number.isSafeInteger(n) || n < least || String(given).trim() === '') {
      throw new Error(`--${name}: expected a whole number of at least ${least}, got ${JSON.stringify(String(given))}`)
    }
    return n
  }
}
