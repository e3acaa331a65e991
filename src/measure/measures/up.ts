import { labelText, type Measure } from '../measure.ts'

/** The share of time with enough replicas. */
export const up: Measure = {
  name: 'up',
  doc: 'Share of the window with serving ≥ required (desired − maxUnavailable), per workload; without a label that of the worst workload.',
  unit: 'share',
  labels: ['workload'],
  better: 'higher',
  values({ ledgers, windowFrom, horizon }) {
    const window = horizon - windowFrom
    if (window <= 0 || ledgers.length === 0) return []
    const values = ledgers.map(({ name, windowUp }) => ({
      measure: 'up',
      labels: labelText({ workload: name }),
      value: windowUp / window,
      censored: false,
    }))
    const worst = Math.min(...values.map(({ value }) => value))
    return [{ measure: 'up', labels: '', value: worst, censored: false }, ...values]
  },
}
