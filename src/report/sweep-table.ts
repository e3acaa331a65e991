import type { Objective } from '../study/objective.ts'
import type { Sweep, SweptPoint } from '../study/sweep.ts'
import { formatNumber } from './summary-csv.ts'
import type { RunFacts } from './table.ts'
import { briefSeconds, columns, type Paint, plural, thousands } from './text.ts'

const MARK = { pass: '✓', fail: '✗', undecided: '?' } as const
/** Widest heading of a column of values. */
const WIDE = 30

/** The sweep for a terminal: the question, one line per point with its objectives and expectations, the front, what is wrong. */
export function sweepTable(sweep: Sweep, facts: RunFacts, paint: Paint): string {
  const { points } = sweep
  const replications = points.reduce((sum, { study }) => sum + study.results.length, 0)
  const events = points.reduce((sum, { study }) => sum + study.results.reduce((all, { handled }) => all + handled, 0), 0)
  const sections = [
    heading(sweep, facts, paint),
    grid(sweep, paint),
    front(sweep, paint),
    remarks(points, paint),
    [
      ...(facts.files.length === 0 ? [] : [`Written: ${facts.files.join(' ')}`]),
      paint.dim(`${plural(replications, 'replication')} in ${facts.elapsed.toFixed(1)} s, ${thousands(events)} events handled`),
    ],
  ]
  return `${sections
    .filter((section) => section.length > 0)
    .map((section) => section.join('\n'))
    .join('\n\n')}\n`
}

function heading({ question, name, points, partial }: Sweep, { model }: RunFacts, paint: Paint): string[] {
  const scenario = points[0]?.study.scenario
  const facts = [
    name,
    ...(scenario === undefined ? [] : [`Kubernetes ${scenario.profile.name}`]),
    plural(points.length, 'point'),
    ...(scenario === undefined ? [] : [`${plural(scenario.replications, 'replication')} each, on the same draws`, `seed ${scenario.seed}`]),
    `model ${model}`,
  ]
  return [
    ...(question === '' ? [] : [paint.bold(question)]),
    paint.dim(facts.join(' · ')),
    ...(partial ? [paint.red('Interrupted: not every point is complete; expectations are not judged')] : []),
  ]
}

/** One line per point: the values of the axes, of the objectives, and how the expectations fared. */
function grid({ axes, objectives, points }: Sweep, paint: Paint): string[] {
  const expectations = points[0]?.study.verdicts.map(({ text }) => text) ?? []
  const headings = [
    ...axes.map(({ path }) => `>${brief(path)}`),
    ...objectives.map(({ text }) => `>${brief(text)}`),
    ...(expectations.length === 0 ? [] : ['expectations']),
    ...(objectives.length === 2 ? ['front'] : []),
  ]
  const rows = points.map(({ values, study, objectives: found, front: best }) => [
    ...values,
    ...objectives.map((objective, i) => show(found[i] ?? null, objective)),
    ...(expectations.length === 0 ? [] : [study.verdicts.map(({ decision }) => MARK[decision]).join('')]),
    ...(objectives.length === 2 ? [best ? '●' : ''] : []),
  ])
  const legend = expectations.map((text, i) => paint.dim(`  expectation ${i + 1}: ${text}`))
  return [...columns(headings, rows).map((line, i) => (i === 0 ? paint.dim(line) : line)), ...legend]
}

/** The points between which there is nothing to gain for free, the best in the first objective first. */
function front({ axes, objectives, points }: Sweep, paint: Paint): string[] {
  const [first, second] = objectives
  if (first === undefined || second === undefined || objectives.length > 2) return []
  const sign = first.better === 'lower' ? 1 : -1
  const best = points.filter((point) => point.front)
  const order = [...best].sort((a, b) => sign * ((a.objectives[0] ?? 0) - (b.objectives[0] ?? 0)) || points.indexOf(a) - points.indexOf(b))
  const unknown = points.filter(({ objectives: values }) => values.includes(null)).length
  return [
    paint.bold(`Pareto front of ${first.text} and ${second.text}: ${best.length} of ${plural(points.length, 'point')}`),
    ...columns(
      ['>', '>', ...axes.map(({ path }) => brief(path))],
      order.map(({ values, objectives: found }) => [`  ${show(found[0] ?? null, first)}`, show(found[1] ?? null, second), ...values]),
    ),
    ...(unknown === 0 ? [] : [paint.yellow(`  ${plural(unknown, 'point')} cannot be compared: too few values, or cut by the horizon`)]),
  ]
}

/** What is shown where nothing was asked for. */
export const DEFAULT_OBJECTIVES = ['convergence.p50', 'convergence.p95', 'unserved_pod_s'] as const

function remarks(points: readonly SweptPoint[], paint: Paint): string[] {
  const texts = new Set(points.flatMap(({ study }) => study.results.flatMap((result) => result.remarks)))
  const waiting = points.filter(({ study }) => study.results.some(({ unplaced }) => unplaced.length > 0)).length
  return [
    ...(waiting === 0 ? [] : [paint.yellow(`At ${plural(waiting, 'point')} some Pod was left without a Node`)]),
    ...[...texts].slice(0, 5).map((text) => paint.yellow(`  ${text}`)),
  ]
}

/** A measure without the labels that make it long, a path without the steps that do. */
function brief(text: string): string {
  if (text.length <= WIDE) return text
  return text.includes('{') ? text.replace(/\{[^}]*\}/, '{…}') : (text.split(/[.:]/).at(-1) as string)
}

function show(value: number | null, { unit }: Pick<Objective, 'unit'>): string {
  if (value === null) return '–'
  return unit === 's' || unit === 'pod·s' ? `${briefSeconds(value)} ${unit}` : (formatNumber(value, unit) ?? '–')
}
