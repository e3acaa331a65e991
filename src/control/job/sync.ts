import { sameValue } from '../../cluster/equal.ts'
import type { Job, JobEnd, JobId, JobStatus, PodId } from '../../cluster/objects.ts'
import { NOT_FOUND } from '../../cluster/status.ts'
import type { Kind, Run } from '../../cluster/world.ts'
import { type BatchResult, NO_FINALIZERS, PodBatches } from '../pod-batch.ts'
import { NO_FAILURE, nextRecord, remaining } from './backoff.ts'
import { factsOf } from './facts.ts'
import { countAnnotations } from './per-index.ts'
import { deadlineIn, failureOf, isComplete, plan, successOf } from './plan.ts'
import { isTracked, jobPodDraft, NO_INDEX, ownerOf } from './pods.ts'
import { at, expectBatch, podsOf, type Sync } from './state.ts'
import { settled, track } from './track.ts'
import { BATCH_PERIOD_US } from './watches.ts'

const Released: Kind = { name: 'job/released', on: released }
const Flushed: Kind<JobId> = { name: 'job/flushed', on: flushed }
const Finished: Kind<JobId> = { name: 'job/finished', on: (run, id, answer) => finish(run, id, answer < 0) }
const batches = new PodBatches('job', (run) => at(run).batches, managed)

/** The controller has died: places of Pods that were not created are free again. */
export const stopBatches = (run: Run): void => batches.stop(run)

/**
 * One sync of a Job whose Pods are tracked by finalizers: create or delete Pods; note those that have ended in the status; take their finalizers off; count
 * them. syncJob, trackJobStatusAndRemoveFinalizers (pkg/controller/job/job_controller.go, 1.26 … 1.36).
 */
export function syncTracked(run: Run, job: Job): void {
  const { client, expectations, queue, records, released: gone, syncs } = at(run)
  const { minor } = run.world.profile
  const id = job.id as JobId
  const facts = factsOf(job, podsOf(client.process.cache, id), minor, gone.get(id))
  const record = nextRecord(records.get(id) ?? NO_FAILURE, facts.newSucceeded, facts.newFailed, minor)
  const satisfied = expectations.satisfied(run.now, id) && job.deletionTimestamp === null
  const end = job.status.target ?? failureOf(job, facts, run.now) ?? successOf(job, facts)
  const row: Sync = {
    job,
    facts,
    record,
    satisfied,
    step: end === null ? 'manage' : 'end',
    end,
    failed: false,
    status: job.status,
    version: job.resourceVersion,
    release: [],
    outstanding: 0,
  }
  syncs.set(id, row)
  const deadline = deadlineIn(job, run.now, run.now)
  if (end === null && deadline !== null) queue.addAfter(run, id, Math.max(1, deadline))
  if (end !== null) batches.send(run, job, ownerOf(job), [], facts.active)
  else if (satisfied) manage(run, row)
  else managed(run, id, { created: 0, removed: 0, failed: false })
}

function manage(run: Run, row: Sync): void {
  const { queue, templates } = at(run)
  const { job, facts, record } = row
  const { minor } = run.world.profile
  const { create, remove, again } = plan(job, facts, remaining(record, run.now, minor), run.now, minor)
  if (again !== null) queue.addAfter(run, job.id as JobId, Math.max(BATCH_PERIOD_US, again))
  const template = templates.of(job, minor)
  const { lineages } = run.world
  const creations = create.map((index) => {
    const place = index === NO_INDEX ? lineages.take(ownerOf(job)) : lineages.takeAt(ownerOf(job), index)
    return { draft: jobPodDraft(job, template, place, index, minor, countAnnotations(job, facts.held.get(index))), place }
  })
  expectBatch(run, job, create.length, remove)
  batches.send(run, job, ownerOf(job), creations, remove, true)
}

