import { z } from 'zod'
import type { Diagnosis, Report } from './problems.ts'
import * as problem from './problems.ts'
import { shown } from './problems.ts'

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
  return (path, diagnosis) => {
    const key = `${diagnosis.code} ${path.join('.')}`
    if (!seen.has(key)) report(path, diagnosis)
    seen.add(key)
  }
}

/** A field that is misspelt is not also missing: of problems with one map, "exactly one of" goes when a field is unknown. */
function withoutConsequences(issues: readonly Issue[]): readonly Issue[] {
  const misspelt = issues.filter(({ code }) => code === 'unrecognized_keys').map(({ path }) => path.join('.'))
  return issues.filter((issue) => diagnosisOf(issue)?.code !== 'exclusive-fields' || !misspelt.includes(issue.path.join('.')))
}

/** What one of our own schemas found. */
const diagnosisOf = (issue: Issue): Diagnosis | undefined =>
  issue.code === 'custom' ? (issue.params?.diagnosis as Diagnosis | undefined) : undefined

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
      return report(path, problem.invalidValue(withGot(issue.message, value)))
  }
}

const expectedBy = (issue: z.core.$ZodIssueInvalidType): string =>
  issue.message.startsWith('expected ') ? issue.message.slice(9) : (TYPES[issue.expected] ?? issue.expected)

const withGot = (message: string, value: unknown): string => (message.includes(', got ') ? message : `${message}, got ${shown(value)}`)

function unknownKeys(keys: readonly string[], message: string, path: Path, report: Report): undefined {
  const known: readonly string[] = message.startsWith(KNOWN) ? JSON.parse(message.slice(KNOWN.length)) : []
  for (const key of keys) report([...path, key], unknownKey(path, key, known))
}

/** What an unknown key of a map is called: some maps hold names rather than fields. */
function unknownKey(path: Path, key: string, known: readonly string[]): Diagnosis {
  const last = String(path.at(-1))
  if (last === 'kubelet' || last.startsWith('kube-')) return problem.unknownFlag(last, key, known)
  return known.includes('lognormal') || known.includes('exponential')
    ? problem.unknownDistribution(key, known)
    : problem.unknownField(key, known)
}

function wrongType(expected: string, value: unknown, path: Path, report: Report): undefined {
  if (value === undefined) return report(path, problem.missingField(String(path.at(-1))))
  if (typeof value === 'number' && !Number.isFinite(value)) return report(path, problem.notFinite(expected, value))
  if (isHuge(value)) return report(path, problem.numberTooLarge(expected, value))
  report(path, problem.wrongType(expected, value, quoteHint(expected, value)))
}

const isHuge = (value: unknown): value is number => typeof value === 'number' && Number.isInteger(value) && !Number.isSafeInteger(value)

function quoteHint(expected: string, value: unknown): string | undefined {
  if (!expected.includes('a text') || (typeof value !== 'boolean' && typeof value !== 'number')) return undefined
  return `put it in quotes${typeof value === 'boolean' ? ' (YAML 1.1 reads y, n, yes, no, on and off as true and false)' : ''}`
}

function wrongWord(words: readonly string[], value: unknown, path: Path, report: Report): undefined {
  if (value === undefined) return wrongType('', value, path, report)
  report(path, problem.unknownValue(words, value))
}

function outOfRange(issue: z.core.$ZodIssueTooSmall | z.core.$ZodIssueTooBig, value: unknown, path: Path, report: Report): undefined {
  if (isHuge(value)) return report(path, problem.numberTooLarge('a whole number', value))
  const small = issue.code === 'too_small'
  const noun = issue.origin === 'string' ? ' characters' : issue.origin === 'array' ? ' items' : ''
  const bound = `${small ? 'at least' : 'at most'} ${small ? issue.minimum : issue.maximum}${noun}`
  report(path, problem.outOfRange(bound, shown(value)))
}

function custom(issue: z.core.$ZodIssueCustom, value: unknown, path: Path, report: Report): undefined {
  const diagnosis = diagnosisOf(issue) ?? problem.invalidValue(withGot(issue.message, value))
  report(path, diagnosis.code === 'missing-field' && value === undefined ? problem.missingField(String(path.at(-1))) : diagnosis)
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
  const diagnosis = diagnosisOf(issue)
  // A scalar with a hint was meant as one.
  return diagnosis?.code === 'wrong-type' && (diagnosis.hint === undefined || (typeof value === 'object' && value !== null))
}

function sortOf(issue: Issue): string {
  if (issue.code === 'invalid_type') return expectedBy(issue)
  if (issue.code === 'invalid_value') return issue.values.map(String).join(' or ')
  return issue.message.replace(/^expected /, '').replace(/, got .*$/, '')
}
