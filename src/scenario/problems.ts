/** Every problem a scenario can have: one factory for each code, so that the same mistake is told in the same words wherever it is found. */
import type { ProblemCode } from './problem.ts'
import { nearest, suggestion } from './suggest.ts'

/** What is wrong, before it is known where. */
export interface Diagnosis {
  readonly code: ProblemCode
  readonly message: string
  readonly hint?: string | undefined
  /** Whether the key or the value is shown; the value when absent. */
  readonly at?: 'key' | 'value'
  readonly severity?: 'warning'
  /** Part of a text, by offsets in it. */
  readonly within?: readonly [number, number]
}

/** Where a reader reports to; the path is from the value it reads. */
export type Report = (path: readonly (string | number)[], diagnosis: Diagnosis) => undefined

/** The same, for what stands further inside. */
export const below =
  (report: Report, base: readonly (string | number)[]): Report =>
  (path, diagnosis) =>
    report([...base, ...path], diagnosis)

/** What a value is, as messages say it: `5 (number)`. */
export function shown(value: unknown): string {
  if (value === undefined) return 'nothing'
  if (value === null) return 'nothing (null)'
  if (Array.isArray(value)) return `a list of ${value.length}`
  if (typeof value === 'object') return 'a map'
  if (typeof value === 'string') return `${quoted(value)} (text)`
  return `${String(value)} (${typeof value})`
}

const quoted = (text: string): string => JSON.stringify(text.length > 60 ? `${text.slice(0, 60)}…` : text)

type Names = readonly string[]
const unknown =
  (code: ProblemCode, noun: string, at: 'key' | 'value' = 'value') =>
  (name: string, known: Names): Diagnosis => ({ code, message: `unknown ${noun} ${quoted(name)}`, hint: suggestion(name, known), at })
const absent =
  (code: ProblemCode, noun: string) =>
  (name: string, known: Names): Diagnosis => ({
    code,
    message: `expected a ${noun} of this scenario, got ${quoted(name)}`,
    hint: suggestion(name, known),
  })
const says =
  (code: ProblemCode, at: 'key' | 'value' = 'value') =>
  (message: string, hint?: string): Diagnosis => ({ code, message, hint, at })

/** `file-not-found`, `file-unreadable`, `no-file-matches`: what the caller met when it loaded a file. */
export const notLoaded = (problem: { readonly problem: ProblemCode; readonly message: string }): Diagnosis => ({
  code: problem.problem,
  message: problem.message,
})
/** A pattern that finds nothing. */
export const noFileMatches = (name: string): Diagnosis => ({
  code: 'no-file-matches',
  message: `expected a file that matches ${quoted(name)}, got none`,
})
/** Sizes in MB. */
export const fileTooLarge = (most: number, size: number): Diagnosis => ({
  code: 'file-too-large',
  message: `expected a file of at most ${most} MB, got ${size} MB`,
})
/** A byte that is no UTF-8; line and column from 1. */
export const notUtf8 = (byte: number, line: number, column: number): Diagnosis => ({
  code: 'not-utf8',
  message: `expected UTF-8 text, got the byte 0x${byte.toString(16).padStart(2, '0')} at line ${line}, column ${column}`,
  hint: 'save the file as UTF-8',
})
/** A file without a document. */
export const emptyFile = (expected: string): Diagnosis => ({ code: 'empty-file', message: `expected ${expected}, got an empty file` })
/** `yaml-syntax`, `duplicate-key`, `too-many-aliases`, `too-deep`, `unsupported-tag`, `document-too-large`: what the parser met. */
export const notYaml = (fault: { readonly code: ProblemCode; readonly message: string }, hint: string | undefined): Diagnosis => ({
  code: fault.code,
  message: fault.message,
  hint,
})
/** More documents than one. */
export const severalScenarios = (count: number): Diagnosis => ({
  code: 'several-scenarios',
  message: `expected one document in a scenario file, got ${count}`,
})

