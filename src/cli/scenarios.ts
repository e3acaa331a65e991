import { readFileSync, statSync } from 'node:fs'
import { dirname, isAbsolute, join } from 'node:path'
import { globSync } from 'tinyglobby'
import { formatProblem, type Problem } from '../scenario/problem.ts'
import type { Scenario } from '../scenario/scenario.ts'
import type { LoadedFile, LoadProblem, Source } from '../scenario/sources.ts'
import { type Overrides, recording, type ScenarioInputs } from '../study/scenario-inputs.ts'
import { UsageError } from './exit.ts'
import { byCodeUnit, STDIN } from './scenario-files.ts'
import type { Model, Shell } from './shell.ts'

/** A scenario that was read, with what it was read from. */
export interface ReadScenario {
  readonly path: string
  readonly scenario: Scenario
  readonly warnings: readonly Problem[]
  readonly inputs: ScenarioInputs
}

/** What became of several files. */
export interface ReadScenarios {
  readonly scenarios: readonly ReadScenario[]
  /** Errors of every file, with warnings of the files that have errors. */
  readonly problems: readonly Problem[]
}

/** Reads every file; the problems of all of them come together. */
export function readScenarios(paths: readonly string[], model: Model, overrides: Overrides): ReadScenarios {
  const scenarios: ReadScenario[] = []
  const problems: Problem[] = []
  for (const path of paths) {
    const { source, inputs } = recording(sourceOf(path))
    const read = model.read(source, overrides)
    if (read.ok) scenarios.push({ path, scenario: read.scenario, warnings: read.warnings, inputs: inputs(overrides) })
    else problems.push(...read.problems)
  }
  return { scenarios, problems }
}

/** Reads them to run them: prints every problem and answers undefined when one is an error; two scenarios of one name are bad usage. */
export function scenariosToRun(
  paths: readonly string[],
  model: Model,
  overrides: Overrides,
  shell: Shell,
  quiet: boolean,
): readonly ReadScenario[] | undefined {
  const { scenarios, problems } = readScenarios(paths, model, overrides)
  if (problems.length > 0) {
    printProblems(problems, shell)
    return undefined
  }
  const names = new Map<string, string>()
  for (const { scenario, path } of scenarios) {
    const other = names.get(scenario.name)
    if (other !== undefined) {
      throw new UsageError(
        `${other} and ${path} are both named ${scenario.name}`,
        'their results would overwrite each other: change one metadata.name',
      )
    }
    names.set(scenario.name, path)
  }
  if (!quiet) {
    printProblems(
      scenarios.flatMap(({ warnings }) => warnings),
      shell,
    )
  }
  return scenarios
}

/** Problems as text on stderr, and how many errors there are. */
export function printProblems(problems: readonly Problem[], { err, errPaint }: Shell): void {
  for (const problem of problems) {
    const [first = '', ...rest] = formatProblem(problem).split('\n')
    err(`${[problem.severity === 'error' ? errPaint.red(first) : errPaint.yellow(first), ...rest].join('\n')}\n`)
  }
  const errors = problems.filter(({ severity }) => severity === 'error').length
  if (errors > 0) err(`${errors} ${errors === 1 ? 'error' : 'errors'}: nothing was run\n`)
}

/** A scenario on disk or standard input; what it refers to is relative to it. */
export function sourceOf(path: string): Source {
  let text: Uint8Array
  try {
    text = readFileSync(path === STDIN ? 0 : path)
  } catch (error) {
    throw new UsageError(`cannot read ${path}: ${reasonOf(error)}`)
  }
  const base = path === STDIN ? '.' : dirname(path)
  return { path: path === STDIN ? 'stdin' : path, text, load: (file) => load(base, file) }
}

function load(base: string, pattern: string): readonly LoadedFile[] | LoadProblem {
  const path = isAbsolute(pattern) ? pattern : join(base, pattern)
  const exact = statSync(path, { throwIfNoEntry: false })
  const isGlob = /[*?[\]{}!]/.test(pattern) && exact === undefined
  const glob = { expandDirectories: false, dot: true, absolute: isAbsolute(path) }
  const paths = isGlob ? globSync(path.replaceAll('\\', '/'), glob).sort(byCodeUnit) : [path]
  if (paths.length === 0) return { problem: 'no-file-matches', message: `no file matches ${pattern} in ${base}` }
  if (!isGlob && exact === undefined) return { problem: 'file-not-found', message: `there is no file ${path}` }
  try {
    return paths.map((one) => ({ path: one, bytes: readFileSync(one) }))
  } catch (error) {
    return { problem: 'file-unreadable', message: `cannot read ${path}: ${reasonOf(error)}` }
  }
}

function reasonOf(error: unknown): string {
  const code = (error as NodeJS.ErrnoException).code
  const known: Readonly<Record<string, string>> = { ENOENT: 'there is no such file', EACCES: 'permission denied', EISDIR: 'it is a folder' }
  return known[code ?? ''] ?? String(error instanceof Error ? error.message : error)
}
