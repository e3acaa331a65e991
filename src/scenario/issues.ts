import { z } from 'zod'
import type { IssueParams } from './schema/values.ts'
import { nearest, suggestion } from './suggest.ts'
import type { Report, ReportMore } from './walk.ts'
import { isMap, shown } from './walk.ts'

type Issue = z.core.$ZodIssue
type Path = readonly (string | number)[]

const KNOWN = 'known fields:'

/** Passes the fields an object does have through the message, where `translate` picks them up: zod's own issue does not carry them. */
const carryKnownFields: z.core.$ZodErrorMap = (issue) => {
  if (issue.code !== 'unrecognized_keys' || !(issue.inst instanceof z.ZodObject)) return undefined
  return KNOWN + JSON.stringify(Object.keys(issue.inst.shape))
}

/** Reads `value`, which stands at `base`; what is wrong is reported and the answer is absent. */
export function readWith<Value>(
  schema: z.ZodType<Value>,
  value: unknown,
  base: Path,
  report: Report,
): { readonly value: Value } | undefined {
  const result = schema.safeParse(value, { error: carryKnownFields })
  if (result.success) return { value: result.data }
  const once = reportingOnce(report)
  for (const issue of withoutConsequences(result.error.issues)) translate(issue, value, base, once)
  return undefined
}

/** zod checks a bound twice for whole numbers: one problem at one place is enough of its sort. */
function reportingOnce(report: Report): Report {
  const seen = new Set<string>()
  return (code, path, message, more) => {
    const key = `${code} ${path.join('.')}`
    if (!seen.has(key)) report(code, path, message, more)
    seen.add(key)
  }
}

/** A field that is misspelt is not also missing: of problems with one map, "exactly one of" goes when a field is unknown. */
function withoutConsequences(issues: readonly Issue[]): readonly Issue[] {
  const misspelt = issues.filter(({ code }) => code === 'unrecognized_keys').map(({ path }) => path.join('.'))
  return issues.filter(
    (issue) => !(issue.code === 'custom' && issue.params?.problem === 'exclusive-fields' && misspelt.includes(issue.path.join('.'))),
  )
}

const steps = (path: readonly PropertyKey[]): Path => path.map((step) => (typeof step === 'number' ? step : String(step)))

function at(value: unknown, path: readonly PropertyKey[]): unknown {
  let inner = value
  for (const step of path) inner = typeof inner === 'object' && inner !== null ? (inner as Record<PropertyKey, unknown>)[step] : undefined
  return inner
}

const TYPES: Readonly<Record<string, string>> = {
  string: 'a text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  object: 'a map',
  record: 'a map',
  array: 'a list',
  never: 'nothing here',
}

function translate(issue: Issue, root: unknown, base: Path, report: Report): undefined {
  const value = at(root, issue.path)
  const path = [...base, ...steps(issue.path)]
  switch (issue.code) {
    case 'unrecognized_keys':
      return unknownKeys(issue.keys, issue.message, path, report)
    case 'invalid_union':
      return union(issue, value, path, report)
    case 'invalid_type':
      return wrongType(expectedBy(issue), value, path, report)
    case 'invalid_value':
      return wrongWord(issue.values.map(String), value, path, report)
    case 'too_small':
    case 'too_big':
      return outOfRange(issue, value, path, report)
    case 'custom':
      return custom(issue, value, path, report)
    default:
      return report('invalid-value', path, withGot(issue.message, value))
  }
}

const expectedBy = (issue: z.core.$ZodIssueInvalidType): string =>
  issue.message.startsWith('expected ') ? issue.message.slice(9) : (TYPES[issue.expected] ?? issue.expected)

const withGot = (message: string, value: unknown): string => (message.includes(', got ') ? message : `${message}, got ${shown(value)}`)

function unknownKeys(keys: readonly string[], message: string, path: Path, report: Report): undefined {
  const known: readonly string[] = message.startsWith(KNOWN) ? JSON.parse(message.slice(KNOWN.length)) : []
  const noun = nounOf(path, known)
  for (const key of keys) {
    report(noun.code, [...path, key], `unknown ${noun.word} ${JSON.stringify(key)}`, { at: 'key', hint: suggestion(key, known) })
  }
}

