import type { Instant } from '../kernel/time.ts'
import type { Scenario } from '../scenario/scenario.ts'

/** Steps of a course: fifty for each of twenty batches, and as many again for a warm-up. */
const STEPS = 2000

/** How much of what a workload wanted was served, over equal steps of the measured window. */
export class Course {
  private readonly from: number
  private readonly step: number
  private readonly missing = new Float64Array(STEPS)
  private readonly desired = new Float64Array(STEPS)

  constructor(from: Instant, horizon: Instant) {
    this.from = from
    this.step = Math.max(1, (horizon - from) / STEPS)
  }

  /** From one instant to another this many Pods were wanted, and this many of them missing. */
  add(from: Instant, to: Instant, missing: number, desired: number): void {
    let at = Math.max(from, this.from)
    while (at < to) {
      const step = Math.min(STEPS - 1, Math.floor((at - this.from) / this.step))
      const end = step === STEPS - 1 ? to : Math.min(to, this.from + (step + 1) * this.step)
      const time = Math.max(end, at + 1) - at
      this.missing[step] = (this.missing[step] as number) + missing * time
      this.desired[step] = (this.desired[step] as number) + desired * time
      at += time
    }
  }

  /** The share served in each step; 1 where nothing was wanted. */
  get availability(): number[] {
    return Array.from(this.missing, (missing, i) => (this.desired[i] === 0 ? 1 : 1 - missing / (this.desired[i] as number)))
  }
}

/** An empty course where a fault comes again and again; else there is no long run. */
export function courseOf({ faults, measure, horizon }: Scenario): Course | null {
  return faults.some(({ when }) => 'every' in when) ? new Course(measure.from, horizon) : null
}
