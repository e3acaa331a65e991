import { type Measure, perWorkload } from '../measure.ts'

/** Container instances after the first of their Pod. */
export const restarts: Measure = {
  name: 'restarts',
  doc: 'Containers restarted in place inside the measured window.',
  unit: 'count',
  labels: ['workload'],
  better: 'lower',
  values: (records) => perWorkload('restarts', records, (ledger) => ledger.restarts),
}
