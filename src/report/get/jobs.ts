import type { JobView } from '../../measure/inspection.ts'
import { humanDuration } from './age.ts'
import { type Listing, orNone } from './listing.ts'

/** Jobs. The column STATUS is there from kubectl 1.31 on. */
export const jobs: Listing<JobView> = {
  names: ['jobs', 'job'],
  kind: 'Job',
  namespaced: true,
  views: (inspection) => inspection.jobs,
  columns: [
    { heading: 'NAME', cell: (job) => job.name },
    { heading: 'STATUS', cell: (job) => job.status },
    { heading: 'COMPLETIONS', cell: (job) => job.completions },
    { heading: 'DURATION', cell: (job, now) => (job.started === null ? '' : humanDuration((job.ended ?? now) - job.started)) },
    { heading: 'AGE', cell: (job, now) => humanDuration(now - job.created) },
  ],
  wide: [
    { heading: 'IMAGES', cell: (job) => job.images.join(',') },
    { heading: 'SELECTOR', cell: (job) => orNone(`job-name=${job.name}`) },
  ],
  truth: [{ heading: 'SERVING', cell: (job) => String(job.serving) }],
}
