import { labelText, type Measure } from '../measure.ts'
import { steadyStateOf } from '../steady-state.ts'

/** The availability that faults which come again and again leave in the long run, whatever the beginning was like. */
export const availabilityLongrun: Measure = {
  name: 'availability.longrun',
  doc: 'Availability without its warm-up (MSER-5), where a fault has `every`, per workload; without a label that of the worst workload.',
  unit: 'share',
  labels: ['workload'],
  better: 'higher',
  values({ ledgers }) {
    const values = ledgers.flatMap(({ name, course, windowDesired }) => {
      const steady = course === null || windowDesired === 0 ? null : steadyStateOf(course.availability)
      if (steady === null) return []
      const batches = steady.batches === null ? {} : { batches: steady.batches }
      return [{ measure: 'availability.longrun', labels: labelText({ workload: name }), value: steady.mean, censored: false, ...batches }]
    })
    const [first] = values
    if (first === undefined) return []
    return [{ ...values.reduce((worst, one) => (one.value < worst.value ? one : worst), first), labels: '' }, ...values]
  },
}
