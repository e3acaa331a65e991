import type { Field, ObjectType, ValueType } from './fields/types.ts'
import {
  invalidQuantity,
  laterField,
  missingField,
  notFinite,
  numberTooLarge,
  outOfRange,
  type Report,
  refusedField,
  unknownField,
  unknownValue,
  wrongType,
} from './problems.ts'
import type { Profile } from './profile.ts'
import { parseQuantity } from './quantities.ts'
import { nearest } from './suggest.ts'

/** One manifest being checked. */
export interface Walk {
  readonly kind: string
  readonly profile: Profile
  readonly report: Report
  readonly allowUnknownFields: boolean
  /** Ignored fields met, `Kind spec.field`, list indexes left out. */
  readonly ignored: Set<string>
}

type Step = string | number

/** Checks a manifest against the field list of its kind; whatever passes has the types that the list says. Nulls are absent, as in Go. */
export function walk(value: unknown, type: ObjectType, context: Walk): undefined {
  walkObject(value, type, [], context, false)
}

function walkValue(value: unknown, type: ValueType, path: Step[], context: Walk, quiet: boolean): undefined {
  switch (type.is) {
    case 'object':
      return walkObject(value, type, path, context, quiet)
    case 'list':
      return walkList(value, type.of, path, context, quiet)
    case 'map':
      return walkMap(value, type.of, path, context)
    default:
      return checkScalar(value, type, path, context)
  }
}

function walkObject(value: unknown, type: ObjectType, path: Step[], context: Walk, quiet: boolean): undefined {
  if (!isMap(value)) return context.report(path, wrongType('a map', value))
  const meant = new Set<string>()
  for (const name of Object.keys(value)) {
    const field = Object.hasOwn(type.fields, name) ? type.fields[name] : undefined
    path.push(name)
    if (field === undefined) meant.add(reportUnknown(name, type, path, context))
    else if (value[name] !== null && value[name] !== undefined) walkField(value[name], field, path, context, quiet)
    path.pop()
  }
  for (const name of type.required) {
    if ((value[name] === undefined || value[name] === null) && !meant.has(name)) {
      context.report([...path, name], missingField(name))
    }
  }
}

function walkField(value: unknown, field: Field, path: Step[], context: Walk, quiet: boolean): undefined {
  if (field.mark === 'ignored' && !quiet) context.ignored.add(`${context.kind} ${pattern(path)}`)
  if (field.mark === 'refused' && isRefused(value, field)) return reportRefused(path, context)
  if (field.since !== undefined && context.profile.minor < field.since) {
    return context.report(path, laterField(context.profile.name, field.since))
  }
  walkValue(value, field.type, path, context, quiet || field.mark !== 'modelled')
  if (typeof value !== 'number') return
  const { min = Number.NEGATIVE_INFINITY, max = Number.POSITIVE_INFINITY } = field
  if (value < min || value > max) context.report(path, outOfRange(range(field), value))
}

const range = ({ min, max }: Field): string =>
  max === undefined ? `a whole number of at least ${min}` : `a whole number from ${min} to ${max}`

function isRefused(value: unknown, field: Field): boolean {
  if (field.harmless?.includes(value) === true || value === '') return false
  return !(Array.isArray(value) && value.length === 0)
}

function reportRefused(path: readonly Step[], context: Walk): undefined {
  const name = pattern(path)
  context.report(path, refusedField(String(path.at(-1)), anchorOf(context.kind, name)))
}

/** The anchor of a field's row in docs/MODEL.md. */
export function anchorOf(kind: string, field: string): string {
  return `${kind} ${field}`
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/-$/, '')
}

/** Reports a field that is none, and answers the one that was probably meant. */
function reportUnknown(name: string, type: ObjectType, path: readonly Step[], context: Walk): string {
  const known = Object.keys(type.fields)
  const diagnosis = unknownField(name, known)
  context.report(path, context.allowUnknownFields ? { ...diagnosis, severity: 'warning' } : diagnosis)
  return nearest(name, known) ?? ''
}

function pattern(path: readonly Step[]): string {
  let text = ''
  for (const step of path) text += typeof step === 'number' ? '[]' : text === '' ? step : `.${step}`
  return text
}

function walkList(value: unknown, of: ValueType, path: Step[], context: Walk, quiet: boolean): undefined {
  if (!Array.isArray(value)) return context.report(path, wrongType('a list', value))
  for (let i = 0; i < value.length; i++) {
    path.push(i)
    walkValue(value[i], of, path, context, quiet)
    path.pop()
  }
}

function walkMap(value: unknown, of: ValueType, path: Step[], context: Walk): undefined {
  if (!isMap(value)) return context.report(path, wrongType('a map', value))
  for (const [key, item] of Object.entries(value)) {
    if (item === null && of.is === 'text') continue
    path.push(key)
    if (of.is === 'quantity') checkQuantity(item, key, path, context)
    else walkValue(item, of, path, context, true)
    path.pop()
  }
}

function checkQuantity(value: unknown, resource: string, path: readonly Step[], context: Walk): undefined {
  if (typeof value !== 'string' && typeof value !== 'number') {
    return context.report(path, wrongType('a quantity such as 500m or 1Gi', value))
  }
  const parsed = parseQuantity(value, resource)
  if (!parsed.ok) context.report(path, invalidQuantity(parsed.message, parsed.hint))
}

function checkScalar(value: unknown, type: ValueType, path: readonly Step[], context: Walk): undefined {
  switch (type.is) {
    case 'text':
      if (typeof value !== 'string') wrongText(value, path, context)
      return
    case 'boolean':
      if (typeof value !== 'boolean') context.report(path, wrongType('true or false', value))
      return
    case 'quantity':
      return checkQuantity(value, 'memory', path, context)
    case 'integer':
    case 'number':
      return checkNumber(value, path, context)
    case 'integerOrText':
      return typeof value === 'string' ? undefined : checkNumber(value, path, context)
    case 'word':
      return checkWord(value, type.words, path, context)
    default:
      return
  }
}

function wrongText(value: unknown, path: readonly Step[], context: Walk): undefined {
  const scalar = typeof value !== 'object'
  const hint = scalar ? `quote it: ${JSON.stringify(String(value))}` : undefined
  context.report(path, wrongType('a text', value, hint))
}

function checkNumber(value: unknown, path: readonly Step[], context: Walk): undefined {
  if (typeof value !== 'number') return context.report(path, wrongType('a whole number', value, numberHint(value)))
  if (!Number.isFinite(value)) return context.report(path, notFinite('a finite number', value))
  if (!Number.isInteger(value)) return context.report(path, wrongType('a whole number', value))
  if (!Number.isSafeInteger(value)) context.report(path, numberTooLarge('a whole number', value))
}

const numberHint = (value: unknown): string | undefined =>
  typeof value === 'string' && /^\d+$/.test(value) ? `without quotes: ${value}` : undefined

function checkWord(value: unknown, words: readonly string[], path: readonly Step[], context: Walk): undefined {
  if (typeof value === 'string' && words.includes(value)) return
  const known = words.filter((one) => one !== '')
  context.report(path, unknownValue(known, value))
}

/** Whether a value is a map, neither list nor null. */
export const isMap = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
