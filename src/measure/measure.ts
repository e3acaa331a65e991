import type { Instant } from '../kernel/time.ts'
import type { MeasureWord } from '../scenario/vocabulary.ts'
import type { MeasureValue, OccurrenceRow } from './record.ts'
import type { WorkloadLedger } from './workload-ledger.ts'

/** What one replication recorded, for measures to read. */
export interface Records {
  /** Every row, those of `*` included. */
  readonly rows: readonly OccurrenceRow[]
  readonly ledgers: readonly WorkloadLedger[]
  readonly windowFrom: Instant
  readonly horizon: Instant
}

/** A question with one number per (replication, labels) for an answer. */
export interface Measure extends MeasureWord {
  values(records: Records): readonly MeasureValue[]
}

/** Label text: names in alphabetical order; empty parts are left out. */
export function labelText(labels: { readonly fault?: string; readonly workload?: string }): string {
  const parts: string[] = []
  if (labels.fault !== undefined) parts.push(`fault="${labels.fault}"`)
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

function inLabelOrder(values: MeasureValue[]): MeasureValue[] {
  return values.sort((a, b) => (a.labels < b.labels ? -1 : a.labels > b.labels ? 1 : 0))
}