/** What an unknown key of a map is called: some maps hold names rather than fields. */
function nounOf(path: Path, known: readonly string[]): { code: 'unknown-field' | 'unknown-flag' | 'unknown-distribution'; word: string } {
  const last = String(path.at(-1))
  if (last === 'kubelet' || last.startsWith('kube-')) return { code: 'unknown-flag', word: `flag of ${last}` }
  if (known.includes('lognormal') || known.includes('exponential')) return { code: 'unknown-distribution', word: 'distribution' }
  return { code: 'unknown-field', word: 'field' }
}

function wrongType(expected: string, value: unknown, path: Path, report: Report): undefined {
  if (value === undefined) {
    return report('missing-field', path, `expected the field ${JSON.stringify(String(path.at(-1)))}, got nothing`, { at: 'key' })
  }
  if (typeof value === 'number' && !Number.isFinite(value)) return report('not-finite', path, `expected ${expected}, got ${value}`)
  if (typeof value === 'number' && Number.isInteger(value) && !Number.isSafeInteger(value)) {
    return report('number-too-large', path, `expected ${expected} below 2^53, got ${value}`)
  }
  report('wrong-type', path, `expected ${expected}, got ${shown(value)}`, quoteHint(expected, value))
}

function quoteHint(expected: string, value: unknown): ReportMore {
  if (!expected.includes('a text') || (typeof value !== 'boolean' && typeof value !== 'number')) return {}
  const why = typeof value === 'boolean' ? ' (YAML 1.1 reads y, n, yes, no, on and off as true and false)' : ''
  return { hint: `put it in quotes${why}` }
}

function wrongWord(words: readonly string[], value: unknown, path: Path, report: Report): undefined {
  if (value === undefined) return wrongType('', value, path, report)
  const near = typeof value === 'string' ? nearest(value, words) : undefined
  const hint = near === undefined ? undefined : `did you mean ${JSON.stringify(near)}?`
  report('unknown-value', path, `expected ${words.join(' or ')}, got ${shown(value)}`, { hint })
}

function outOfRange(issue: z.core.$ZodIssueTooSmall | z.core.$ZodIssueTooBig, value: unknown, path: Path, report: Report): undefined {
  const small = issue.code === 'too_small'
  const bound = small ? issue.minimum : issue.maximum
  const noun = issue.origin === 'string' ? ' characters' : issue.origin === 'array' ? ' items' : ''
  const huge = typeof value === 'number' && !Number.isSafeInteger(value) && Number.isFinite(value)
  if (huge) return report('number-too-large', path, `expected a whole number below 2^53, got ${value}`)
  report('out-of-range', path, `expected ${small ? 'at least' : 'at most'} ${bound}${noun}, got ${shown(value)}`)
}

function custom(issue: z.core.$ZodIssueCustom, value: unknown, path: Path, report: Report): undefined {
  const { problem = 'invalid-value', ...more } = (issue.params ?? {}) as Partial<IssueParams>
  if (problem === 'missing-field') return wrongType('', undefined, path, report)
  report(problem, path, problem === 'exclusive-fields' ? issue.message : withGot(issue.message, value), more)
}

/** Of the arms of a union, reports the one that was meant: the one that takes values of this sort at all. */
function union(issue: z.core.$ZodIssueInvalidUnion, value: unknown, path: Path, report: Report): undefined {
  const meant = issue.errors.filter((arm) => !arm.some((inner) => isOfAnotherSort(inner, value)))
  const arm = meant[0]
  if (arm !== undefined && arm.length > 0) {
    for (const inner of withoutConsequences(arm)) translate(inner, value, path, report)
    return
  }
  const sorts = issue.errors.flatMap((inner) => inner.filter((one) => one.path.length === 0).map(sortOf))
  wrongType([...new Set(sorts)].join(' or '), value, path, report)
}

function isOfAnotherSort(issue: Issue, value: unknown): boolean {
  if (issue.path.length > 0) return false
  if (issue.code === 'invalid_type') return true
  if (issue.code === 'invalid_value') return typeof value === 'object' && value !== null
  if (issue.code !== 'custom') return false
  const scalarGiven = typeof value !== 'object' || value === null
  return issue.params?.problem === 'wrong-type' && !(scalarGiven && isMap(issue.params) && issue.params.hint !== undefined)
}

function sortOf(issue: Issue): string {
  if (issue.code === 'invalid_type') return expectedBy(issue)
  if (issue.code === 'invalid_value') return issue.values.map(String).join(' or ')
  return issue.message.replace(/^expected /, '').replace(/, got .*$/, '')
}
