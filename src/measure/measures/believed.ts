import { largest, type Measure } from '../measure.ts'

/** The same as convergence on store data alone. */
export const believed: Measure = {
  name: 'believed',
  doc: 'Time from the fault until the API again shows the desired number of ready Pods, whatever truly serves.',
  unit: 's',
  labels: ['fault', 'workload'],
  better: 'lower',
  values: (records) => largest('believed', records, (row) => (row.believed === null ? null : { value: row.believed, censored: false })),
}
