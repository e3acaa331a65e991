import { createHash } from 'node:crypto'
import { dirname, isAbsolute, join } from 'node:path'
import { DEFAULT_OBJECTIVES } from '../report/sweep-table.ts'
import { type Axis, readAxis } from '../scenario/axis.ts'
import { formatProblem, type Problem } from '../scenario/problem.ts'
import type { Source } from '../scenario/sources.ts'
import { readStudyFile, type StudyFile } from '../scenario/study-file.ts'
import { gridOf } from '../study/grid.ts'
import { type Objective, objectiveTexts, readObjective } from '../study/objective.ts'
import { recording } from '../study/scenario-inputs.ts'
import { UsageError } from './exit.ts'
import { inputsHash } from './inputs.ts'
import { printProblems, type ReadScenario, sourceOf } from './scenarios.ts'
import type { Model, Shell } from './shell.ts'
import type { StudyArguments } from './study-options.ts'

/** One point of the grid, read and ready to run. */
export interface PlannedPoint extends ReadScenario {
  readonly values: readonly string[]
}

/** A grid of scenarios, every point of which can run. */
export interface StudyPlan {
  /** Names the result files. */
  readonly name: string
  readonly question: string
  readonly axes: readonly Axis[]
  readonly objectives: readonly Objective[]
  readonly points: readonly PlannedPoint[]
}

/** What says which grid to run. */
export type PlanArguments = Pick<StudyArguments, 'set' | 'seed' | 'replications' | 'allowUnknownFields' | 'quiet'> & {
  readonly file: string
  readonly sweep: readonly string[]
  readonly pareto: string | undefined
  /** A scenario without a grid is a study of one point. */
  readonly single?: boolean
}

/** Points of a grid; more are a slip of the pen. */
const MOST = 10_000

/** Reads every point before any runs. Absent when there is a problem, which is printed; bad usage throws. */
export function readPlan(args: PlanArguments, model: Model, shell: Shell): StudyPlan | undefined {
  const given = sourceOf(args.file)
  const read = readStudyFile(given.path, given.text)
  if (!read.ok && read.isStudy) {
    printProblems(read.problems, shell)
    return undefined
  }
  const study = read.ok ? read.study : undefined
  if (study !== undefined && args.sweep.length > 0)
    throw new UsageError('--sweep: a study says its own grid', `edit ${args.file}, or sweep its scenario`)
  const source = study === undefined ? given : sourceOf(beside(args.file, study.scenario))
  const axes = study?.axes ?? (args.single === true && args.sweep.length === 0 ? [] : axesOf(args.sweep))
  const points = readPoints(source, axes, overridesOf(args, study), model, shell, args.quiet)
  if (points === undefined) return undefined
  const { scenario } = points[0] as PlannedPoint
  const texts = args.pareto === undefined ? (study?.pareto ?? []) : objectiveTexts(args.pareto)
  if (texts.length !== 0 && texts.length !== 2) {
    throw new UsageError(`--pareto: expected two measures, got ${texts.length}`, 'write --pareto convergence.p95,false_evictions')
  }
  return {
    name: study?.name ?? scenario.name,
    question: study?.question ?? scenario.question,
    axes,
    objectives: objectivesOf(texts, points, model),
    points,
  }
}

/** SHA-256 of all that the results of a plan depend on. */
export function planHash({ points }: Pick<StudyPlan, 'points'>, shell: Pick<Shell, 'modelId' | 'v8'>): string {
  const modelId = shell.modelId()
  const hashes = points.map(({ scenario }) => inputsHash({ scenario, modelId, v8: shell.v8 }))
  return createHash('sha256').update(JSON.stringify(hashes)).digest('hex')
}

function overridesOf(args: PlanArguments, study: StudyFile | undefined) {
  const seed = args.seed ?? study?.seed
  const replications = args.replications ?? study?.replications
  return {
    set: [...(study?.set ?? []), ...args.set],
    allowUnknownFields: args.allowUnknownFields,
    ...(seed === undefined ? {} : { seed }),
    ...(replications === undefined ? {} : { replications }),
  }
}

/** The axes that the command line names, each once. */
export function axesOf(texts: readonly string[], option = '--sweep'): Axis[] {
  const axes = texts.map((text) => {
    const read = readAxis(text)
    if (!read.ok) throw new UsageError(`${option} ${text}: ${read.message}`, read.hint)
    return read.axis
  })
  const twice = axes.find(({ path }, i) => axes.findIndex((axis) => axis.path === path) !== i)
  if (twice !== undefined) throw new UsageError(`${option}: ${twice.path} is given twice`)
  if (axes.length === 0)
    throw new UsageError('sweep: there is nothing to vary', "add --sweep 'cluster.nodes[worker].count=4..8:2', or name a study")
  return axes
}

/** Reads the scenario at every point of a grid from one loading of its files; problems that several points share are printed once. */
export function readPoints(
  source: Source,
  axes: readonly Axis[],
  overrides: Parameters<Model['read']>[1],
  model: Model,
  shell: Shell,
  quiet: boolean,
): PlannedPoint[] | undefined {
  const size = axes.reduce((product, { values }) => product * values.length, 1)
  if (size > MOST) throw new UsageError(`expected a grid of at most ${MOST} points, got ${size}`)
  const recorder = recording(source)
  const problems: Problem[] = []
  const warnings: Problem[] = []
  const points: PlannedPoint[] = []
  for (const { values, set } of gridOf(axes)) {
    const own = { ...overrides, set: [...overrides.set, ...set] }
    const read = model.read(recorder.source, own)
    if (read.ok) {
      points.push({ values, path: source.path, scenario: read.scenario, warnings: read.warnings, inputs: recorder.inputs(own) })
      warnings.push(...read.warnings)
    } else problems.push(...read.problems)
  }
  if (problems.length > 0) {
    printProblems(distinct(problems), shell)
    return undefined
  }
  if (!quiet) printProblems(distinct(warnings), shell)
  return points
}

const distinct = (problems: readonly Problem[]): Problem[] => [
  ...new Map(problems.map((problem) => [formatProblem(problem), problem])).values(),
]

/** The objectives that were asked for, or what is always worth a look; a name that is wrong at any point is bad usage. */
export function objectivesOf(texts: readonly string[], points: readonly PlannedPoint[], { vocabulary }: Model): Objective[] {
  const { scenario } = points[0] as PlannedPoint
  if (texts.length === 0) {
    const known = DEFAULT_OBJECTIVES.map((text) => readObjective(text, scenario, vocabulary.measures))
    return known.filter((one): one is Objective => typeof one !== 'string')
  }
  return texts.map((text) => {
    const read = points.map((point) => readObjective(text, point.scenario, vocabulary.measures))
    const wrong = read.find((one) => typeof one === 'string')
    if (wrong !== undefined) throw new UsageError(`--pareto ${text}: ${wrong}`)
    return read[0] as Objective
  })
}

/** A path in a file, which is relative to it. */
const beside = (file: string, path: string): string => (isAbsolute(path) ? path : join(dirname(file), path))
