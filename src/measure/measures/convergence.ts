import { largest, type Measure } from '../measure.ts'

/** Fault to convergence of the slowest primary episode; what never converges is cut by the horizon. */
export const convergence: Measure = {
  name: 'convergence',
  doc: 'Time from the fault until exactly the desired Pods are ready and all of them serve, for good (stableFor).',
  unit: 's',
  labels: ['fault', 'workload'],
  better: 'lower',
  values: (records) =>
    largest('convergence', records, ({ converged, observed }) =>
      converged !== null ? { value: converged, censored: false } : { value: observed ?? 0, censored: true },
    ),
}
