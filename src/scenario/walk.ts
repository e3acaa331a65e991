import type { Field, ObjectType, ValueType } from './fields/types.ts'
import type { ProblemCode } from './problem.ts'
import type { Profile } from './profile.ts'
import { parseQuantity } from './quantities.ts'
import { nearest, suggestion } from './suggest.ts'

/** Where a reader of one manifest reports to. Paths are from the manifest's root. */
export type Report = (code: ProblemCode, path: readonly (string | number)[], message: string, more?: ReportMore) => undefined
export interface ReportMore {
  readonly hint?: string | undefined
  readonly at?: 'key' | 'value'
  readonly severity?: 'warning'
  /** Part of a text, by offsets in it. */
  readonly within?: readonly [number, number]
}

export interface Walk {
  readonly kind: string
  readonly profile: Profile
  readonly report: Report
  readonly allowUnknownFields: boolean
  /** Ignored fields met, `Kind spec.field`, list indexes left out. */
  readonly ignored: Set<string>
}

type Step = string | number

/** What a value is, as messages say it: `5 (number)`. */
export function shown(value: unknown): string {
  if (value === undefined) return 'nothing'
  if (value === null) return 'nothing (null)'
  if (Array.isArray(value)) return `a list of ${value.length}`
  if (typeof value === 'object') return 'a map'
  if (typeof value === 'string') return `${JSON.stringify(value.length > 60 ? `${value.slice(0, 60)}…` : value)} (text)`
  return `${String(value)} (${typeof value})`
}

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
  if (!isMap(value)) return context.report('wrong-type', path, `expected a map, got ${shown(value)}`)
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
      context.report('missing-field', [...path, name], `expected the field ${JSON.stringify(name)}, got nothing`, { at: 'key' })
    }
  }
}

function walkField(value: unknown, field: Field, path: Step[], context: Walk, quiet: boolean): undefined {
  if (field.mark === 'ignored' && !quiet) context.ignored.add(`${context.kind} ${pattern(path)}`)
  if (field.mark === 'refused' && isRefused(value, field)) return reportRefused(path, context)
  if (field.since !== undefined && context.profile.minor < field.since) {
    const message = `expected only fields of Kubernetes ${context.profile.name}, got one that is there from 1.${field.since}`
    return context.report('unknown-field', path, message, { at: 'key' })
  }
  walkValue(value, field.type, path, context, quiet || field.mark !== 'modelled')
  if (typeof value !== 'number') return
  const { min = Number.NEGATIVE_INFINITY, max = Number.POSITIVE_INFINITY } = field
  if (value < min || value > max) context.report('out-of-range', path, `expected ${range(field)}, got ${value}`)
}

const range = ({ min, max }: Field): string =>
  max === undefined ? `a whole number of at least ${min}` : `a whole number from ${min} to ${max}`

function isRefused(value: unknown, field: Field): boolean {
  if (field.harmless?.includes(value) === true || value === '') return false
  return !(Array.isArray(value) && value.length === 0)
}

function reportRefused(path: readonly Step[], context: Walk): undefined {
  const name = pattern(path)
  const message = `expected no ${path.at(-1)}: it would change recovery and is not modelled`
  context.report('refused-field', path, message, { at: 'key', hint: `see docs/MODEL.md#${anchorOf(context.kind, name)}` })
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
  const message = `unknown field ${JSON.stringify(name)}`
  const near = nearest(name, known)
  const hint = near === undefined ? suggestion(name, known) : `did you mean ${JSON.stringify(near)}?`
  context.report('unknown-field', path, message, {
    at: 'key',
    hint,
    ...(context.allowUnknownFields ? { severity: 'warning' as const } : {}),
  })
  return near ?? ''
}

function pattern(path: readonly Step[]): string {
  let text = ''
  for (const step of path) text += typeof step === 'number' ? '[]' : text === '' ? step : `.${step}`
  return text
}

function walkList(value: unknown, of: ValueType, path: Step[], context: Walk, quiet: boolean): undefined {
  if (!Array.isArray(value)) return context.report('wrong-type', path, `expected a list, got ${shown(value)}`)
  for (let i = 0; i < value.length; i++) {
    path.push(i)
    walkValue(value[i], of, path, context, quiet)
    path.pop()
  }
}

function walkMap(value: unknown, of: ValueType, path: Step[], context: Walk): undefined {
  if (!isMap(value)) return context.report('wrong-type', path, `expected a map, got ${shown(value)}`)
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
    return context.report('wrong-type', path, `expected a quantity such as 500m or 1Gi, got ${shown(value)}`)
  }
  const parsed = parseQuantity(value, resource)
  if (!parsed.ok) context.report('invalid-quantity', path, parsed.message, { hint: parsed.hint })
}

function checkScalar(value: unknown, type: ValueType, path: readonly Step[], context: Walk): undefined {
  switch (type.is) {
    case 'text':
      if (typeof value !== 'string') wrongText(value, path, context)
      return
    case 'boolean':
      if (typeof value !== 'boolean') context.report('wrong-type', path, `expected true or false, got ${shown(value)}`)
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
  context.report('wrong-type', path, `expected a text, got ${shown(value)}`, { hint })
}

function checkNumber(value: unknown, path: readonly Step[], context: Walk): undefined {
  if (typeof value !== 'number')
    return context.report('wrong-type', path, `expected a whole number, got ${shown(value)}`, numberHint(value))
  if (!Number.isFinite(value)) return context.report('not-finite', path, `expected a finite number, got ${value}`)
  if (!Number.isInteger(value)) return context.report('wrong-type', path, `expected a whole number, got ${value}`)
  if (!Number.isSafeInteger(value)) context.report('number-too-large', path, `expected a whole number below 2^53, got ${value}`)
}

const numberHint = (value: unknown): { hint?: string } =>
  typeof value === 'string' && /^\d+$/.test(value) ? { hint: `without quotes: ${value}` } : {}

function checkWord(value: unknown, words: readonly string[], path: readonly Step[], context: Walk): undefined {
  if (typeof value === 'string' && words.includes(value)) return
  const known = words.filter((one) => one !== '')
  const hint = typeof value === 'string' ? suggestion(value, known) : undefined
  context.report('unknown-value', path, `expected ${known.join(', ')}, got ${shown(value)}`, { hint })
}

export const isMap = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
