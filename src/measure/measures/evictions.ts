import { type Measure, perWorkload } from '../measure.ts'

/** Pods deleted from Nodes with a NoExecute taint. */
export const evictions: Measure = {
  name: 'evictions',
  doc: 'Pods deleted because their Node carries a NoExecute taint, inside the measured window.',
  unit: 'count',
  labels: ['workload'],
  better: 'lower',
  values: (records) => perWorkload('evictions', records, (ledger) => ledger.evictions),
}
