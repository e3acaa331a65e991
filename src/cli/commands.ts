import yargs, { type Argv } from 'yargs'
import { suggestion } from '../scenario/suggest.ts'
import { check } from './check.ts'
import type { Command } from './command.ts'
import { compare } from './compare.ts'
import { EXIT, UsageError } from './exit.ts'
import { get } from './get.ts'
import { init } from './init.ts'
import { merge } from './merge.ts'
import { plan } from './plan.ts'
import { run } from './run.ts'
import { STDIN } from './scenario-files.ts'
import { schema } from './schema.ts'
import type { Shell } from './shell.ts'
import { study } from './study.ts'
import { sweep } from './sweep.ts'
import { validate } from './validate.ts'
import { verify } from './verify.ts'

/** Every command, in the order of the help; `completion` is yargs' own. */
const COMMANDS = [run, sweep, plan, merge, study, check, compare, validate, get, verify, schema, init] as const

/** Runs one command line; answers the exit code. Bad usage never throws. */
export async function main(words: readonly string[], shell: Shell): Promise<number> {
  const outcome = { code: EXIT.good as number }
  const parser = parserOf(words, shell, outcome)
  if (words.length === 0) {
    shell.err(`${await parser.getHelp()}\n`)
    return EXIT.usage
  }
  try {
    checkCompletion(words)
    await parser.parseAsync()
    return outcome.code
  } catch (error) {
    if (!(error instanceof UsageError)) throw error
    shell.err(`${shell.errPaint.red('error:')} ${error.message}\n${error.hint === undefined ? '' : `   hint: ${error.hint}\n`}`)
    return EXIT.usage
  }
}

/** yargs prints the script before it looks at the words behind `completion`. */
function checkCompletion([command, shell]: readonly string[]): void {
  if (command !== 'completion' || shell === undefined || shell.startsWith('-')) return
  throw new UsageError('completion takes no argument', 'it prints for the shell that $SHELL names: bash or zsh')
}

function parserOf(words: readonly string[], shell: Shell, outcome: { code: number }): Argv {
  const parser = yargs(words.map((word) => (word === '-' ? STDIN : word)))
    .scriptName('reconverge')
    .usage(
      '$0 COMMAND\n\nHow long until a Kubernetes cluster has converged again after a failure, what decides that time, and what would change it.',
    )
    .exitProcess(false)
    .strict()
    .recommendCommands()
    .completion('completion', 'Print a completion script for bash or zsh')
    .epilogue('reconverge COMMAND --help says more, with examples; reconverge --version prints the version.')
    .version(false)
    .wrap(100)
    .demandCommand(1, 'expected a command')
    .fail((message, error) => {
      throw error instanceof UsageError ? error : usageError(message ?? error?.message ?? 'bad usage', words, parser)
    })
  for (const command of COMMANDS) register(parser, command as Command<unknown>, shell, outcome)
  return parser
}

function register(parser: Argv, command: Command<unknown>, shell: Shell, outcome: { code: number }): void {
  parser.command({
    command: command.usage,
    describe: command.doc,
    builder: (inner: Argv) => {
      inner.usage(`reconverge ${command.shown ?? command.usage}\n\n${command.doc}`)
      for (const [line, doc] of command.examples) inner.example(`reconverge ${line}`, doc)
      return command.options(inner, shell)
    },
    handler: async (args: unknown) => {
      outcome.code = await command.run(args, shell)
    },
  })
}

/** An unknown option takes the word behind it for its value, so that a file seems to be missing: the option is what is wrong. */
function misread(message: string, words: readonly string[], known: readonly string[]): string | undefined {
  if (!message.startsWith('Not enough non-option arguments')) return undefined
  const options = words.filter((word) => word.startsWith('--')).map((word) => word.slice(2).replace(/=.*$/, '').replace(/^no-/, ''))
  return options.find((option) => option !== '' && !known.includes(option))
}

/** Says what was wrong with the words, with the option that was probably meant. */
function usageError(message: string, words: readonly string[], parser: Argv): UsageError {
  const known = Object.keys(
    (parser.parsed === false ? undefined : (parser as unknown as { getOptions(): { key: object } }).getOptions().key) ?? {},
  )
  const unknown = /^Unknown arguments?: (.*)$/.exec(message)?.[1]?.split(', ')[0] ?? misread(message, words, known)
  const command = words.find((word) => !word.startsWith('-'))
  const help = COMMANDS.some(({ usage }) => usage.split(' ')[0] === command)
    ? `reconverge ${command} --help says more`
    : 'reconverge --help lists the commands'
  if (unknown === undefined) return new UsageError(message, help)
  const isOption = words.some((word) => word.startsWith(`-`) && word.includes(unknown))
  const meant = isOption ? suggestion(unknown, known)?.replace('did you mean "', 'did you mean "--') : undefined
  return new UsageError(
    `unknown ${isOption ? `option --${unknown}` : `argument ${unknown}`}`,
    meant?.startsWith('did') === true ? meant : help,
  )
}
