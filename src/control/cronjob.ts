import { Client } from '../cluster/client.ts'
import type { Component } from '../cluster/component.ts'
import { NEW_JOB } from '../cluster/drafts.ts'
import type { CronJob, CronJobId, Draft, Job, JobId } from '../cluster/objects.ts'
import { NOT_FOUND } from '../cluster/status.ts'
import { WorkQueue } from '../cluster/work-queue.ts'
import { firstFiring, type Kind, type Run, setState, stateKey, stateOf, type World } from '../cluster/world.ts'
import { Ticker } from '../kernel/loop.ts'
import { seconds } from '../kernel/time.ts'
import { type Flags, integerFlag, resolveFlags } from '../scenario/flags.ts'
import { controllerManagerFlags } from './controller-manager-flags.ts'
import {
  clockOf,
  hindrance,
  jobName,
  missedStarts,
  nextLook,
  scheduleOf,
  stillActive,
  surplusHistory,
  TOO_MANY,
  type WallClock,
} from './cronjob/plan.ts'

/** The controller of 1.20 looks at every CronJob each 10 s (cronjob_controller.go:Run); from 1.21 the second version waits for their times. */
const POLL_US = seconds(10) as number
const LAST_POLLING = 20
const RANK = 30

const cronJobFlags = {
  'concurrent-cron-job-syncs': integerFlag(
    5,
    'CronJobs synced at once.',
    'pkg/controller/cronjob/config/v1alpha1/defaults.go, 1.21 … 1.36',
  ),
  ...controllerManagerFlags,
} satisfies Flags

/** A sync under way: its calls are made one after the other. */
interface Sync {
  readonly cronJob: CronJob
  readonly steps: readonly Step[]
  next: number
  status: CronJob['status']
}

type Step =
  | { readonly do: 'delete'; readonly job: Job }
  | { readonly do: 'create'; readonly draft: Draft<Job>; readonly start: number }
  | { readonly do: 'status' }

interface State {
  readonly client: Client
  readonly queue: WorkQueue<CronJobId>
  readonly poll: Ticker<World, number>
  readonly syncs: Map<CronJobId, Sync>
  readonly clock: WallClock
}

const state = stateKey<State>('cronjob')
const at = (run: Run): State => stateOf(run.world, state)

const SyncCronJob: Kind<CronJobId> = { name: 'cronjob/sync', on: sync }
const Due: Kind<CronJobId> = { name: 'cronjob/due', on: (run, id) => at(run).queue.arrive(run, id) }
const Answered: Kind<CronJobId> = { name: 'cronjob/answered', on: answered }

/** syncAll (1.20). It matters, and is an event, as long as there are CronJobs. */
const Poll: Kind = {
  name: 'cronjob/poll',
  on(run) {
    const { client, poll, queue } = at(run)
    let any = false
    for (const { id } of client.process.cache.all('CronJob')) {
      any = true
      queue.add(run, id as CronJobId)
    }
    if (any) poll.want(run, 0)
  },
}

const isPolling = (run: Run): boolean => run.world.profile.minor <= LAST_POLLING

function jobsOf(run: Run, id: CronJobId): Job[] {
  return [...at(run).client.process.cache.all('Job')].filter(({ owner }) => owner?.kind === 'CronJob' && owner.id === id)
}

/** syncOne (pkg/controller/cronjob/cronjob_controller.go, 1.20), syncCronJob (cronjob_controllerv2.go, 1.21 … 1.36). */
function sync(run: Run, id: CronJobId): void {
  const { client, clock, queue, syncs } = at(run)
  const cronJob = client.process.cache.get('CronJob', id)
  if (cronJob === undefined) {
    finish(run, id, false)
    return
  }
  const jobs = jobsOf(run, id)
  const status = { ...cronJob.status, active: stillActive(cronJob.status.active, jobs) }
  const steps: Step[] = cronJob.suspend ? [] : startSteps(run, cronJob, jobs, status.active)
  steps.push(...surplusHistory(cronJob, jobs).map((job): Step => ({ do: 'delete', job })), { do: 'status' })
  syncs.set(id, { cronJob, steps, next: 0, status })
  const look = cronJob.suspend || isPolling(run) ? null : nextLook(cronJob, scheduleOf(cronJob), clock, run.now)
  if (look !== null) queue.addAfter(run, id, look - run.now)
  proceed(run, id)
}

/** What the most recent missed start asks for. */
function startSteps(run: Run, cronJob: CronJob, jobs: readonly Job[], active: readonly JobId[]): Step[] {
  const { client, clock } = at(run)
  const { minor } = run.world.profile
  const { latest, count } = missedStarts(cronJob, scheduleOf(cronJob), clock, run.now)
  if (count > TOO_MANY) {
    client.notice(run, cronJob.key, minor <= LAST_POLLING ? 'FailedNeedsStart' : 'TooManyMissedTimes', 'too many missed start times')
    if (minor <= LAST_POLLING) return []
  }
  if (latest === null || latest === cronJob.status.lastScheduleTime) return []
  const reason = hindrance(cronJob, latest, active.length, clock, run.now)
  if (reason !== '') {
    client.notice(run, cronJob.key, reason, `Missed scheduled time to start a job`)
    return []
  }
  const replaced = cronJob.concurrencyPolicy === 'Replace' ? jobs.filter((job) => active.includes(job.id as JobId)) : []
  const create: Step = { do: 'create', draft: jobDraft(cronJob, latest, minor), start: latest }
  return [...replaced.map((job): Step => ({ do: 'delete', job })), create]
}

