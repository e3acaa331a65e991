import { formatSeconds } from '../kernel/time.ts'
import type { TimelineRow } from '../measure/record.ts'
import type { Study } from '../study/study.ts'
import { type Column, csv } from './csv.ts'

type Step = TimelineRow & { readonly replication: number }

const COLUMNS: readonly Column<Step>[] = [
  { name: 'replication', value: (step) => step.replication },
  { name: 'time_s', value: (step) => formatSeconds(step.time) },
  { name: 'workload', value: (step) => step.workload },
  { name: 'desired', value: (step) => step.desired },
  { name: 'serving', value: (step) => step.serving },
  { name: 'ready', value: (step) => step.ready },
  { name: 'available', value: (step) => step.available },
]

/** `<name>.timeline.csv`: what holds of a workload from `time_s` on. */
export function timelineCsv({ results }: Study): Generator<string> {
  return csv(COLUMNS, steps(results))
}

function* steps(results: Study['results']): Generator<Step> {
  for (const { replication, timeline } of results) for (const step of timeline) yield { replication, ...step }
}
