import { type Measure, perWorkload } from '../measure.ts'

/** Pods deleted from Nodes that were thought lost, and were not. */
export const falseEvictions: Measure = {
  name: 'false_evictions',
  doc: 'Of the evictions, Pods whose machine had power and whose containers all ran: left alone, they would have served on.',
  unit: 'count',
  labels: ['workload'],
  better: 'lower',
  values: (records) => perWorkload('false_evictions', records, (ledger) => ledger.falseEvictions),
}
