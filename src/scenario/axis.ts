import { PATH_HINT, readPath } from './set.ts'

/** One direction of a grid: a path as `--set` takes it, and the values to give it, in order. */
export interface Axis {
  readonly path: string
  /** As written; YAML scalars. */
  readonly values: readonly string[]
}

/** An axis, or what is wrong with its text from offset `at` on. */
export type ReadAxis =
  | { readonly ok: true; readonly axis: Axis }
  | { readonly ok: false; readonly at: number; readonly message: string; readonly hint: string }

/** Values of one axis; more are a slip of the pen. */
const MOST = 10_000
const RANGE = /^(-?\d+(?:\.\d+)?)([A-Za-z%]*)\.\.(-?\d+(?:\.\d+)?)([A-Za-z%]*)(?::(\d+(?:\.\d+)?)([A-Za-z%]*))?$/
const HINT = 'write path=20s,40s,50s or path=20..40:5'

/** Parses `path=20s,40s,50s` or `path=20..40:5`, or a mixture: values and ranges, separated by commas outside quotes. */
export function readAxis(argument: string): ReadAxis {
  const path = readPath(argument)
  if (!path.ok) return { ok: false, at: path.at, message: path.message, hint: PATH_HINT }
  const wrong = (message: string): ReadAxis => ({ ok: false, at: path.end + 1, message, hint: HINT })
  const values: string[] = []
  for (const part of parts(argument.slice(path.end + 1))) {
    const expanded = rangeOf(part)
    if (typeof expanded === 'string') return wrong(expanded)
    if (values.length + expanded.length > MOST) return wrong(`expected at most ${MOST} values, got more`)
    values.push(...expanded)
  }
  const twice = values.find((value, i) => values.indexOf(value) !== i)
  if (twice !== undefined) return wrong(`expected every value once, got ${JSON.stringify(twice)} twice`)
  return { ok: true, axis: { path: argument.slice(0, path.end), values } }
}

/** Splits at commas that no quotes enclose. */
const parts = (text: string): string[] => (text.match(/(?:"[^"]*"|'[^']*'|[^,])+|(?<=^|,)(?=,|$)/g) ?? ['']).map((part) => part.trim())

/** The values of `20..40:5`, or the one value that it is; a text says what is wrong. */
function rangeOf(text: string): readonly string[] | string {
  if (text === '') return 'expected a value, got none'
  const range = RANGE.exec(text)
  if (range === null) return text.includes('..') ? `expected a range such as 20..40:5, got ${JSON.stringify(text)}` : [text]
  const [, from = '', unit = '', to = '', unitTo = '', by = '1', unitBy = ''] = range
  if (unitTo !== unit || (unitBy !== '' && unitBy !== unit)) return `expected one unit in a range, got ${JSON.stringify(text)}`
  const digits = Math.max(...[from, to, by].map((number) => number.split('.')[1]?.length ?? 0))
  const scale = 10 ** digits
  const [first, last, step] = [from, to, by].map((number) => Math.round(Number(number) * scale)) as [number, number, number]
  if (step === 0 || last < first) return `expected a range that grows, got ${JSON.stringify(text)}`
  const count = Math.floor((last - first) / step) + 1
  if (count > MOST) return `expected at most ${MOST} values, got ${count}`
  return Array.from({ length: count }, (_, i) => `${((first + i * step) / scale).toFixed(digits)}${unit}`)
}
