import type { CronJob, Job, JobId } from '../../cluster/objects.ts'
import type { Run } from '../../cluster/world.ts'
import type { Instant } from '../../kernel/time.ts'
import { nextOf, parseSchedule, type Schedule } from '../../scenario/cron.ts'

/** The clock on the wall: seconds since 1 January 1970 UTC at time 0, with what had passed of that second [µs]. */
export interface WallClock {
  readonly origin: number
  readonly begun: number
}

/** The wall clock of a run, as all its machines have it. */
export const clockOf = ({ world, random }: Run): WallClock => ({
  origin: world.scenario.clock,
  begun: Math.floor(random.draw('wall-clock', '') * 1e6),
})

/** Whole seconds since 1 January 1970 at an instant of the run, as API timestamps have them. */
export const wallSecond = ({ origin, begun }: WallClock, time: number): number => origin + Math.floor((time + begun) / 1e6)

/** The instant of the run at which the wall clock shows a whole second. */
export const instantOf = ({ origin, begun }: WallClock, second: number): Instant => ((second - origin) * 1e6 - begun) as Instant

/** More missed starts than this are too many: an error in 1.20, a warning since. */
export const TOO_MANY = 100

/** Starts of a schedule that a CronJob has missed by `now`. */
export interface Missed {
  /** The most recent one [s since 1970]; null: none. */
  readonly latest: number | null
  /** How many, up to one more than `TOO_MANY`. */
  readonly count: number
}

const UNUSED: Schedule = { every: Number.POSITIVE_INFINITY }

/** The schedule of a CronJob, which was checked when it was read. */
export function scheduleOf({ schedule }: Pick<CronJob, 'schedule'>): Schedule {
  const parsed = parseSchedule(schedule)
  return parsed.ok ? parsed.value : UNUSED
}

/** What `since` counts from: the last start, else the creation, but no earlier than the starting deadline reaches back [s since 1970]. */
function earliest(cronJob: CronJob, clock: WallClock, now: number, deadline: boolean): number {
  const { status, created, startingDeadlineSeconds } = cronJob
  const since = status.lastScheduleTime ?? wallSecond(clock, created)
  return deadline && startingDeadlineSeconds !== null ? Math.max(since, now - startingDeadlineSeconds) : since
}

/** getUnmetScheduleTimes (pkg/controller/cronjob/utils.go, 1.20), mostRecentScheduleTime (1.21 … 1.36). */
export function missedStarts(cronJob: CronJob, schedule: Schedule, clock: WallClock, time: Instant): Missed {
  const now = wallSecond(clock, time)
  let latest: number | null = null
  let count = 0
  for (let at = nextOf(schedule, earliest(cronJob, clock, now, true)); at !== null && at <= now; at = nextOf(schedule, at)) {
    latest = at
    count = Math.min(count + 1, TOO_MANY + 1)
  }
  return { latest, count }
}

/** After a start the CronJob is looked at this long after the next one (nextScheduleDelta, cronjob_controllerv2.go, 1.21 … 1.36) [µs]. */
const DELTA_US = 100_000

/** When a CronJob is to be looked at next; null: its schedule never comes again. nextScheduleTimeDuration. */
export function nextLook(cronJob: CronJob, schedule: Schedule, clock: WallClock, time: Instant): Instant | null {
  const now = wallSecond(clock, time)
  let at = nextOf(schedule, earliest(cronJob, clock, now, false))
  while (at !== null && at <= now) at = nextOf(schedule, at)
  return at === null ? null : ((instantOf(clock, at) + DELTA_US) as Instant)
}

/** Why a start that is due does not come; empty: it comes. */
export type Hindrance = '' | 'MissSchedule' | 'JobAlreadyActive'

/** syncOne (1.20), syncCronJob (1.21 … 1.36): past its starting deadline a start is dropped, and under Forbid while a Job is active. */
export function hindrance(cronJob: CronJob, start: number, active: number, clock: WallClock, time: Instant): Hindrance {
  const { startingDeadlineSeconds, concurrencyPolicy } = cronJob
  if (startingDeadlineSeconds !== null && start + startingDeadlineSeconds < wallSecond(clock, time)) return 'MissSchedule'
  return concurrencyPolicy === 'Forbid' && active > 0 ? 'JobAlreadyActive' : ''
}

/** The name of the Job of one start: its minute since 1970, in 1.20 its second (getJobName, getTimeHash). */
export const jobName = (name: string, start: number, minor: number): string => `${name}-${minor <= 20 ? start : Math.floor(start / 60)}`

/** The list of active Jobs without those that have ended or are gone. `known`: the Jobs that the CronJob owns. */
export const stillActive = (active: readonly JobId[], known: readonly Job[]): readonly JobId[] =>
  active.filter((id) => known.some((job) => job.id === id && job.status.end === null))

/** Ended Jobs beyond the history that is kept, the oldest first (cleanupFinishedJobs). */
export function surplusHistory(cronJob: CronJob, jobs: readonly Job[]): readonly Job[] {
  const { successfulJobsHistoryLimit, failedJobsHistoryLimit } = cronJob
  const beyond = (type: 'Complete' | 'Failed', limit: number): readonly Job[] => {
    const ended = jobs.filter((job) => job.status.end?.type === type)
    const byStart = ended.toSorted((a, b) => (a.status.startTime ?? 0) - (b.status.startTime ?? 0) || a.id - b.id)
    return byStart.slice(0, Math.max(0, byStart.length - limit))
  }
  return [...beyond('Failed', failedJobsHistoryLimit), ...beyond('Complete', successfulJobsHistoryLimit)]
}