/** The Pods of this sync have been created and deleted: the status follows. */
function managed(run: Run, id: number, { created, removed, failed }: BatchResult): void {
  const row = at(run).syncs.get(id) as Sync
  const { job, facts, satisfied } = row
  const { minor } = run.world.profile
  row.failed = failed
  const active = facts.active.length + created - removed
  const ends = row.step === 'end'
  const terminating = facts.terminating.length + (ends ? removed : 0)
  // Not every Pod is known to be gone: the Job has not ended yet.
  if (ends && (active > 0 || !satisfied)) row.end = null
  if (!ends && isComplete(job, facts.succeeded, active)) row.end = { type: 'Complete', reason: '' }
  const { status, release } = track(job, facts, row.end, { active, terminating }, run.now, minor)
  row.release = release
  put(run, row, status, Flushed)
}

/** Writes the status where it differs from what the API has, as far as this sync knows; the reply follows either way. */
function put(run: Run, row: Sync, status: JobStatus, reply: Kind<JobId>): void {
  const same = sameValue(row.status, status)
  row.status = status
  const id = row.job.id as JobId
  if (same) reply.on(run, id, id)
  else run.world.api.update(run, at(run).client, row.job, { status }, row.version, reply, id)
}

/** The ended Pods are noted in the status: their finalizers may go. */
function flushed(run: Run, id: JobId, answer: number): void {
  const { client, records, released: gone, releases, syncs } = at(run)
  const row = syncs.get(id) as Sync
  const newest = run.world.store.tables.Job.get(id)
  if (answer < 0 || newest === undefined) {
    finish(run, id, answer !== NOT_FOUND)
    return
  }
  row.version = newest.resourceVersion === row.version ? row.version : versionAfter(row, newest)
  records.set(id, row.record)
  const hidden = gone.get(id) ?? new Set<PodId>()
  gone.set(id, hidden)
  row.outstanding = row.release.length
  for (const pod of row.release) {
    hidden.add(pod.id as PodId)
    run.world.api.update(run, client, pod, NO_FINALIZERS, 0, Released, releases.add({ job: id, pod: pod.id as PodId }))
  }
  if (row.outstanding === 0) count(run, row)
}

/** The version this sync has just written; what somebody else wrote meanwhile is a conflict of the next write. */
const versionAfter = (row: Sync, newest: Job): number => (newest.status === row.status ? newest.resourceVersion : row.version)

/** A finalizer is gone, or its Pod is. */
function released(run: Run, slot: number, answer: number): void {
  const { released: gone, releases, syncs } = at(run)
  const { job, pod } = releases.take(slot)
  const row = syncs.get(job) as Sync
  if (answer < 0) gone.get(job)?.delete(pod)
  if (answer < 0 && answer !== NOT_FOUND) {
    row.failed = true
    row.release = row.release.filter(({ id }) => id !== pod)
  }
  row.outstanding--
  if (row.outstanding === 0) count(run, row)
}

/** Counts the Pods that are let go, and ends the Job when nothing is left to count. */
function count(run: Run, row: Sync): void {
  const { facts, end, release } = row
  const gone = new Set(release.map(({ id }) => id))
  const held = new Set(facts.pods.filter((pod) => isTracked(pod) && !gone.has(pod.id)).map(({ id }) => id as PodId))
  for (const id of at(run).released.get(row.job.id) ?? []) held.delete(id)
  const status = settled(row.status, held, end, run.now, run.world.profile.minor)
  if (status.end !== null && row.status.end === null) tell(run, row.job, status.end)
  put(run, row, status, Finished)
}

function tell(run: Run, { key }: Job, { type, reason }: JobEnd): void {
  const { client } = at(run)
  if (type === 'Complete') client.notice(run, key, 'Completed', 'Job completed')
  else client.notice(run, key, reason, 'Job has failed')
}

/** The sync has ended. */
export function finish(run: Run, id: JobId, failed: boolean): void {
  const { queue, syncs } = at(run)
  const row = syncs.get(id)
  syncs.delete(id)
  if (failed || row?.failed === true) queue.addRateLimited(run, id)
  else queue.forget(id)
  queue.done(run, id)
}
