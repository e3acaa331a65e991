import type { Study, SummaryRow } from '../study/study.ts'
import { formatNumber } from './summary-csv.ts'
import { columns, type Paint, plural, shorten } from './text.ts'

/** Measures shown, in this order; all are per workload. */
const SHOWN = ['availability', 'up', 'restarts'] as const
const WORKLOADS = 12
const NAME = 40

/** For a scenario without faults: how its workloads fared over the whole run, the least available first. */
export function workloadTable({ summaries }: Study, paint: Paint): string[] {
  const rows = new Map<string, Map<string, SummaryRow>>()
  for (const summary of summaries) {
    const workload = /^workload="([^"]*)"$/.exec(summary.labels)?.[1]
    if (workload === undefined) continue
    const measures = rows.get(workload) ?? new Map<string, SummaryRow>()
    rows.set(workload, measures.set(summary.measure, summary))
  }
  if (rows.size === 0) return []
  const meanOf = (workload: string) => rows.get(workload)?.get('availability')?.mean ?? 1
  const names = [...rows.keys()].sort((a, b) => meanOf(a) - meanOf(b) || (a < b ? -1 : 1))
  const cells = names
    .slice(0, WORKLOADS)
    .map((workload) => [shorten(workload, NAME), ...SHOWN.map((measure) => cell(rows.get(workload)?.get(measure)))])
  const [heading = '', ...lines] = columns(['workload', ...SHOWN.map((measure) => `>${measure}`)], cells)
  return [
    `${paint.bold('No fault')}; means over the replications:`,
    ...[paint.dim(heading), ...lines].map((line) => `  ${line}`),
    ...(names.length > WORKLOADS ? [`  … and ${plural(names.length - WORKLOADS, 'more workload')}: see the summary`] : []),
  ]
}

function cell(summary: SummaryRow | undefined): string {
  if (summary === undefined || summary.mean === null) return '–'
  return summary.unit === 'share' ? `${(summary.mean * 100).toFixed(4)} %` : (formatNumber(summary.mean, summary.unit) ?? '–')
}
