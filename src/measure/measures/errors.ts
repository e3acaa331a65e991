import { type Measure, perService } from '../measure.ts'

/** Requests that go to dead endpoints. */
export const errors: Measure = {
  name: 'errors',
  doc: 'Share of the requests to a Service, inside the measured window, that are sent to endpoints which do not serve; without a label of all requests.',
  unit: 'share',
  labels: ['service'],
  better: 'lower',
  values: (records) => perService('errors', records, ({ error, requests }) => ({ time: error, requests: requests?.failed ?? null })),
}
