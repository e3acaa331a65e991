import { type OccurrenceRow, type Outcome, STAGES } from './record.ts'
import type { Recorded } from './recovery.ts'

/** Worse outcomes speak for the occurrence. */
const SEVERITY: readonly Outcome[] = ['unaffected', 'converged', 'lost', 'censored']

const INSTANTS = [
  'detected',
  'evictedFirst',
  'evictedLast',
  'createdFirst',
  'createdLast',
  'scheduledLast',
  'startedLast',
  'readyLast',
  'believed',
  'converged',
  'observed',
  'endpoints',
] as const

/** Every row of a replication: for each occurrence in order of time its workloads by name, then the row of the occurrence itself. */
export function occurrenceRows(occurrences: readonly Recorded[]): OccurrenceRow[] {
  return occurrences.flatMap((recorded) => {
    const { end } = recorded
    const rows = recorded.rows
      .map((row): OccurrenceRow => ({ ...row, end }))
      .sort((a, b) => (a.workload < b.workload ? -1 : a.workload > b.workload ? 1 : 0))
    return [...rows, ofOccurrence(recorded, rows)]
  })
}

/** The row of the occurrence itself: times are the maximum over its rows, amounts their sum; stages are those of the row that converged last. */
function ofOccurrence({ occurrence, end }: Recorded, rows: readonly OccurrenceRow[]): OccurrenceRow {
  const outcome = rows.reduce<Outcome>(
    (worst, row) => (SEVERITY.indexOf(row.outcome) > SEVERITY.indexOf(worst) ? row.outcome : worst),
    'unaffected',
  )
  const whole = outcome === 'converged'
  const latest = rows.reduce<OccurrenceRow | null>((last, row) => ((row.converged ?? -1) > (last?.converged ?? -1) ? row : last), null)
  const instants = Object.fromEntries(INSTANTS.map((name) => [name, maximum(rows.map((row) => row[name]))])) as Record<
    (typeof INSTANTS)[number],
    number | null
  >
  return {
    fault: occurrence.fault,
    faultKind: occurrence.faultKind,
    occurrence: occurrence.number,
    targets: occurrence.targets,
    time: occurrence.time,
    end,
    workload: '*',
    episode: null,
    primary: rows.some(({ primary }) => primary),
    desired: null,
    lost: rows.reduce((sum, row) => sum + row.lost, 0),
    ...instants,
    converged: whole ? instants.converged : null,
    minServing: null,
    minReady: null,
    unservedPodTime: rows.length === 0 ? null : rows.reduce((sum, row) => sum + (row.unservedPodTime ?? 0), 0),
    errorTime: maximum(rows.map((row) => row.errorTime)),
    noEndpointTime: maximum(rows.map((row) => row.noEndpointTime)),
    restarts: rows.reduce((sum, row) => sum + row.restarts, 0),
    outcome,
    stages: whole && latest !== null ? latest.stages : null,
  }
}

function maximum(values: readonly (number | null)[]): number | null {
  return values.reduce<number | null>((largest, value) => (value === null ? largest : Math.max(largest ?? value, value)), null)
}

/** Whether the stages of a row partition its convergence exactly: an invariant of every result. */
export function stagesAddUp({ converged, stages }: OccurrenceRow): boolean {
  if (stages === null || converged === null) return stages === null
  return STAGES.reduce((sum, stage) => sum + stages[stage], 0) === converged
}
