import type { ReplicationResult } from '../measure/record.ts'
import { formatNumber } from '../report/summary-csv.ts'
import { briefSeconds } from '../report/text.ts'
import { parseDuration } from '../scenario/durations.ts'
import type { MeasureWord } from '../scenario/vocabulary.ts'
import { type Series, seriesOf } from '../study/series.ts'
import { type Look, lookAt, looksOf, type Target, WITHIN } from '../study/until.ts'
import { UsageError } from './exit.ts'
import { referenceOf } from './references.ts'

/** How the words after `--until` are written. */
const SHAPE = "write --until 'convergence.p95 ±2%' or --until 'convergence.mean ±500ms'"

/** Reads `--until`; a misspelt measure or a precision that makes no sense is bad usage. */
export function targetOf(text: string, measures: readonly MeasureWord[]): Target {
  const [, reference = '', amount = ''] = WITHIN.exec(text) ?? []
  if (amount === '') throw new UsageError(`--until ${text}: expected a measure and a precision`, SHAPE)
  const target = referenceOf('until', reference, measures)
  if (target.stat === 'min' || target.stat === 'max')
    throw new UsageError(`--until ${text}: no precision attaches to ${target.stat}`, SHAPE)
  const unit = measures.find(({ name }) => name === target.measure)?.unit ?? 'count'
  return { ...target, text, within: withinOf(text, amount, unit) }
}

function withinOf(text: string, amount: string, unit: MeasureWord['unit']): Target['within'] {
  const percent = /^(\d+(?:\.\d+)?)%$/.exec(amount)
  const share = Number(`${percent?.[1] ?? 'x'}e-2`)
  if (share > 0 && share < 1) return { share }
  const duration = unit === 's' ? parseDuration(amount, true) : undefined
  const value = duration?.ok === true ? duration.value / 1e6 : /^\d+(?:\.\d+)?$/.test(amount) && unit !== 's' ? Number(amount) : 0
  if (percent === null && value > 0) return { amount: value }
  const hint = duration?.ok === false ? duration.message : SHAPE
  throw new UsageError(`--until ${text}: expected a precision such as ±2% or ${unit === 's' ? '±500ms' : '±0.5'}, got ${amount}`, hint)
}

/** How far a study goes: when it is looked at, and what the looks say. */
export class Until {
  readonly looks: readonly number[]
  /** The last look taken. */
  look: Look | undefined
  private readonly target: Target
  private readonly measures: readonly MeasureWord[]
  private unit: Series['unit'] = 'count'

  constructor(target: Target, most: number, measures: readonly MeasureWord[]) {
    this.target = target
    this.measures = measures
    this.looks = looksOf(most)
  }

  /** Whether the results so far, of replications 1 … n, suffice. */
  reached(results: readonly ReplicationResult[]): boolean {
    const series = seriesOf(results, this.measures)
    this.unit = this.measures.find(({ name }) => name === this.target.measure)?.unit ?? 'count'
    this.look = lookAt(series, this.target, results.length, this.looks.length)
    return this.look.reached
  }

  /** What came of it, for people. */
  story(): string {
    const { look, target, looks, unit } = this
    if (look === undefined) return ''
    const show = (value: number | null) =>
      value === null ? 'unknown' : unit === 's' || unit === 'pod·s' ? `${briefSeconds(value)} ${unit}` : (formatNumber(value, unit) ?? '')
    const within =
      look.within === null
        ? 'to no precision'
        : `to ±${'share' in target.within ? `${(100 * look.within).toFixed(2)} %` : show(look.within)}`
    const known = `${target.text}: known ${within} after ${look.n} replications`
    const limits =
      look.estimate === null
        ? ''
        : `: ${show(look.estimate)} [${show(look.lower)} … ${show(look.upper)}], 95 % for all ${looks.length} looks together`
    return `${look.reached ? '' : 'not reached: '}${known}${limits}`
  }

  /** The same as data. */
  get json(): object {
    return { until: this.target.text, looks: this.looks, ...this.look }
  }
}
