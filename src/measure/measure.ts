import type { Instant } from '../kernel/time.ts'
import type { MeasureWord } from '../scenario/vocabulary.ts'
import type { MeasureValue, OccurrenceRow } from './record.ts'
import type { ServiceWindow } from './traffic/traffic.ts'
import type { WorkloadLedger } from './workload-ledger.ts'

/** What one replication recorded, for measures to read. */
export interface Records {
  /** Every row, those of `*` included. */
  readonly rows: readonly OccurrenceRow[]
  readonly ledgers: readonly WorkloadLedger[]
  /** What clients of each Service saw inside the window. */
  readonly services: readonly ServiceWindow[]
  readonly windowFrom: Instant
  readonly horizon: Instant
}

/** A question with one number per (replication, labels) for an answer. */
export interface Measure extends MeasureWord {
  values(records: Records): readonly MeasureValue[]
}

/** Label text: names in alphabetical order; empty parts are left out. */
export function labelText(labels: { readonly fault?: string; readonly service?: string; readonly workload?: string }): string {
  const parts: string[] = []
  if (labels.fault !== undefined) parts.push(`fault="${labels.fault}"`)
  if (labels.service !== undefined) parts.push(`service="${labels.service}"`)
  if (labels.workload !== undefined) parts.push(`workload="${labels.workload}"`)
  return parts.join(',')
}

/** One row's answer: a value, or that the end of the run cut it at that value; null when it has none. */
export type RowAnswer = { readonly value: number; readonly censored: boolean } | null

/**
 * The largest answer of the primary rows: over the replication, per fault, per workload, and per both. One censored row makes its maximum censored, for the true one
 * may be larger.
 */
export function largest(measure: string, records: Records, answer: (row: OccurrenceRow) => RowAnswer): MeasureValue[] {
  const groups = new Map<string, { value: number; censored: boolean }>()
  for (const row of records.rows) {
    if (!row.primary || row.workload === '*') continue
    const given = answer(row)
    if (given === null) continue
    const { fault, workload } = row
    for (const labels of [labelText({}), labelText({ fault }), labelText({ workload }), labelText({ fault, workload })]) {
      const group = groups.get(labels)
      groups.set(labels, {
        value: Math.max(group?.value ?? Number.NEGATIVE_INFINITY, given.value),
        censored: given.censored || (group?.censored ?? false),
      })
    }
  }
  return inLabelOrder([...groups].map(([labels, { value, censored }]) => ({ measure, labels, value, censored })))
}

/** One number per workload, and `total` of them without a label. */
export function perWorkload(measure: string, records: Records, value: (ledger: WorkloadLedger) => number): MeasureValue[] {
  const values = records.ledgers.map((ledger) => ({
    measure,
    labels: labelText({ workload: ledger.name }),
    value: value(ledger),
    censored: false,
  }))
  const total = values.reduce((sum, each) => sum + each.value, 0)
  return inLabelOrder([{ measure, labels: '', value: total, censored: false }, ...values])
}

/** Some of the requests to a Service: as time of one client, and as requests where the scenario says how many there are. */
export interface RequestShare {
  readonly time: number
  readonly requests: number | null
}

/**
 * A share of the requests to each Service: of its requests where the scenario gives a load, else of the time of one client. Without a label that of all requests; where
 * no Service has a load each counts for the time that it had clients.
 */
export function perService(measure: string, records: Records, part: (window: ServiceWindow) => RequestShare): MeasureValue[] {
  const windows = records.services.filter(({ total }) => total > 0)
  const shareOf = (of: readonly ServiceWindow[]): number | null => {
    const loaded = of.filter(({ requests }) => (requests?.sent ?? 0) > 0)
    const requested = loaded.length > 0
    const bad = requested ? sumOf(loaded, (one) => part(one).requests ?? 0) : sumOf(of, (one) => part(one).time)
    const all = requested ? sumOf(loaded, ({ requests }) => requests?.sent ?? 0) : sumOf(of, ({ total }) => total)
    return all > 0 ? bad / all : null
  }
  const labelled = [
    ...windows.map((window) => ({ labels: labelText({ service: window.name }), of: [window] })),
    { labels: '', of: windows },
  ]
  const values = labelled.flatMap(({ labels, of }) => {
    const value = shareOf(of)
    return value === null ? [] : [{ measure, labels, value, censored: false }]
  })
  return inLabelOrder(values)
}

const sumOf = <Item>(items: readonly Item[], value: (item: Item) => number): number => items.reduce((sum, item) => sum + value(item), 0)

function inLabelOrder(values: MeasureValue[]): MeasureValue[] {
  return values.sort((a, b) => (a.labels < b.labels ? -1 : a.labels > b.labels ? 1 : 0))
}
