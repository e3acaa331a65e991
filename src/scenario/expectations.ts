import type { Parsed } from './durations.ts'
import { parseDuration } from './durations.ts'
import type { Comparison, Expectation } from './scenario.ts'
import { nearest, suggestion } from './suggest.ts'
import type { MeasureWord } from './vocabulary.ts'
import type { Report } from './walk.ts'

const PARTS =
  /^\s*(?<measure>[A-Za-z_][\w.]*?)\s*(?:\{(?<labels>[^}]*)\})?(?:\.(?<stat>mean|min|max|p\d{1,2}(?:\.\d+)?))?\s*(?<operator><=|>=|<|>)\s*(?<value>[-\w.%µ]+)\s*(?:@\s*(?<confidence>[\d.%]+)\s*)?(?<warn>warn\s*)?$/
const LABEL = /\s*(\w+)\s*=\s*"((?:[^"\\]|\\.)*)"\s*(,|$)/y

/** One-sided confidence of a limit unless an expectation says otherwise. */
const CONFIDENCE = 0.95
const SHAPE = 'measure{label="v"}.p95 < 7m [@0.99] [warn]'

export interface ExpectationContext {
  readonly measures: readonly MeasureWord[]
  /** Absent: label values are not checked. */
  readonly names: LabelNames | undefined
}
/** The values that each label may have in a scenario. */
export type LabelNames = Readonly<Record<'fault' | 'workload' | 'service', readonly string[]>>

/** Parses one expectation and checks its names; what is wrong is reported at its part of the text. */
export function readExpectation(text: string, context: ExpectationContext, report: Report): Expectation | undefined {
  const parts = PARTS.exec(text)?.groups
  if (parts === undefined) {
    report('invalid-expectation', [], `expected ${SHAPE}, got ${JSON.stringify(text.slice(0, 100))}`, shapeHint(text))
    return undefined
  }
  const { measure = '', labels, stat = '', operator = '', value = '', confidence, warn } = parts
  const word = context.measures.find(({ name }) => name === measure)
  const span = (part: string): readonly [number, number] => [text.indexOf(part), text.indexOf(part) + part.length]
  if (word === undefined) {
    const hint = suggestion(
      measure,
      context.measures.map(({ name }) => name),
    )
    report('unknown-measure', [], `unknown measure ${JSON.stringify(measure)}`, { within: span(measure), hint })
    return undefined
  }
  const pairs = readLabels(labels ?? '', text.indexOf('{') + 1, word, context, report)
  const number = readValue(value, word)
  const limit = confidence === undefined ? CONFIDENCE : share(confidence)
  if (!number.ok) report('invalid-expectation', [], number.message, { within: span(value), hint: number.hint })
  if (!(limit > 0 && limit < 1)) {
    report('invalid-expectation', [], `expected a confidence between 0 and 1, got ${confidence}`, { within: span(confidence as string) })
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

function shapeHint(text: string): { hint?: string } {
  if (/=[^<>]*==|[^<>]=[^"=]*$/.test(text) && !/[<>]/.test(text)) return { hint: 'compare with <, <=, > or >=' }
  const stat = /\.(p\d+|median|avg|average|mean|min|max|std\w*)\b/.exec(text)?.[1]
  if (stat === undefined || /^p\d{1,2}$/.test(stat)) return {}
  return { hint: stat === 'median' ? 'did you mean "p50"?' : `statistics: mean, min, max, p50, p90, p95, p99` }
}

const share = (text: string): number => (text.endsWith('%') ? Number(text.slice(0, -1)) / 100 : Number(text))

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
      report('invalid-expectation', [], `expected labels as name="value", got ${JSON.stringify(text.slice(at))}`, {
        within: [offset + at, offset + text.length],
      })
      return undefined
    }
    const [whole, name = '', value = ''] = match
    const within: readonly [number, number] = [offset + at, offset + at + whole.replace(/,$/, '').length]
    if (!(word.labels as readonly string[]).includes(name)) {
      report('unknown-label', [], `unknown label ${JSON.stringify(name)} of ${word.name}`, { within, hint: suggestion(name, word.labels) })
      sound = false
    } else if (!checkLabel(name, value, within, context, report)) sound = false
    labels[name] = name === 'fault' ? value : value.toLowerCase()
  }
  return sound ? labels : undefined
}

const UNKNOWN = { fault: 'unknown-fault-name', workload: 'unknown-workload', service: 'unknown-service' } as const

function checkLabel(name: string, value: string, within: readonly [number, number], context: ExpectationContext, report: Report): boolean {
  const label = name as keyof LabelNames
  const names = context.names?.[label]
  if (names === undefined) return true
  if (names.includes(name === 'fault' ? value : value.toLowerCase())) return true
  const near = nearest(value, names)
  const hint = near === undefined ? suggestion(value, names) : `did you mean ${JSON.stringify(near)}?`
  report(UNKNOWN[label], [], `expected a ${name} of this scenario, got ${JSON.stringify(value)}`, { within, hint })
  return false
}

/** The value in the unit of the measure: seconds, a share 0 … 1, or a count. */
function readValue(text: string, { unit, name }: MeasureWord): Parsed<number> {
  if (unit === 's') {
    const duration = parseDuration(text, true)
    return duration.ok ? { ok: true, value: duration.value / 1e6 } : duration
  }
  const percent = /^(\d+(?:\.\d+)?)%$/.exec(text)
  if (percent !== null && unit === 'share') return { ok: true, value: Number(percent[1]) / 100 }
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
