import type { FaultSpec } from '../scenario/scenario.ts'
import { quantileLimits } from '../study/statistics/quantile-limits.ts'
import { EACH_SIDE, quantileOf } from '../study/statistics/summary.ts'
import type { Study } from '../study/study.ts'
import { type Recoveries, recoveriesOf } from './recoveries.ts'
import { briefSeconds, columns, type Paint, plural, shorten } from './text.ts'
import { waterfall } from './waterfall.ts'

/** Workloads shown per fault; the file has all. */
const SHOWN = 12
/** Columns of a terminal that lines keep to, less the indent, and what a workload's name keeps of them at least. */
const WIDTH = 98
const SHORTEST_NAME = 16
const UNKNOWN = '–'
const OPEN = / –|\[ …|… \]/
const FOOTNOTE = '– and open intervals: too few values, or too many cut by the horizon, to say more'

/** What one fault did: a line per workload, what the numbers cannot say in words, and where the median recovery's time went. */
export function faultTable(fault: FaultSpec, { scenario, results }: Study, paint: Paint): string[] {
  const recoveries = recoveriesOf(fault.name, results, scenario.horizon)
  const rows = results.flatMap((result) => result.rows.filter((row) => row.fault === fault.name && row.workload === '*'))
  const without = rows.filter((row) => row.outcome === 'unaffected').length
  const title = `${paint.bold(fault.name)} (${fault.fault}): ${plural(rows.length, 'occurrence')}`
  const touched = without === 0 ? '' : `, ${without === rows.length ? 'none' : rows.length - without} of which touched a workload`
  if (recoveries.length === 0) return [`${title}${touched}`]
  const shown = recoveries.slice(0, SHOWN)
  const [heading = '', ...lines] = fitted(shown.map(cells))
  const slowest = shown.find(({ workload }) => workload !== '*')
  return [
    `${title}${touched}; seconds until converged:`,
    `  ${paint.dim(heading)}`,
    ...lines.map((line) => `  ${line}`),
    ...(recoveries.length > SHOWN ? [`  … and ${plural(recoveries.length - SHOWN, 'faster workload')}: see the rows`] : []),
    ...(lines.some((line) => OPEN.test(line)) ? [`  ${paint.dim(FOOTNOTE)}`] : []),
    ...shown.flatMap(inWords).map((line) => `  ${paint.yellow(line)}`),
    ...(slowest === undefined ? [] : waterfall(slowest, paint)),
  ]
}

/** The lines of the table, long names shortened until they fit. */
function fitted(rows: readonly (readonly string[])[]): string[] {
  const headings = ['workload', '>n', '>lost', '>detected', '>p50', '[95 %]', '>p95', '[95 %]', '>max']
  const longest = Math.max(...rows.map(([name = '']) => name.length))
  const excess = Math.max(...columns(headings, rows).map((line) => line.length)) - WIDTH
  if (excess <= 0) return columns(headings, rows)
  const width = Math.max(SHORTEST_NAME, longest - excess)
  return columns(
    headings,
    rows.map(([name = '', ...figures]) => [shorten(name, width), ...figures]),
  )
}

function cells({ workload, primary, convergence }: Recoveries): string[] {
  const rows = primary.map(({ row }) => row)
  const lost = rows.map((row) => row.lost)
  const detected = rows.flatMap((row) => (row.detected === null ? [] : [row.detected / 1e6])).sort((a, b) => a - b)
  const last = convergence.at(-1)
  const middle = quantileOf(
    detected.map((value) => ({ value, censored: false })),
    0.5,
  )
  return [
    workload === '*' ? 'slowest of all' : workload,
    String(rows.length),
    lost.length === 0 ? UNKNOWN : range(Math.min(...lost), Math.max(...lost)),
    seconds(middle ?? detected[0] ?? null),
    ...quantileCells(convergence, 0.5),
    ...quantileCells(convergence, 0.95),
    last === undefined ? UNKNOWN : `${last.censored ? '>' : ''}${briefSeconds(last.value)}`,
  ]
}

/** An estimate and its interval; an end that so few values cannot give is open. */
function quantileCells(convergence: Recoveries['convergence'], p: number): [string, string] {
  const value = quantileOf(convergence, p)
  const { lower, upper } = quantileLimits(convergence, p, EACH_SIDE)
  if (lower === null && upper === null) return [seconds(value), '']
  return [seconds(value), `[${lower === null ? '' : briefSeconds(lower)} … ${upper === null ? '' : briefSeconds(upper)}]`]
}

/** What the figures of a line leave out. */
function inWords({ workload, primary, joined }: Recoveries): string[] {
  if (workload === '*') return []
  const lost = primary.filter(({ row }) => row.outcome === 'lost').length
  const censored = primary.filter(({ row }) => row.outcome === 'censored').length
  const of = `of ${plural(primary.length, 'recovery', 'recoveries')} of ${shorten(workload, 40)}`
  return [
    ...(censored === 0 ? [] : [`${censored} ${of} were cut by the horizon: they took longer than it could show (censored)`]),
    ...(lost === 0 ? [] : [`${lost} ${of} never come: nothing will restore what was lost`]),
    ...(joined === 0 ? [] : [`${plural(joined, 'further occurrence')} hit ${workload} while it was still recovering from another`]),
  ]
}

const range = (low: number, high: number) => (low === high ? String(low) : `${low}–${high}`)
const seconds = (value: number | null) => (value === null ? UNKNOWN : briefSeconds(value))
