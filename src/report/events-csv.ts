import { formatSeconds } from '../kernel/time.ts'
import type { EventRow } from '../measure/record.ts'
import type { Study } from '../study/study.ts'
import { type Column, csv } from './csv.ts'

type Entry = EventRow & { readonly replication: number }

const COLUMNS: readonly Column<Entry>[] = [
  { name: 'replication', value: (entry) => entry.replication },
  { name: 't_s', value: (entry) => formatSeconds(entry.time) },
  { name: 'kind', value: (entry) => entry.kind },
  { name: 'object', value: (entry) => entry.object },
  { name: 'event', value: (entry) => entry.event },
  { name: 'detail', value: (entry) => entry.detail },
]

/** `<name>.events.csv`: what a recorder on the API would have seen, in the vocabulary of the recorded observations. */
export function eventsCsv({ results }: Study): Generator<string> {
  return csv(COLUMNS, entries(results))
}

function* entries(results: Study['results']): Generator<Entry> {
  for (const { replication, events } of results) for (const event of events) yield { replication, ...event }
}
