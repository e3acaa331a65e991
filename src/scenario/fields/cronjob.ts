import { JOB_SPEC } from './job.ts'
import { kindOf, METADATA, STATUS } from './metadata.ts'
import { accepted, atLeast, boolean, modelled, object, text, word } from './types.ts'

/** CronJob (batch/v1, batch/v1beta1 up to 1.24). Schedules are read in UTC; other time zones are refused. */
export const CRON_JOB = kindOf(
  {
    ...modelled({
      spec: object(
        {
          ...modelled({
            schedule: text,
            concurrencyPolicy: word('Allow', 'Forbid', 'Replace'),
            suspend: boolean,
            jobTemplate: object(modelled({ metadata: METADATA, spec: JOB_SPEC }), ['spec']),
          }),
          startingDeadlineSeconds: atLeast(0),
          successfulJobsHistoryLimit: atLeast(0),
          failedJobsHistoryLimit: atLeast(0),
          timeZone: { mark: 'refused', type: text, harmless: ['UTC', 'Etc/UTC'] },
        },
        ['schedule', 'jobTemplate'],
      ),
    }),
    ...accepted({ status: STATUS }),
  },
  ['spec'],
)
