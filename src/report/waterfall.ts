import { STAGES } from '../measure/record.ts'
import type { Recoveries } from './recoveries.ts'
import { briefSeconds, type Paint, shorten } from './text.ts'

/** Columns of the bars. */
const WIDTH = 48
const EIGHTHS = ['', '▏', '▎', '▍', '▌', '▋', '▊', '▉']

/** The row in the middle of those that converged and know their stages, by convergence time, then replication; null when there is none. */
export function medianRecovery({ primary }: Recoveries): Recoveries['primary'][number] | null {
  const known = primary.filter(({ row }) => row.stages !== null && row.converged !== null)
  known.sort((a, b) => (a.row.converged ?? 0) - (b.row.converged ?? 0) || a.replication - b.replication || a.row.time - b.row.time)
  return known[(known.length - 1) >> 1] ?? null
}

/** Where the time of the median recovery went: one bar per stage, each beginning where the one before ends. */
export function waterfall(recoveries: Recoveries, paint: Paint): string[] {
  const median = medianRecovery(recoveries)
  const total = median?.row.converged ?? 0
  if (median === null || total === 0) return []
  const { row, replication } = median
  const lines = [
    `  Median recovery of ${shorten(row.workload, 40)} (replication ${replication}): ${paint.bold(`${briefSeconds(total / 1e6)} s`)}, of which`,
  ]
  let begin = 0
  for (const stage of STAGES) {
    const time = row.stages?.[stage] ?? 0
    if (time === 0) continue
    const share = `${Math.round((100 * time) / total)} %`
    const figures = `    ${stage.padEnd(9)} ${briefSeconds(time / 1e6).padStart(8)} s ${share.padStart(5)}  `
    lines.push(`${figures}${paint.cyan(bar(begin / total, time / total))}`)
    begin += time
  }
  return lines
}

/** A bar over `share` of the width that begins at `from`: its length in eighths of a column, never invisible. */
export function bar(from: number, share: number): string {
  const start = Math.min(WIDTH - 1, Math.round(from * WIDTH))
  const eighths = Math.max(1, Math.round(share * WIDTH * 8))
  return `${' '.repeat(start)}${'█'.repeat(Math.floor(eighths / 8))}${EIGHTHS[eighths % 8]}`
}
