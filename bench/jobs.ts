import type { QueueName } from '../src/kernel/queues.ts'
import { holdBare, machineRepairBare } from './bare.ts'
import { holding, holdKernel, machineRepairKernel } from './hold.ts'
import type { Shop } from './machine-repair.ts'
import { calibrate, type Timing } from './timing.ts'

/** Who does the work: the bare program, or the kernel over one of its queues. */
export type Program = 'bare' | QueueName

/** What a child process is asked to do; it does one job and ends, so that no program sees what V8 has learnt from another. */
export type Job =
  | { readonly job: 'hold'; readonly program: Program; readonly pending: number; readonly events: number }
  | { readonly job: 'machine-repair'; readonly program: Program; readonly shop: Shop; readonly events: number }
  | { readonly job: 'memory'; readonly queue: QueueName; readonly pending: number }
  | { readonly job: 'calibrate' }

/** Its answer: a timing, the most memory it held [bytes], or the time of the fixed loop [ms]. */
export type Answer = Timing | number

/** Does one job in this process. */
export function perform(job: Job): Answer {
  if (job.job === 'calibrate') return calibrate()
  if (job.job === 'memory') {
    holding(job.queue, job.pending)
    return process.resourceUsage().maxRSS * 1024
  }
  if (job.job === 'hold') {
    return job.program === 'bare' ? holdBare(job.pending, job.events) : holdKernel(job.program, job.pending, job.events)
  }
  return job.program === 'bare' ? machineRepairBare(job.shop, job.events) : machineRepairKernel(job.program, job.shop, job.events)
}
