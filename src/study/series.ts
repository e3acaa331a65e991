import type { MeasureValue, ReplicationResult } from '../measure/record.ts'
import type { Labels } from '../scenario/specs.ts'
import type { MeasureWord } from '../scenario/vocabulary.ts'
import type { Observation } from './statistics/observation.ts'

/** All numbers of one measure and one set of labels, in order of replication, in the measure's outer unit: seconds, not µs. */
export interface Series {
  readonly measure: string
  readonly labels: string
  readonly unit: MeasureWord['unit']
  readonly values: readonly Observation[]
}

/** Labels as records carry them: `fault="x",workload="y"`, names in alphabetical order. */
export function canonicalLabels(labels: Labels): string {
  return Object.keys(labels)
    .sort(compareText)
    .map((name) => `${name}="${labels[name]}"`)
    .join(',')
}

/** µs and Pod·µs become seconds; counts and shares stay. */
export function outward(value: number, unit: MeasureWord['unit']): number {
  return unit === 's' || unit === 'pod·s' ? value / 1e6 : value
}

/** Every series of a study: by measure in the vocabulary's order, then by labels. */
export function seriesOf(results: readonly ReplicationResult[], measures: readonly MeasureWord[]): Series[] {
  const rank = new Map(measures.map((word, i) => [word.name, i]))
  const grouped = new Map<string, MeasureValue[]>()
  for (const result of results) {
    for (const value of result.measures) {
      const key = `${value.measure}{${value.labels}}`
      const group = grouped.get(key)
      if (group === undefined) grouped.set(key, [value])
      else group.push(value)
    }
  }
  const series: Series[] = []
  for (const group of grouped.values()) {
    const { measure, labels } = group[0] as MeasureValue
    const unit = measures[rank.get(measure) ?? -1]?.unit ?? 'count'
    series.push({ measure, labels, unit, values: group.map((one) => observationOf(one, unit)) })
  }
  const order = (one: Series) => rank.get(one.measure) ?? measures.length
  return series.sort((a, b) => order(a) - order(b) || compareText(a.measure, b.measure) || compareText(a.labels, b.labels))
}

function observationOf({ value, censored, batches }: MeasureValue, unit: MeasureWord['unit']): Observation {
  const outer = { value: outward(value, unit), censored }
  return batches === undefined ? outer : { ...outer, batches: batches.map((one) => outward(one, unit)) }
}

/** The order of all text: by code unit. */
export const compareText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)
