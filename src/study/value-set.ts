import type { ReplicationResult } from '../measure/record.ts'
import type { MeasureWord } from '../scenario/vocabulary.ts'
import { compareText, outward, type Series } from './series.ts'
import { deviation as deviationOf, mean as meanOf } from './statistics/mean.ts'
import type { Observation } from './statistics/observation.ts'

/** What identifies results: equal inputs give equal ones, byte for byte. */
export interface Identity {
  /** SHA-256 of everything the results depend on. */
  readonly inputs: string
  /** Hash of the model's sources. */
  readonly model: string
  readonly v8: string
}

/** One measure under one set of labels, in its outer unit, replication by replication. */
export interface ValueSeries {
  readonly measure: string
  readonly labels: string
  readonly unit: Series['unit']
  /** Replications that have a value. */
  readonly n: number
  readonly censored: number
  /** Of the values, censored ones at the instant that cut them; null without any. */
  readonly mean: number | null
  /** Standard deviation of the sample; null with fewer than two. */
  readonly deviation: number | null
  /** The value of replication i + 1 at i, null where it has none; null as a whole where only the summary was kept. */
  readonly values: readonly (Observation | null)[] | null
}

/** The numbers of a whole study: what a comparison of two of them needs. */
export interface ValueSet extends Identity {
  readonly scenario: string
  readonly seed: string
  readonly replications: number
  /** Every measure that was taken, with or without a value. */
  readonly measures: readonly string[]
  /** Hash of all events of each replication, in order. */
  readonly fingerprints: readonly string[]
  readonly series: readonly ValueSeries[]
}

/** The numbers of replications 1 … n of a study, by measure in the vocabulary's order, then by labels. */
export function valueSetOf(
  { name, seed }: { readonly name: string; readonly seed: string },
  results: readonly ReplicationResult[],
  measures: readonly MeasureWord[],
  identity: Identity,
): ValueSet {
  const rank = new Map(measures.map((word, i) => [word.name, i]))
  const columns = new Map<string, { measure: string; labels: string; values: (Observation | null)[] }>()
  for (const [i, result] of results.entries()) {
    for (const { measure, labels, value, censored } of result.measures) {
      const key = `${measure}{${labels}}`
      const column = columns.get(key) ?? { measure, labels, values: results.map(() => null) }
      columns.set(key, column)
      column.values[i] = { value: outward(value, measures[rank.get(measure) ?? -1]?.unit ?? 'count'), censored }
    }
  }
  const order = ({ measure }: { measure: string }) => rank.get(measure) ?? measures.length
  const series = [...columns.values()]
    .sort((a, b) => order(a) - order(b) || compareText(a.measure, b.measure) || compareText(a.labels, b.labels))
    .map(({ measure, labels, values }) => ({
      ...{ measure, labels, unit: measures[rank.get(measure) ?? -1]?.unit ?? 'count' },
      ...moments(values),
      values,
    }))
  return {
    ...identity,
    ...{ scenario: name, seed, replications: results.length, measures: measures.map((word) => word.name), series },
    fingerprints: results.map(({ fingerprint }) => fingerprint),
  }
}

function moments(values: readonly (Observation | null)[]): Pick<ValueSeries, 'n' | 'censored' | 'mean' | 'deviation'> {
  const there = values.filter((one) => one !== null)
  const numbers = there.map(({ value }) => value)
  return {
    n: numbers.length,
    censored: there.filter(({ censored }) => censored).length,
    mean: numbers.length === 0 ? null : meanOf(numbers),
    deviation: numbers.length < 2 ? null : deviationOf(numbers),
  }
}
