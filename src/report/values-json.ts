import { z } from 'zod'
import type { Observation } from '../study/statistics/observation.ts'
import type { ValueSeries, ValueSet } from '../study/value-set.ts'

/** Raised whenever a field changes its meaning or goes away. */
const VALUES_VERSION = 1

/** A number, null where the replication has none, or `>842.5` where the horizon cut it. */
type Cell = number | string | null

const NUMBER = z.number().nullable()
const SERIES = z.object({
  ...{ measure: z.string(), labels: z.string(), unit: z.enum(['s', 'count', 'share', 'pod·s']), n: z.number(), censored: z.number() },
  ...{ mean: NUMBER, deviation: NUMBER, column: z.number().int().nonnegative().nullable() },
})
const FILE = z.object({
  ...{
    schemaVersion: z.literal(VALUES_VERSION),
    scenario: z.string(),
    inputs: z.string(),
    model: z.string(),
    v8: z.string(),
    seed: z.string(),
  },
  replications: z.number().int().positive(),
  files: z.record(z.string(), z.string()),
  measures: z.array(z.string()),
  fingerprints: z.array(z.string()),
  series: z.array(SERIES),
  columns: z.array(z.array(z.union([z.number(), z.null(), z.string().regex(/^>\d/)]))),
})

/** A study's numbers, and the SHA-256 of the result files that belong to them, by the end of their names. */
export interface ValuesFile {
  readonly set: ValueSet
  readonly files: Readonly<Record<string, string>>
}

/** How much of the numbers a file keeps: every value, their summary, or the summary without what concerns single workloads. */
export type Detail = 'values' | 'summary' | 'totals'

/** `<name>.values.json`: one line per series and one per column of values, so that a difference of two versions can be read; equal columns are kept once. */
export function valuesJson({ set, files }: ValuesFile, detail: Detail = 'values'): string {
  const columns = new Map<string, number>()
  const series = set.series.flatMap(({ values, ...rest }) => {
    if (detail === 'totals' && rest.labels.includes('workload="')) return []
    const column = detail !== 'values' || values === null ? null : place(columns, JSON.stringify(values.map(cell)))
    return [JSON.stringify({ ...rest, column })]
  })
  const { scenario, inputs, model, v8, seed, replications, measures, fingerprints } = set
  const head = { schemaVersion: VALUES_VERSION, scenario, inputs, model, v8, seed, replications, files, measures, fingerprints }
  const fields = Object.entries(head).map(([name, value]) => `  ${JSON.stringify(name)}: ${JSON.stringify(value)}`)
  return `{\n${[...fields, list('series', series), list('columns', [...columns.keys()])].join(',\n')}\n}\n`
}

/** Reads what `valuesJson` wrote; a text says what is wrong with it. */
export function readValues(text: string): ValuesFile | string {
  let json: unknown
  try {
    json = JSON.parse(text)
  } catch (error) {
    return `it is not JSON: ${error instanceof Error ? error.message : String(error)}`
  }
  const parsed = FILE.safeParse(json)
  if (!parsed.success) {
    const [issue] = parsed.error.issues
    return `${issue?.path.join('.') || 'the document'}: ${issue?.message ?? 'not what run writes'}`
  }
  const { files, columns, schemaVersion: _, series, ...rest } = parsed.data
  const short = columns.findIndex((column) => column.length !== rest.replications)
  if (short >= 0) return `columns.${short}: expected ${rest.replications} values, one per replication`
  const observed = columns.map((column) => column.map(observation))
  const full = series.map(({ column, ...one }): ValueSeries => ({ ...one, values: column === null ? null : (observed[column] ?? null) }))
  return { set: { ...rest, series: full }, files }
}

function place(columns: Map<string, number>, text: string): number {
  const at = columns.get(text) ?? columns.size
  columns.set(text, at)
  return at
}

function list(name: string, lines: readonly string[]): string {
  return lines.length === 0 ? `  "${name}": []` : `  "${name}": [\n${lines.map((line) => `    ${line}`).join(',\n')}\n  ]`
}

const cell = (one: Observation | null): Cell => (one === null ? null : one.censored ? `>${one.value}` : one.value)

function observation(one: Cell): Observation | null {
  if (one === null) return null
  return typeof one === 'string' ? { value: Number(one.slice(1)), censored: true } : { value: one, censored: false }
}
