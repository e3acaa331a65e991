/**
 * The complete field lists of Kubernetes kinds as data. Each field has a mark:
 * `modelled` (read), `ignored` (known, has no effect here; listed once), `refused` (would change recovery and is not modelled; an error that
 * names its row of docs/MODEL.md) or `accepted` (in silence: set by a server, or a detail of a field that says it all).
 */
export type Mark = 'modelled' | 'ignored' | 'refused' | 'accepted'

/** What a field may hold. */
export type ValueType =
  | { readonly is: 'text' | 'integer' | 'number' | 'boolean' | 'quantity' | 'integerOrText' | 'anything' }
  | { readonly is: 'word'; readonly words: readonly string[] }
  | { readonly is: 'list'; readonly of: ValueType }
  | { readonly is: 'map'; readonly of: ValueType }
  | ObjectType

/** A map with known fields. */
export interface ObjectType {
  readonly is: 'object'
  readonly fields: Readonly<Record<string, Field>>
  readonly required: readonly string[]
}

/** One field: its mark and what it may hold. */
export interface Field {
  readonly mark: Mark
  readonly type: ValueType
  /** Values of a refused field that change nothing. */
  readonly harmless?: readonly unknown[]
  /** First minor release whose API server knows a modelled field. */
  readonly since?: number
  /** Smallest whole number allowed. */
  readonly min?: number
  readonly max?: number
}
/** Fields by name. */
export type Fields = Readonly<Record<string, Field>>

type Types = Readonly<Record<string, ValueType>>
const marked =
  (mark: Mark) =>
  (types: Types): Fields =>
    Object.fromEntries(Object.entries(types).map(([name, type]) => [name, { mark, type }]))

/** Fields the model reads. */
export const modelled = marked('modelled')
/** Fields without effect here. */
export const ignored = marked('ignored')
/** Fields that would change recovery. */
export const refused = marked('refused')
/** Fields a server fills in, and details. */
export const accepted = marked('accepted')

/** A map with these fields; `required` must be there. */
export const object = (fields: Fields, required: readonly string[] = []): ObjectType => ({ is: 'object', fields, required })
/** A list of such values. */
export const list = (of: ValueType): ValueType => ({ is: 'list', of })
/** A map from any name to such values. */
export const mapOf = (of: ValueType): ValueType => ({ is: 'map', of })
/** One of these words. */
export const word = (...words: string[]): ValueType => ({ is: 'word', words })

/** A text. */
export const text: ValueType = { is: 'text' }
/** A whole number. */
export const integer: ValueType = { is: 'integer' }
/** true or false. */
export const boolean: ValueType = { is: 'boolean' }
/** A Kubernetes quantity. */
export const quantity: ValueType = { is: 'quantity' }
/** A whole number or a text, such as a port or 25%. */
export const integerOrText: ValueType = { is: 'integerOrText' }
/** Any value. */
export const anything: ValueType = { is: 'anything' }
/** A list of texts. */
export const texts = list(text)
/** A map of texts, such as labels. */
export const textMap = mapOf(text)

/** An object whose fields are known and say nothing more: what lies under an ignored field, or under one whose presence is all that counts. */
export const plain = (types: Types): ObjectType => object(accepted(types))

/** A whole number of at least `min`, which the model reads. */
export const atLeast = (min: number, max?: number): Field => ({
  mark: 'modelled',
  type: integer,
  min,
  ...(max === undefined ? {} : { max }),
})