function jobDraft(cronJob: CronJob, start: number, minor: number): Draft<Job> {
  const { jobTemplate, namespace } = cronJob
  const name = jobName(cronJob.name, start, minor)
  const { labels, annotations, spec } = jobTemplate
  const owner = { kind: 'CronJob', id: cronJob.id } as const
  return { kind: 'Job', namespace, name, key: `job/${namespace}/${name}`, labels, annotations, owner, ...spec, status: NEW_JOB }
}

function proceed(run: Run, id: CronJobId): void {
  const { client, syncs } = at(run)
  const row = syncs.get(id) as Sync
  const step = row.steps[row.next]
  const { api } = run.world
  if (step === undefined) finish(run, id, false)
  else if (step.do === 'delete') api.delete(run, client, step.job, Answered, id)
  else if (step.do === 'create') api.create(run, client, 'Job', step.draft, Answered, id)
  else api.update(run, client, row.cronJob, { status: row.status }, row.cronJob.resourceVersion, Answered, id)
}

function answered(run: Run, id: CronJobId, answer: number): void {
  const { client, syncs } = at(run)
  const row = syncs.get(id) as Sync
  const step = row.steps[row.next++] as Step
  if (answer < 0 && !(step.do === 'delete' && answer === NOT_FOUND)) {
    finish(run, id, true)
    return
  }
  if (step.do === 'delete') {
    const gone = step.job.id
    row.status = { ...row.status, active: row.status.active.filter((job) => job !== gone) }
    client.notice(run, row.cronJob.key, 'SuccessfulDelete', `Deleted job ${step.job.name}`)
  }
  if (step.do === 'create') {
    row.status = { active: [...row.status.active, answer as JobId], lastScheduleTime: step.start }
    client.notice(run, row.cronJob.key, 'SuccessfulCreate', `Created job ${step.draft.name}`)
  }
  proceed(run, id)
}

function finish(run: Run, id: CronJobId, failed: boolean): void {
  const { queue, syncs } = at(run)
  syncs.delete(id)
  if (failed && !isPolling(run)) queue.addRateLimited(run, id)
  else queue.forget(id)
  queue.done(run, id)
}

/** A CronJob was written: from 1.21 it is looked at, and a schedule that never was is waited for. */
function cronJobChanged(run: Run, id: CronJobId): void {
  const { poll, queue } = at(run)
  if (isPolling(run)) poll.want(run, 0)
  else queue.add(run, id)
}

/** Creates Jobs on a schedule: pkg/controller/cronjob (1.20 … 1.36); kubernetes-semantics §6.4. */
export const cronJob: Component = {
  name: 'cronjob',
  doc: 'Creates a Job at each time of a schedule, unless one is still active or the time is too long past.',
  process: 'kube-controller-manager',
  flags: cronJobFlags,
  watches: {
    CronJob: (run, _process, { before, after }) => cronJobChanged(run, (after ?? (before as CronJob)).id as CronJobId),
    Job(run, process, { before, after }) {
      const owner = (after ?? (before as Job)).owner
      if (owner?.kind !== 'CronJob' || process.cache.get('CronJob', owner.id) === undefined || isPolling(run)) return
      at(run).queue.add(run, owner.id as CronJobId)
    },
  },
  start(run, process) {
    const { world } = run
    const flags = resolveFlags(cronJobFlags, world.profile, world.scenario.cluster.flags['kube-controller-manager'])
    const keyOf = (_run: Run, id: CronJobId): string => process.cache.get('CronJob', id)?.key ?? ''
    // In 1.20 one goroutine does everything.
    const workers = isPolling(run) ? 1 : flags['concurrent-cron-job-syncs']
    const poll = new Ticker<World, number>(Poll, RANK, POLL_US, world.elision)
    setState(world, state, {
      client: new Client(world.api.clients, process, 'cronjob-controller', flags['kube-api-qps'], flags['kube-api-burst']),
      queue: new WorkQueue('cronjob', workers, SyncCronJob, Due, keyOf),
      poll,
      syncs: new Map(),
      clock: clockOf(run),
    })
    if (isPolling(run)) poll.start(run, 0, process.incarnation === 1 ? firstFiring(run, 'cronjob.poll', '', POLL_US) : run.now)
    for (const { id } of process.cache.all('CronJob')) cronJobChanged(run, id as CronJobId)
  },
  stop(run) {
    const { poll, queue } = at(run)
    queue.stop(run)
    if (isPolling(run)) poll.stop(run, 0)
  },
}
