import { readExpectation } from '../scenario/expectations.ts'
import type { Scenario } from '../scenario/scenario.ts'
import type { MeasureWord } from '../scenario/vocabulary.ts'
import { canonicalLabels, type Series } from './series.ts'
import { ascending } from './statistics/observation.ts'
import { estimate, type Statistic, statisticOf } from './statistics/statistic.ts'

/** One statistic of one measure, as an expectation names it: what points of a grid are compared by. */
export interface Objective {
  /** As written: `convergence{fault="power-loss"}.p95`. */
  readonly text: string
  readonly measure: string
  readonly labels: string
  readonly statistic: Statistic
  readonly unit: MeasureWord['unit']
  readonly better: MeasureWord['better']
}

/** Splits `a,b` at the comma that no braces enclose. */
export const objectiveTexts = (text: string): string[] => (text.match(/(?:\{[^}]*\}|[^,{])+/g) ?? []).map((part) => part.trim())

/** Parses an objective and checks its names against the scenario; a text says what is wrong. */
export function readObjective(text: string, scenario: Scenario, measures: readonly MeasureWord[]): Objective | string {
  const problems: string[] = []
  const names = {
    fault: scenario.faults.map(({ name }) => name),
    workload: scenario.workloads.map(({ kind, namespace, name }) => `${kind.toLowerCase()}/${namespace}/${name}`),
    service: [],
  }
  // The grammar is that of an expectation without its comparison.
  const read = readExpectation(`${text} < 0`, { measures, names }, (_, { message, hint }) => {
    problems.push(hint === undefined ? message : `${message} (${hint})`)
  })
  const word = measures.find(({ name }) => name === read?.measure)
  const statistic = statisticOf(read?.stat ?? '')
  if (read === undefined || word === undefined || statistic === null)
    return problems[0] ?? `expected measure.p95, got ${JSON.stringify(text)}`
  return { text, measure: read.measure, labels: canonicalLabels(read.labels), statistic, unit: word.unit, better: word.better }
}

/** The estimate in the measure's outer unit; null where the values cannot support it, or there are none. */
export function objectiveValue({ measure, labels, statistic }: Objective, series: readonly Series[]): number | null {
  const found = series.find((one) => one.measure === measure && one.labels === labels)
  return found === undefined ? null : estimate(ascending(found.values), statistic)
}

/**
 * Which points no other point beats: none is at least as good in both values and better in one. `null` values are beaten by nothing and are not in the front either:
 * they cannot be compared.
 */
export function paretoFront(
  points: readonly (readonly [number | null, number | null])[],
  better: readonly [MeasureWord['better'], MeasureWord['better']],
): boolean[] {
  const signs = better.map((direction) => (direction === 'lower' ? 1 : -1))
  const costs = points.map((point) => point.map((value, i) => (value === null ? null : value * (signs[i] as number))))
  const known = (cost: readonly (number | null)[]): cost is number[] => !cost.includes(null)
  const beats = (one: readonly number[], other: readonly number[]) =>
    one.every((value, i) => value <= (other[i] as number)) && one.some((value, i) => value < (other[i] as number))
  return costs.map((cost) => known(cost) && !costs.some((other) => known(other) && beats(other, cost)))
}
