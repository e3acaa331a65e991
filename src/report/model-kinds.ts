import { METADATA } from '../scenario/fields/metadata.ts'
import { POD_TEMPLATE } from '../scenario/fields/pod.ts'
import type { Field, Mark, ObjectType, ValueType } from '../scenario/fields/types.ts'
import { MODELLED_KINDS, type ModelledKind, NOT_MODELLED_KINDS, REFUSED_KINDS } from '../scenario/kinds.ts'
import { anchorOf } from '../scenario/walk.ts'
import { anchor, code, markdownTable } from './markdown.ts'
import { REFUSAL_REASONS } from './model-limits.ts'

/** The fields of one object inside a kind, by mark. */
interface Row {
  /** From the root of the kind, `spec.containers[]`. */
  readonly path: string
  readonly type: ObjectType
}

/** Types told once and referred to elsewhere. */
const ELSEWHERE: readonly (readonly [ObjectType, string])[] = [
  [METADATA, 'as [metadata](#metadata)'],
  [POD_TEMPLATE, 'as [Pod](#pod)'],
]

/** The object inside a type, and how a path goes on to it. */
function inner(type: ValueType, path: string): Row | undefined {
  if (type.is === 'object') return { path, type }
  return type.is === 'list' ? inner(type.of, `${path}[]`) : undefined
}

const join = (path: string, name: string): string => (path === '' ? name : `${path}.${name}`)

/** Whether an object has a row of its own: not when it is modelled to the last field, nor when only its presence counts. */
function hasRow(type: ObjectType): boolean {
  const fields = Object.values(type.fields)
  if (fields.every(({ mark }) => mark === 'accepted')) return false
  return !fields.every((field) => {
    const next = inner(field.type, '')
    return field.mark === 'modelled' && (next === undefined || !hasRow(next.type))
  })
}

/** The objects of a kind that have a row, depth first; those told elsewhere are not opened. */
function* rowsOf(row: Row): Generator<Row> {
  yield row
  for (const [name, field] of Object.entries(row.type.fields)) {
    const next = field.mark === 'modelled' ? inner(field.type, join(row.path, name)) : undefined
    if (next === undefined || !hasRow(next.type) || ELSEWHERE.some(([type]) => type === next.type)) continue
    yield* rowsOf(next)
  }
}

function named(type: ObjectType, mark: Mark, show: (name: string, field: Field) => string): string {
  return Object.entries(type.fields)
    .filter(([, field]) => field.mark === mark)
    .map(([name, field]) => show(name, field))
    .join(', ')
}

function shownField(name: string, { type, since }: Field): string {
  const elsewhere = ELSEWHERE.find(([other]) => other === type)
  return `${code(name)}${elsewhere === undefined ? '' : ` (${elsewhere[1]})`}${since === undefined ? '' : ` (≥ 1.${since})`}`
}

function shownRefused(kinds: readonly Prefixed[], path: string, name: string, { harmless }: Field): string {
  const anchors = kinds.map(({ kind, prefix }) => anchor(anchorOf(kind, join(`${prefix}${path}`, name))))
  const but = harmless === undefined ? '' : ` (but for ${harmless.map((value) => code(String(value))).join(', ')})`
  return `${anchors.join('')}${code(name)}${but}`
}

/** A kind, and what stands before a path of the table where that kind holds the same object. */
interface Prefixed {
  readonly kind: string
  readonly prefix: string
}

/** Kinds whose problems name a row of this kind's table: its own, and for Pods every kind with a Pod template. */
function sharing({ kind }: ModelledKind): readonly Prefixed[] {
  const own = [{ kind, prefix: '' }]
  if (kind !== 'Pod') return own
  const templates = MODELLED_KINDS.flatMap((other) =>
    [...rowsOf({ path: '', type: other.fields })]
      .filter(holdsTemplate)
      .map(({ path }) => ({ kind: other.kind, prefix: `${path}.template.` })),
  )
  return [...own, ...templates]
}

/** Whether an object has a Pod template, which is the field `template` of every kind. */
const holdsTemplate = ({ type }: Row): boolean => type.fields.template?.type === POD_TEMPLATE

const TABLE = ['in', 'modelled', 'ignored', 'refused', 'accepted']

function fieldTable(type: ObjectType, kinds: readonly Prefixed[]): string {
  const cells = [...rowsOf({ path: '', type })].map(({ path, type: object }) => [
    path === '' ? '' : code(path),
    named(object, 'modelled', shownField),
    named(object, 'ignored', shownField),
    named(object, 'refused', (name, field) => shownRefused(kinds, path, name, field)),
    named(object, 'accepted', code),
  ])
  return markdownTable(TABLE, cells)
}

/** The sections of docs/MODEL.md about kinds and their fields. */
export function kindSections(): string {
  const modelled = MODELLED_KINDS.map((kind) => `### ${kind.kind}\n\n${code(kind.apiVersion)}\n\n${fieldTable(kind.fields, sharing(kind))}`)
  const refused = REFUSED_KINDS.map((kind) => [`${anchor(kind.toLowerCase())}${kind}`, REFUSAL_REASONS[kind] ?? ''])
  return [
    '## Kinds',
    'Manifests are read as Kubernetes reads them. Every field of a kind has one of four marks: **modelled** (it decides something), **ignored** (known, without effect on recovery here; each is listed once when a scenario is read), **refused** (it would change recovery and is not modelled: an error), **accepted** (in silence: set by a server, or a detail of a field whose presence is all that counts). Any other field is an error with a suggestion; `--allow-unknown-fields` makes it a warning. A modelled object without a row of its own is modelled to its last field.',
    ...modelled,
    `### metadata\n\nOf every kind.\n\n${fieldTable(METADATA, [])}`,
    `### Refused kinds\n\nEach is an error: leaving it out would change the answer.\n\n${markdownTable(['kind', 'why'], refused)}`,
    `### Kinds left out\n\nThey have no effect on recovery here; how many there were is said when a scenario is read. So are custom resources.\n\n${NOT_MODELLED_KINDS.map(code).join(', ')}.`,
  ].join('\n\n')
}
