import { largest, type Measure } from '../measure.ts'

/** Fault to the first sign that anything noticed it. */
export const detection: Measure = {
  name: 'detection',
  doc: 'Time from the fault until the Node leaves Ready=True, or the kubelet notices the dead container.',
  unit: 's',
  labels: ['fault', 'workload'],
  better: 'lower',
  values: (records) => largest('detection', records, ({ detected }) => (detected === null ? null : { value: detected, censored: false })),
}
