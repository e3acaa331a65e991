import type { Labels } from '../scenario/specs.ts'
import type { MeasureWord } from '../scenario/vocabulary.ts'
import { canonicalLabels } from './series.ts'
import type { Moments } from './statistics/differences.ts'
import { mean } from './statistics/mean.ts'
import type { Observation } from './statistics/observation.ts'
import type { ValueSeries, ValueSet } from './value-set.ts'

/** A measure to compare: under these labels alone, or under all where `labels` is empty. */
export interface Selection {
  readonly measure: string
  readonly labels: Labels
}

/** One series of two sets, brought together by replication. */
export interface Pairing {
  readonly measure: string
  readonly labels: string
  readonly unit: MeasureWord['unit']
  readonly better: MeasureWord['better']
  /** after − before, of replications with a value in both; null where only summaries are at hand. */
  readonly differences: readonly number[] | null
  readonly moments: readonly [Moments, Moments]
  readonly before: number | null
  readonly after: number | null
  readonly censored: readonly [number, number]
  readonly onlyBefore: number
  readonly onlyAfter: number
}

/**
 * What is compared: of measures that name their fault the series that do, of others every one; of series with the same numbers in both sets the one that says
 * most. `only` narrows that, and a selection with labels takes exactly its own series.
 */
export function family(before: ValueSet, after: ValueSet, measures: readonly MeasureWord[], only: readonly Selection[]): Pairing[] {
  const words = new Map(measures.map((word) => [word.name, word]))
  const shared = sharedMeasures(before, after)
  const chosen = new Map<string, { before?: ValueSeries; after?: ValueSeries }>()
  for (const [side, { series }] of [['before', before] as const, ['after', after] as const]) {
    for (const one of series) {
      if (!shared.has(one.measure)) continue
      if (!isWanted(one, words.get(one.measure), only)) continue
      const key = `${one.measure}{${one.labels}}`
      chosen.set(key, { ...chosen.get(key), [side]: one })
    }
  }
  const pairs = Math.min(before.replications, after.replications)
  const telling = new Map<string, { before?: ValueSeries; after?: ValueSeries }>()
  for (const pair of chosen.values()) {
    const key = JSON.stringify([nameOf(pair).measure, numbers(pair.before), numbers(pair.after)])
    const other = telling.get(key)
    if (other === undefined || nameOf(other).labels.length < nameOf(pair).labels.length) telling.set(key, pair)
  }
  return [...telling.values()].map((pair) => pairingOf(pair, words.get(nameOf(pair).measure)?.better ?? 'lower', pairs))
}

/** Measures that both sets took: one that a later model has learnt, or forgotten, says nothing of what changed. */
export function sharedMeasures(before: ValueSet, after: ValueSet): ReadonlySet<string> {
  return new Set(before.measures.filter((name) => after.measures.includes(name)))
}

/** The labels that a measure has in either set, for a selection that matches none. */
export function labelsOf(measure: string, sets: readonly ValueSet[]): string[] {
  return [...new Set(sets.flatMap(({ series }) => series.filter((one) => one.measure === measure).map(({ labels }) => labels)))]
}

function isWanted({ measure, labels }: ValueSeries, word: MeasureWord | undefined, only: readonly Selection[]): boolean {
  const exact = only.filter((one) => one.measure === measure && Object.keys(one.labels).length > 0)
  if (exact.some((one) => canonicalLabels(one.labels) === labels)) return true
  const general = only.length === 0 || only.some((one) => one.measure === measure && Object.keys(one.labels).length === 0)
  return general && (word === undefined || !word.labels.includes('fault') || labels.includes('fault="'))
}

const nameOf = ({ before, after }: { before?: ValueSeries; after?: ValueSeries }) => (after ?? before) as ValueSeries
const numbers = (series: ValueSeries | undefined) => series && (series.values ?? [series.n, series.mean, series.deviation])

function pairingOf(pair: { before?: ValueSeries; after?: ValueSeries }, better: MeasureWord['better'], pairs: number): Pairing {
  const { measure, labels, unit } = nameOf(pair)
  const name = { measure, labels, unit, better }
  const [a, b] = [valuesOf(pair.before, pairs), valuesOf(pair.after, pairs)]
  if (a === null || b === null) return { ...name, differences: null, ...summarised(pair.before, pair.after) }
  const both = a.flatMap((one, i) => (one === null || b[i] === null || b[i] === undefined ? [] : [[one, b[i]] as const]))
  const [left, right] = [both.map(([one]) => one), both.map(([, one]) => one)]
  return {
    ...name,
    differences: both.map(([x, y]) => (x.censored && y.censored ? 0 : y.value - x.value)),
    moments: [momentsOf(left), momentsOf(right)],
    before: meanOf(left.length > 0 ? left : present(a)),
    after: meanOf(right.length > 0 ? right : present(b)),
    censored: [cut(a), cut(b)],
    onlyBefore: a.filter((one, i) => one !== null && b[i] === null).length,
    onlyAfter: b.filter((one, i) => one !== null && a[i] === null).length,
  }
}

/** Values of the first replications; no series at all is a value in none of them. */
function valuesOf(series: ValueSeries | undefined, pairs: number): (Observation | null)[] | null {
  if (series === undefined) return Array.from({ length: pairs }, () => null)
  return series.values === null ? null : series.values.slice(0, pairs)
}

const present = (values: readonly (Observation | null)[]) => values.filter((one) => one !== null)
const cut = (values: readonly (Observation | null)[]) => present(values).filter(({ censored }) => censored).length
const meanOf = (values: readonly Observation[]) => (values.length === 0 ? null : mean(values.map(({ value }) => value)))

function momentsOf(values: readonly Observation[]): Moments {
  const numbers = values.map(({ value }) => value)
  const centre = numbers.length === 0 ? 0 : mean(numbers)
  const squares = numbers.reduce((sum, value) => sum + (value - centre) ** 2, 0)
  return { n: numbers.length, mean: centre, deviation: numbers.length < 2 ? 0 : Math.sqrt(squares / (numbers.length - 1)) }
}

function summarised(
  a: ValueSeries | undefined,
  b: ValueSeries | undefined,
): Omit<Pairing, 'measure' | 'labels' | 'unit' | 'better' | 'differences'> {
  const moments = (one: ValueSeries | undefined): Moments => ({ n: one?.n ?? 0, mean: one?.mean ?? 0, deviation: one?.deviation ?? 0 })
  return {
    moments: [moments(a), moments(b)],
    before: a?.mean ?? null,
    after: b?.mean ?? null,
    censored: [a?.censored ?? 0, b?.censored ?? 0],
    onlyBefore: a !== undefined && b === undefined ? a.n : 0,
    onlyAfter: b !== undefined && a === undefined ? b.n : 0,
  }
}
