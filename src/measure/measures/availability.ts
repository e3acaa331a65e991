import { labelText, type Measure } from '../measure.ts'

/** The share of wanted Pod time that was served. */
export const availability: Measure = {
  name: 'availability',
  doc: '1 − unserved_pod_s / (desired · window), per workload; without a label that of the worst workload.',
  unit: 'share',
  labels: ['workload'],
  better: 'higher',
  values(records) {
    const values = records.ledgers
      .filter(({ windowDesired }) => windowDesired > 0)
      .map(({ name, windowUnserved, windowDesired }) => ({
        measure: 'availability',
        labels: labelText({ workload: name }),
        value: 1 - windowUnserved / windowDesired,
        censored: false,
      }))
    if (values.length === 0) return []
    const worst = Math.min(...values.map(({ value }) => value))
    return [{ measure: 'availability', labels: '', value: worst, censored: false }, ...values]
  },
}
