import type { Parsed } from './durations.ts'
import { parseDuration } from './durations.ts'
import {
  invalidExpectation,
  type Report,
  unknownFaultName,
  unknownLabel,
  unknownMeasure,
  unknownService,
  unknownWorkload,
} from './problems.ts'
import type { Comparison, Expectation } from './scenario.ts'
import type { MeasureWord } from './vocabulary.ts'

const PARTS =
  /^\s*(?<measure>[A-Za-z_][\w.]*?)\s*(?:\{(?<labels>[^}]*)\})?(?:\.(?<stat>mean|min|max|p\d{1,2}(?:\.\d+)?))?\s*(?<operator><=|>=|<|>)\s*(?<value>[-\w.%µ]+)\s*(?:@\s*(?<confidence>[\d.%]+)\s*)?(?<warn>warn\s*)?$/d
const REFERENCE = /^\s*(?<measure>[A-Za-z_][\w.]*?)\s*(?:\{(?<labels>[^}]*)\})?(?:\.(?<stat>mean|min|max|p\d{1,2}(?:\.\d+)?))?\s*$/d
const LABEL = /\s*(\w+)\s*=\s*"((?:[^"\\]|\\.)*)"\s*(,|$)/y

type Span = readonly [number, number]

/** One-sided confidence of a limit unless an expectation says otherwise. */
const CONFIDENCE = 0.95
const SHAPE = 'measure{label="v"}.p95 < 7m [@0.99] [warn]'

/** The names an expectation may use. */
export interface ExpectationContext {
  readonly measures: readonly MeasureWord[]
  /** Absent: label values are not checked. */
  readonly names: LabelNames | undefined
}
/** The values that each label may have in a scenario. */
export type LabelNames = Readonly<Record<'fault' | 'workload' | 'service', readonly string[]>>

/** Parses one expectation and checks its names; what is wrong is reported at its part of the text. */
export function readExpectation(text: string, context: ExpectationContext, report: Report): Expectation | undefined {
  const match = PARTS.exec(text)
  const [parts, spans] = [match?.groups, match?.indices?.groups]
  if (parts === undefined || spans === undefined) {
    report([], invalidExpectation(`expected ${SHAPE}, got ${JSON.stringify(text.slice(0, 100))}`, shapeHint(text)))
    return undefined
  }
  const { measure = '', labels, stat = '', operator = '', value = '', confidence, warn } = parts
  const word = readMeasure(measure, spans.measure as Span, text, context, report)
  if (word === undefined) return undefined
  const pairs = readLabels(labels ?? '', spans.labels?.[0] ?? 0, word, context, report)
  const number = readValue(value, word)
  const limit = confidence === undefined ? CONFIDENCE : share(confidence)
  if (!number.ok) report([], { ...invalidExpectation(number.message, number.hint), within: spans.value as Span })
  if (!(limit > 0 && limit < 1)) {
    report([], { ...invalidExpectation(`expected a confidence between 0 and 1, got ${confidence}`), within: spans.confidence as Span })
    return undefined
  }
  if (pairs === undefined || !number.ok) return undefined
  return {
    text,
    measure,
    labels: pairs,
    stat,
    operator: operator as Comparison,
    value: number.value,
    confidence: limit,
    warn: warn !== undefined,
  }
}

/** Parses `measure{label="v"}.stat`, a part of an expectation that stands for itself, and checks its names; what is wrong is reported. */
export function readReference(
  text: string,
  context: ExpectationContext,
  report: Report,
): Pick<Expectation, 'measure' | 'labels' | 'stat'> | undefined {
  const match = REFERENCE.exec(text)
  const [parts, spans] = [match?.groups, match?.indices?.groups]
  if (parts === undefined || spans === undefined) {
    report([], invalidExpectation(`expected measure{label="v"}.p95, got ${JSON.stringify(text.slice(0, 100))}`, shapeHint(text)))
    return undefined
  }
  const { measure = '', labels = '', stat = '' } = parts
  const word = readMeasure(measure, spans.measure as Span, text, context, report)
  const pairs = word === undefined ? undefined : readLabels(labels, spans.labels?.[0] ?? 0, word, context, report)
  return pairs === undefined ? undefined : { measure, labels: pairs, stat }
}

