import { invalidValue, type Report } from '../problems.ts'
import type { Profile } from '../profile.ts'
import { parseQuantity } from '../quantities.ts'
import type { LabelSelector, Labels, Manifest, Operator, Requirement, Resources } from '../specs.ts'

/**
 * Converters turn a manifest that has passed the walk into its spec, with Kubernetes' defaults. The walk has checked every type, so they
 * read values as what they are; null is absent throughout, as in Go.
 */
export type Raw = { readonly [field: string]: RawValue }
/** A value inside a manifest, of the type its field list says. */
// biome-ignore lint/suspicious/noExplicitAny: the walk has checked each value against the field lists; types are given back where values are used
export type RawValue = any

/** What every manifest has, but for its kind. */
export type Identity = Omit<Manifest, 'kind'>

/** What converters need beside the manifest. */
export interface Conversion {
  readonly profile: Profile
  readonly report: Report
}

type Path = readonly (string | number)[]

/** A list, or none. */
export const items = (value: RawValue): readonly RawValue[] => value ?? []

/** A map of texts, nulls left out. */
export function textMap(value: RawValue): Labels {
  if (value === undefined || value === null) return {}
  const entries = Object.entries(value as Record<string, string | null>)
  return Object.fromEntries(entries.map(([key, text]) => [key, text ?? '']))
}

/** Amounts by resource name; the walk has checked that they parse. */
export function resources(value: RawValue): Resources {
  const amounts: Record<string, number> = {}
  for (const [name, written] of Object.entries((value ?? {}) as Record<string, string | number>)) {
    const parsed = parseQuantity(written, name)
    if (parsed.ok) amounts[name] = parsed.value
  }
  return amounts
}

/** Rows of a selector, in the order given; `path` is where they stand. */
export function requirements(value: RawValue, path: Path, { report }: Conversion): Requirement[] {
  return items(value).map((row: RawValue, i) => {
    const operator: Operator = row.operator
    const values: readonly string[] = items(row.values)
    const message = valuesMessage(operator, values)
    if (message !== undefined) report([...path, i, 'values'], invalidValue(`${message}, got ${values.length}`))
    return { key: row.key, operator, values }
  })
}

function valuesMessage(operator: Operator, values: readonly string[]): string | undefined {
  if (operator === 'In' || operator === 'NotIn')
    return values.length === 0 ? `expected at least one value with operator ${operator}` : undefined
  if (operator === 'Exists' || operator === 'DoesNotExist') {
    return values.length > 0 ? `expected no values with operator ${operator}` : undefined
  }
  return values.length !== 1 || !/^-?\d+$/.test(values[0] as string) ? `expected one whole number with operator ${operator}` : undefined
}

/** A label selector; absent when the manifest has none. */
export function labelSelector(value: RawValue, path: Path, conversion: Conversion): LabelSelector | undefined {
  if (value === undefined || value === null) return undefined
  return {
    matchLabels: textMap(value.matchLabels),
    matchExpressions: requirements(value.matchExpressions, [...path, 'matchExpressions'], conversion),
  }
}

/** `{ [name]: value }`, or nothing when there is none: for optional fields under exactOptionalPropertyTypes. */
export function optional<Name extends string, Value>(name: Name, value: Value | null | undefined): { [Key in Name]?: Value } {
  return value === undefined || value === null ? {} : ({ [name]: value } as { [Key in Name]?: Value })
}
