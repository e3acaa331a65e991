import { type Measure, perService } from '../measure.ts'

/** Requests that go nowhere. */
export const noEndpoint: Measure = {
  name: 'no_endpoint',
  doc: 'Share of the requests to a Service, inside the measured window, that find no endpoint and are refused at once; without a label of all requests.',
  unit: 'share',
  labels: ['service'],
  better: 'lower',
  values: (records) =>
    perService('no_endpoint', records, (window) => ({ time: window.noEndpoint, requests: window.requests?.refused ?? null })),
}