/** A field that there is not. */
export const unknownField = unknown('unknown-field', 'field', 'key')
/** A field that a later Kubernetes has. */
export const laterField = (release: string, since: number): Diagnosis => ({
  code: 'unknown-field',
  message: `expected only fields of Kubernetes ${release}, got one that is there from 1.${since}`,
  at: 'key',
})
/** A field that must be there. */
export const missingField = (name: string, why = '', hint?: string): Diagnosis => ({
  code: 'missing-field',
  message: `expected the field ${quoted(name)}, got nothing${why === '' ? '' : `: ${why}`}`,
  hint,
  at: 'key',
})
/** A list that must not be empty. */
export const missingItem = (expected: string): Diagnosis => ({
  code: 'missing-field',
  message: `expected ${expected}, got none`,
  at: 'key',
})
/** Fields that exclude or demand each other; the message says which. */
export const exclusiveFields = says('exclusive-fields', 'key')
/** A value of another type. */
export const wrongType = (expected: string, value: unknown, hint?: string): Diagnosis => ({
  code: 'wrong-type',
  message: `expected ${expected}, got ${shown(value)}`,
  hint,
})
/** NaN or an infinity. */
export const notFinite = (expected: string, value: number): Diagnosis => ({
  code: 'not-finite',
  message: `expected ${expected}, got ${value}`,
})
/** A whole number that a double does not hold exactly. */
export const numberTooLarge = (expected: string, value: number): Diagnosis => ({
  code: 'number-too-large',
  message: `expected ${expected} below 2^53, got ${value}`,
})
/** Not one of the words there are. */
export const unknownValue = (words: Names, value: unknown): Diagnosis => ({
  code: 'unknown-value',
  message: `expected ${words.join(' or ')}, got ${shown(value)}`,
  hint: typeof value === 'string' ? didYouMean(value, words) : undefined,
})
/** A priority class that admission would not find. */
export const unknownPriorityClass = (name: string, known: Names): Diagnosis => ({
  code: 'unknown-value',
  message: `expected the name of a PriorityClass, got ${quoted(name)}`,
  hint: suggestion(name, known),
})
/** A claim that no manifest has. */
export const unknownClaim = (name: string, known: Names): Diagnosis => ({
  code: 'unknown-value',
  message: `expected the name of a PersistentVolumeClaim, got ${quoted(name)}`,
  hint: suggestion(name, known),
})
/** A value beyond its bounds. */
export const outOfRange = (expected: string, got: unknown): Diagnosis => ({
  code: 'out-of-range',
  message: `expected ${expected}, got ${String(got)}`,
})
/** A value that says nothing, for the reason in the message. */
export const invalidValue = says('invalid-value')
/** A text that is no Kubernetes quantity. */
export const invalidQuantity = says('invalid-quantity')

/** A distribution that there is not. */
export const unknownDistribution = unknown('unknown-distribution', 'distribution', 'key')
/** A flag that a Kubernetes process does not have, or that is not modelled. */
export const unknownFlag = (process: string, name: string, known: Names): Diagnosis =>
  unknown('unknown-flag', `flag of ${process}`, 'key')(name, known)
/** A flag that would change recovery and is not modelled; `instead` says what to write in its place, or why there is nothing. */
export const refusedFlag = (name: string, instead: string): Diagnosis => ({
  code: 'refused-field',
  message: `expected no ${name}: ${instead}`,
  hint: 'see docs/MODEL.md#flags-that-are-not-read',
  at: 'key',
})
/** A word of a list that there is not. */
export const unknownWord = (noun: string, name: string, known: Names): Diagnosis => unknown('unknown-value', noun)(name, known)
/** A fault that there is not. */
export const unknownFault = unknown('unknown-fault', 'fault')
/** An operation that there is not. */
export const unknownOperation = unknown('unknown-operation', 'operation')
/** A measure that there is not. */
export const unknownMeasure = unknown('unknown-measure', 'measure')
/** A label that a measure does not have. */
export const unknownLabel = (measure: string, name: string, known: Names): Diagnosis =>
  unknown('unknown-label', `label of ${measure}`)(name, known)

