import { byCodeUnit } from './text.ts'

/** JSON with the fields of every map in order of their names, so that two texts that say the same are the same. */
export function canonicalJson(value: unknown): string {
  return JSON.stringify(sorted(value))
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted)
  if (typeof value !== 'object' || value === null) return value
  const fields = value as Readonly<Record<string, unknown>>
  const entries = Object.keys(fields)
    .sort(byCodeUnit)
    .map((name) => [name, sorted(fields[name])] as const)
  return Object.fromEntries(entries)
}

/** What the inputs hash is made of: the scenario after overrides, overrides of manifests, and the text of every file read. */
export function canonicalInputs(scenario: unknown, manifestOverrides: readonly string[], files: ReadonlyMap<string, string>): string {
  const texts = [...files].sort(([a], [b]) => byCodeUnit(a, b))
  return canonicalJson({ scenario, manifestOverrides, files: texts })
}
