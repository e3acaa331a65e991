import type { OccurrenceRow, Outcome, ReplicationResult } from '../measure/record.ts'
import type { Scenario } from '../scenario/scenario.ts'

/** A row and the replication it stems from. */
export interface ReportedRow {
  readonly replication: number
  readonly row: OccurrenceRow
}

/** The rows that `measure.rows` asks for, in order of replication: all, none, or those of the N worst occurrences of the study. */
export function reportedRows(results: readonly ReplicationResult[], rows: Scenario['measure']['rows']): ReportedRow[] {
  if (rows === 'none') return []
  const all = results.flatMap(({ replication, rows }) => rows.map((row) => ({ replication, row })))
  if (rows === 'occurrence') return all
  const worst = all.filter(({ row }) => row.workload === '*').sort((a, b) => badness(b.row) - badness(a.row) || order(a, b))
  const kept = new Set(worst.slice(0, rows.worst).map(key))
  return all.filter((one) => kept.has(key(one)))
}

const SEVERITY: Readonly<Record<Outcome, number>> = { unaffected: 0, converged: 1, censored: 2, lost: 3 }

/** Lost is worse than cut by the horizon, that worse than any convergence, and a late convergence worse than an early one. */
function badness({ outcome, converged }: OccurrenceRow): number {
  return SEVERITY[outcome] * 2 ** 50 + (converged ?? 0)
}

function key({ replication, row }: ReportedRow): string {
  return `${replication} ${row.occurrence} ${row.fault}`
}

function order(a: ReportedRow, b: ReportedRow): number {
  return a.replication - b.replication || a.row.time - b.row.time || (key(a) < key(b) ? -1 : 1)
}
