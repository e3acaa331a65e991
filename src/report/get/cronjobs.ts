import type { CronJobView } from '../../measure/inspection.ts'
import { humanDuration } from './age.ts'
import { type Listing, NONE } from './listing.ts'

/** CronJobs. */
export const cronJobs: Listing<CronJobView> = {
  names: ['cronjobs', 'cronjob', 'cj'],
  kind: 'CronJob',
  namespaced: true,
  views: (inspection) => inspection.cronJobs,
  columns: [
    { heading: 'NAME', cell: (cronJob) => cronJob.name },
    { heading: 'SCHEDULE', cell: (cronJob) => cronJob.schedule },
    { heading: 'SUSPEND', cell: (cronJob) => (cronJob.suspend ? 'True' : 'False') },
    { heading: 'ACTIVE', cell: (cronJob) => String(cronJob.active) },
    { heading: 'LAST SCHEDULE', cell: ({ lastStart }, now) => (lastStart === null ? NONE : humanDuration(now - lastStart)) },
    { heading: 'AGE', cell: (cronJob, now) => humanDuration(now - cronJob.created) },
  ],
  wide: [{ heading: 'IMAGES', cell: (cronJob) => cronJob.images.join(',') }],
  truth: [{ heading: 'SERVING', cell: (cronJob) => String(cronJob.serving) }],
}
