import { largest, type Measure } from '../measure.ts'
import { STAGES, type Stage } from '../record.ts'

const stageMeasure = (stage: Stage): Measure => ({
  name: `stage.${stage}`,
  doc: `Time that the replica which converged last spent in stage ${stage}.`,
  unit: 's',
  labels: ['fault', 'workload'],
  better: 'lower',
  values: (records) =>
    largest(`stage.${stage}`, records, ({ stages }) => (stages === null ? null : { value: stages[stage], censored: false })),
})

/** One measure per stage of a recovery. */
export const stages: readonly Measure[] = STAGES.map(stageMeasure)