/** A machine that the scenario does not have. */
export const unknownNode = absent('unknown-node', 'machine')
/** A zone without machines. */
export const unknownZone = absent('unknown-zone', 'zone')
/** `domain`: rack, say; or a fault domain of any sort. */
export const unknownDomain = (domain: string, name: string, known: Names): Diagnosis => absent('unknown-domain', domain)(name, known)
/** A Pod that can never exist. */
export const unknownPod = absent('unknown-pod', 'Pod')
/** A container that no matching Pod has. */
export const unknownContainer = absent('unknown-container', 'container')
/** An object that the scenario does not have. */
export const unknownWorkload = absent('unknown-workload', 'workload')
/** A name that no fault of the scenario has. */
export const unknownFaultName = absent('unknown-fault-name', 'fault')
/** A Service that the scenario does not have. */
export const unknownService = absent('unknown-service', 'Service')
/** A selector that nothing can match. */
export const nothingSelected = (noun: string): Diagnosis => ({
  code: 'nothing-selected',
  message: `expected a selector that selects a ${noun}, got one that selects none`,
})
/** More victims than there are. */
export const tooManyTargets = (available: number, count: number): Diagnosis => ({
  code: 'too-many-targets',
  message: `expected at most ${available}, as many as match, got ${count}`,
})
/** Two of one name among faults or containers. */
export const duplicateName = (noun: string, name: string): Diagnosis => ({
  code: 'duplicate-name',
  message: `expected ${noun} names to differ, got ${quoted(name)} twice`,
})
/** Two machines of one name. */
export const duplicateMachine = (name: string): Diagnosis => ({
  code: 'duplicate-machine',
  message: `expected machine names to differ, got ${quoted(name)} twice`,
})
/** One object given twice. */
export const duplicateObject = (reference: string): Diagnosis => ({
  code: 'duplicate-object',
  message: `expected each object once, got ${reference} again`,
})
/** A time at which the run is over. */
export const afterHorizon = (): Diagnosis => ({ code: 'after-horizon', message: 'expected a time before the horizon, got a later one' })
/** A duration for what has none. */
export const instantFault = (fault: string): Diagnosis => ({
  code: 'instant-fault',
  message: `expected no "for": ${fault} happens in an instant`,
  at: 'key',
})
/** An expectation that does not parse. */
export const invalidExpectation = says('invalid-expectation')
/** A label selector that does not parse. */
export const invalidSelector = (expected: string, text: string): Diagnosis => ({
  code: 'invalid-selector',
  message: `expected ${expected}, got ${quoted(text)}`,
})
/** A CSV file that does not have the columns or values expected. */
export const invalidTable = says('invalid-table')
/** A `--set` argument that does not parse. */
export const invalidSet = says('invalid-set')
/** A `--set` argument that finds no field. */
export const setMatchesNothing = says('set-matches-nothing')

/** A kind that Kubernetes does not have. */
export const unknownKind = (kind: string, known: Names): Diagnosis => ({
  code: 'unknown-kind',
  message: `expected a kind of Kubernetes, got ${quoted(kind)}`,
  hint: didYouMean(kind, known),
})
/** A kind that would change recovery and is not modelled. */
export const refusedKind = (kind: string): Diagnosis => ({
  code: 'refused-kind',
  message: `expected no ${kind}: it would change recovery and is not modelled`,
  hint: `see docs/MODEL.md#${kind.toLowerCase()}`,
})
/** A field that would change recovery and is not modelled. */
export const refusedField = (field: string, anchor: string): Diagnosis => ({
  code: 'refused-field',
  message: `expected no ${field}: it would change recovery and is not modelled`,
  hint: `see docs/MODEL.md#${anchor}`,
  at: 'key',
})
/** `until`: the minor release that no longer serves what was given, when one once did. */
export const wrongApiVersion = (kind: string, expected: string, given: string, until: number | undefined): Diagnosis => ({
  code: 'wrong-api-version',
  message: `expected ${expected} for ${kind}, got ${given}${until === undefined ? '' : `, which Kubernetes no longer serves from 1.${until}`}`,
  hint: `write apiVersion: ${expected}`,
})
/** A selector that does not select its own template. */
export const selectorMismatch = says('selector-mismatch')
/** A name that the API server would reject. */
export const invalidName = (name: string): Diagnosis => ({
  code: 'invalid-name',
  message: `expected a name of lower-case letters, digits, - and ., got ${quoted(name)}`,
})

function didYouMean(name: string, known: Names): string | undefined {
  const near = nearest(name, known)
  return near === undefined ? undefined : `did you mean ${JSON.stringify(near)}?`
}
