import { parseSchedule } from '../cron.ts'
import { invalidValue } from '../problems.ts'
import type { CronJobManifest } from '../specs.ts'
import { jobSpec } from './job.ts'
import { type Conversion, type Identity, type Raw, textMap } from './shared.ts'

/** A CronJob with the defaults of batch/v1 defaults.go: concurrent Jobs are allowed, three successful and one failed one are kept. */
export function cronJob(raw: Raw, identity: Identity, conversion: Conversion): CronJobManifest {
  const { spec } = raw
  const schedule = parseSchedule(spec.schedule)
  if (!schedule.ok) conversion.report(['spec', 'schedule'], invalidValue(schedule.message))
  const { jobTemplate } = spec
  return {
    kind: 'CronJob',
    ...identity,
    schedule: spec.schedule,
    concurrencyPolicy: spec.concurrencyPolicy || 'Allow',
    startingDeadlineSeconds: spec.startingDeadlineSeconds ?? null,
    suspend: spec.suspend ?? false,
    successfulJobsHistoryLimit: spec.successfulJobsHistoryLimit ?? 3,
    failedJobsHistoryLimit: spec.failedJobsHistoryLimit ?? 1,
    jobTemplate: {
      labels: textMap(jobTemplate.metadata?.labels),
      annotations: textMap(jobTemplate.metadata?.annotations),
      spec: jobSpec(jobTemplate.spec, ['spec', 'jobTemplate', 'spec'], conversion),
    },
  }
}
