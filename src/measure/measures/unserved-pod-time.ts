import { type Measure, perWorkload } from '../measure.ts'

/** How much service was missing, in truth. */
export const unservedPodTime: Measure = {
  name: 'unserved_pod_s',
  doc: '∫ max(0, desired − serving) dt inside the measured window.',
  unit: 'pod·s',
  labels: ['workload'],
  better: 'lower',
  values: (records) => perWorkload('unserved_pod_s', records, ({ windowUnserved }) => windowUnserved),
}
