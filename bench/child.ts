import { type Job, perform } from './jobs.ts'

process.once('message', (job: Job) => {
  process.send?.(perform(job), () => process.disconnect())
})
