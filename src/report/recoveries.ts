import type { Instant } from '../kernel/time.ts'
import type { OccurrenceRow, ReplicationResult } from '../measure/record.ts'
import { ascending, type Observation } from '../study/statistics/observation.ts'

/** What one fault did to one workload (`*`: to the slowest one), over all replications. */
export interface Recoveries {
  readonly workload: string
  /** Rows that opened an episode, with their replication. */
  readonly primary: readonly { readonly replication: number; readonly row: OccurrenceRow }[]
  /** Occurrences that joined an episode another one had opened. */
  readonly joined: number
  /** Seconds from the fault to convergence, ascending; cut by the horizon or lost for good: censored. */
  readonly convergence: readonly Observation[]
}

/** The recoveries from one fault, the slowest workload (by median, then worst case) first, `*` at the head when there are several. */
export function recoveriesOf(fault: string, results: readonly ReplicationResult[], horizon: Instant): Recoveries[] {
  const rows = new Map<string, { replication: number; row: OccurrenceRow }[]>()
  for (const { replication, rows: all } of results) {
    for (const row of all) {
      if (row.fault !== fault || row.outcome === 'unaffected') continue
      const list = rows.get(row.workload)
      if (list === undefined) rows.set(row.workload, [{ replication, row }])
      else list.push({ replication, row })
    }
  }
  const list = [...rows].map(([workload, touched]) => recoveries(workload, touched, horizon))
  const slowest = list.filter(({ workload }) => workload === '*')
  const each = list.filter(({ workload }) => workload !== '*').sort(bySlowness)
  return each.length > 1 ? [...slowest, ...each] : each
}

function recoveries(workload: string, touched: Recoveries['primary'], horizon: Instant): Recoveries {
  const primary = touched.filter(({ row }) => row.primary)
  const convergence = primary.map(({ row }) =>
    row.converged === null
      ? { value: Math.max(0, horizon - row.time) / 1e6, censored: true }
      : { value: row.converged / 1e6, censored: false },
  )
  return { workload, primary, joined: touched.length - primary.length, convergence: ascending(convergence) }
}

function bySlowness(a: Recoveries, b: Recoveries): number {
  return middle(b) - middle(a) || worst(b) - worst(a) || (a.workload < b.workload ? -1 : 1)
}

const middle = ({ convergence }: Recoveries) => convergence[(convergence.length - 1) >> 1]?.value ?? -1
const worst = ({ convergence }: Recoveries) => convergence.at(-1)?.value ?? -1
