import { sameValue } from '../../cluster/equal.ts'
import type { Job, JobEnd, JobId } from '../../cluster/objects.ts'
import type { Kind, Run } from '../../cluster/world.ts'
import { seconds } from '../../kernel/time.ts'
import { type BatchResult, PodBatches } from '../pod-batch.ts'
import { NO_FAILURE } from './backoff.ts'
import { factsOf } from './facts.ts'
import { countsOf, hasNewFailure, legacyFailure, legacyStatus } from './legacy.ts'
import { plan } from './plan.ts'
import { jobPodDraft, NO_INDEX, ownerOf } from './pods.ts'
import { at, expectBatch, podsOf, type Sync } from './state.ts'

/**
 * After a failed write of the status it is read and written again so often (statusUpdateRetries, pkg/controller/job/job_controller.go,
 * 1.20).
 */
const STATUS_RETRIES = 3

const Read: Kind<JobId> = { name: 'job/status-read', on: read }
const Written: Kind<JobId> = { name: 'job/status-written', on: written }
const batches = new PodBatches('job', (run) => at(run).batches, managed)

/**
 * One sync of a Job of 1.20, which counts the Pods that are there. syncJob, manageJob (pkg/controller/job/job_controller.go, 1.20); kubernetes-semantics
 * §6.3.
 */
export function syncLegacy(run: Run, job: Job): void {
  const { client, expectations, queue, syncs, templates } = at(run)
  const { minor } = run.world.profile
  const { lineages } = run.world
  const pods = podsOf(client.process.cache, job.id)
  const facts = factsOf(job, pods, minor)
  const counts = countsOf(pods, facts.active)
  const end = legacyFailure(job, counts, pods, run.now)
  const satisfied = expectations.satisfied(run.now, job.id) && job.deletionTimestamp === null
  const row = { job, facts, record: NO_FAILURE, satisfied, end, failed: false, status: job.status, version: job.resourceVersion }
  syncs.set(job.id, { ...row, step: end === null ? 'manage' : 'end', release: [], outstanding: 0 })
  if (job.status.startTime === null && job.activeDeadlineSeconds !== null) {
    queue.addAfter(run, job.id as JobId, seconds(job.activeDeadlineSeconds))
  }
  if (end !== null) {
    batches.send(run, job, ownerOf(job), [], facts.active)
    return
  }
  const { create, remove } = satisfied
    ? plan(job, { ...facts, succeeded: counts.succeeded }, 0, run.now, minor)
    : { create: [], remove: [] }
  const template = templates.of(job, minor)
  expectBatch(run, job, create.length, remove)
  const creations = create.map(() => {
    const place = lineages.take(ownerOf(job))
    return { draft: jobPodDraft(job, template, place, NO_INDEX, minor), place }
  })
  batches.send(run, job, ownerOf(job), creations, remove)
}

function managed(run: Run, id: number, { created, removed, failed }: BatchResult): void {
  const { client, syncs } = at(run)
  const row = syncs.get(id) as Sync
  const { job, facts, end } = row
  row.failed = failed
  const counts = countsOf(facts.pods, facts.active)
  const ready = facts.active.filter((pod) => pod.ready).length
  const status = legacyStatus(job, counts, end, facts.active.length + created - removed, ready, run.now)
  // What alone makes a write: counts and conditions, not the time of the start.
  const visible = (of: typeof status) => ({ ...of, ready: 0, startTime: null })
  row.status = status
  if (status.end !== null) tell(run, job, status.end)
  if (sameValue(visible(status), visible(job.status))) finishLegacy(run, id as JobId, failed, job.status.succeeded < status.succeeded)
  else run.world.api.get(run, client, job, Read, id as JobId)
}

/** updateJobStatus: the status is put into the newest version of the Job. */
function read(run: Run, id: JobId, answer: number): void {
  const { client, syncs } = at(run)
  const row = syncs.get(id) as Sync
  const newest = run.world.store.tables.Job.get(id)
  if (answer < 0 || newest === undefined) finishLegacy(run, id, true, false)
  else run.world.api.update(run, client, newest, { status: row.status }, newest.resourceVersion, Written, id)
}

function tell(run: Run, { key }: Job, { type, reason }: JobEnd): void {
  at(run).client.notice(run, key, type === 'Complete' ? 'Completed' : reason, type === 'Complete' ? 'Job completed' : 'Job has failed')
}

/** A status that shows a new failure is an error, so that the next sync waits for the back-off; any other forgets it. */
function written(run: Run, id: JobId, answer: number): void {
  const { client, syncs } = at(run)
  const row = syncs.get(id) as Sync
  const { job, facts, status, failed } = row
  if (answer < 0 && row.outstanding < STATUS_RETRIES) {
    row.outstanding++
    run.world.api.get(run, client, job, Read, id)
    return
  }
  if (answer < 0) {
    finishLegacy(run, id, true, false)
    return
  }
  const failure = hasNewFailure(job, countsOf(facts.pods, facts.active)) && status.end === null
  finishLegacy(run, id, failure || failed, failure ? job.status.succeeded < status.succeeded : true)
}

/** processNextWorkItem: an error counts as one more in a row, a success without `forget` leaves the count as it is. */
function finishLegacy(run: Run, id: JobId, failed: boolean, forget: boolean): void {
  const { queue, syncs } = at(run)
  syncs.delete(id)
  if (failed) queue.addRateLimited(run, id)
  else if (forget) queue.forget(id)
  queue.done(run, id)
}
