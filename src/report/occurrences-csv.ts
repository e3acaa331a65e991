import { formatSeconds } from '../kernel/time.ts'
import { type OccurrenceRow, STAGES } from '../measure/record.ts'
import type { Study } from '../study/study.ts'
import { type Column, csv } from './csv.ts'
import { reportedRows } from './rows.ts'

/** One row with the replication it stems from. */
interface Entry {
  readonly scenario: string
  readonly seed: string
  readonly replication: number
  readonly row: OccurrenceRow
}

type Times = {
  [Field in keyof OccurrenceRow]: OccurrenceRow[Field] extends number | null ? Field : never
}[keyof OccurrenceRow]

const seconds = (name: string, field: Times): Column<Entry> => ({
  name: `${name}_s`,
  value: ({ row }) => (row[field] === null ? null : formatSeconds(row[field])),
})
const plain = (name: string, value: (row: OccurrenceRow) => string | number | boolean | null): Column<Entry> => ({
  name,
  value: ({ row }) => value(row),
})

/** The columns of `<name>.csv`; they are only ever appended. */
const COLUMNS: readonly Column<Entry>[] = [
  { name: 'scenario', value: ({ scenario }) => scenario },
  { name: 'replication', value: ({ replication }) => replication },
  { name: 'seed', value: ({ seed }) => seed },
  plain('fault', (row) => row.fault),
  plain('fault_kind', (row) => row.faultKind),
  plain('occurrence', (row) => row.occurrence),
  plain('targets', (row) => row.targets.join(' ')),
  seconds('fault_time', 'time'),
  seconds('fault_end', 'end'),
  plain('workload', (row) => row.workload),
  plain('episode', (row) => row.episode),
  plain('primary', (row) => row.primary),
  plain('desired', (row) => row.desired),
  plain('lost', (row) => row.lost),
  seconds('detected', 'detected'),
  seconds('evicted_first', 'evictedFirst'),
  seconds('evicted_last', 'evictedLast'),
  seconds('created_first', 'createdFirst'),
  seconds('created_last', 'createdLast'),
  seconds('scheduled_last', 'scheduledLast'),
  seconds('started_last', 'startedLast'),
  seconds('ready_last', 'readyLast'),
  seconds('believed', 'believed'),
  seconds('converged', 'converged'),
  seconds('observed', 'observed'),
  seconds('endpoints', 'endpoints'),
  plain('min_serving', (row) => row.minServing),
  plain('min_ready', (row) => row.minReady),
  seconds('unserved_pod', 'unservedPodTime'),
  seconds('error', 'errorTime'),
  seconds('no_endpoint', 'noEndpointTime'),
  plain('restarts', (row) => row.restarts),
  plain('outcome', (row) => row.outcome),
  ...STAGES.map((stage) => plain(`stage_${stage}_s`, (row) => (row.stages === null ? null : formatSeconds(row.stages[stage])))),
]

/** `<name>.csv`: one row for each (replication, occurrence, touched workload) and one for the occurrence itself; times are seconds after the fault. */
export function occurrencesCsv({ scenario, results }: Study): Generator<string> {
  const { name, seed } = scenario
  return csv(
    COLUMNS,
    reportedRows(results, scenario.measure.rows).map((one) => ({ scenario: name, seed, ...one })),
  )
}