function readMeasure(measure: string, span: Span, text: string, { measures }: ExpectationContext, report: Report): MeasureWord | undefined {
  const word = measures.find(({ name }) => name === measure)
  if (word !== undefined) return word
  const dot = measure.lastIndexOf('.')
  if (measures.some(({ name }) => name === measure.slice(0, dot))) {
    const within: Span = [span[0] + dot + 1, span[1]]
    report([], { ...invalidExpectation(`expected a statistic, got ${JSON.stringify(measure.slice(dot + 1))}`, shapeHint(text)), within })
  } else {
    const known = measures.map(({ name }) => name)
    report([], { ...unknownMeasure(measure, known), within: span })
  }
  return undefined
}

function shapeHint(text: string): string | undefined {
  if (/=[^<>]*==|[^<>]=[^"=]*$/.test(text) && !/[<>]/.test(text)) return 'compare with <, <=, > or >='
  const stat = /\.(p\d+|median|avg|average|mean|min|max|std\w*)\b/.exec(text)?.[1]
  if (stat === undefined || /^p\d{1,2}$/.test(stat)) return undefined
  return stat === 'median' ? 'did you mean "p50"?' : 'statistics: mean, min, max, p50, p90, p95, p99'
}

/** A hundredth of a decimal number, without the rounding of a division: 99.9 gives 0.999. */
const percentOf = (text: string): number => Number(`${text}e-2`)

const share = (text: string): number => (text.endsWith('%') ? percentOf(text.slice(0, -1)) : Number(text))

function readLabels(
  text: string,
  offset: number,
  word: MeasureWord,
  context: ExpectationContext,
  report: Report,
): Record<string, string> | undefined {
  const labels: Record<string, string> = {}
  let sound = true
  LABEL.lastIndex = 0
  for (let at = 0; at < text.length; at = LABEL.lastIndex) {
    const match = LABEL.exec(text)
    if (match === null) {
      const message = `expected labels as name="value", got ${JSON.stringify(text.slice(at))}`
      report([], { ...invalidExpectation(message), within: [offset + at, offset + text.length] })
      return undefined
    }
    const [whole, name = '', value = ''] = match
    const within: Span = [offset + at, offset + at + whole.replace(/,$/, '').length]
    if (!(word.labels as readonly string[]).includes(name)) {
      report([], { ...unknownLabel(word.name, name, word.labels), within })
      sound = false
    } else if (!checkLabel(name, value, within, context, report)) sound = false
    labels[name] = name === 'fault' ? value : value.toLowerCase()
  }
  return sound ? labels : undefined
}

const UNKNOWN = { fault: unknownFaultName, workload: unknownWorkload, service: unknownService } as const

function checkLabel(name: string, value: string, within: Span, context: ExpectationContext, report: Report): boolean {
  const label = name as keyof LabelNames
  const names = context.names?.[label]
  if (names === undefined) return true
  if (names.includes(name === 'fault' ? value : value.toLowerCase())) return true
  report([], { ...UNKNOWN[label](value, names), within })
  return false
}

/** The value in the unit of the measure: seconds, a share 0 … 1, or a count. */
function readValue(text: string, { unit, name }: MeasureWord): Parsed<number> {
  if (unit === 's') {
    const duration = parseDuration(text, true)
    return duration.ok ? { ok: true, value: duration.value / 1e6 } : duration
  }
  const percent = /^(\d+(?:\.\d+)?)%$/.exec(text)
  if (percent !== null && unit === 'share') return { ok: true, value: percentOf(percent[1] as string) }
  const value = /^-?\d+(?:\.\d+)?(?:e[-+]?\d+)?$/.test(text) ? Number(text) : Number.NaN
  if (unit === 'share' && value > 1) {
    return { ok: false, message: `expected a share for ${name}, got ${text}`, hint: `did you mean "${text}%"?` }
  }
  if (Number.isFinite(value)) return { ok: true, value }
  return {
    ok: false,
    message: `expected a ${unit === 'share' ? 'share such as 99% or 0.99' : 'number'} for ${name}, got ${JSON.stringify(text)}`,
  }
}
