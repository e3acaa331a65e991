import type { Change } from '../../cluster/change-log.ts'
import type { Job, JobId, Pod, PodId } from '../../cluster/objects.ts'
import type { Process } from '../../cluster/process.ts'
import type { Kind, Run } from '../../cluster/world.ts'
import { NO_FINALIZERS } from '../pod-batch.ts'
import { legacyBackoff } from './legacy.ts'
import { isTracked, TRACKED_SINCE } from './pods.ts'
import { at, podsOf } from './state.ts'

/** Changes of Pods and statuses are gathered for this long before a sync (syncJobBatchPeriod, pkg/controller/job/job_controller.go, 1.27 … 1.36) [µs]. */
export const BATCH_PERIOD_US = 1_000_000

const isTracking = (run: Run): boolean => run.world.profile.minor >= TRACKED_SINCE

/** A Job was written or is gone: specs are looked at at once, statuses with the next batch. addJob, updateJob, deleteJob. */
export function jobChanged(run: Run, process: Process, { before, after }: Change<Job>): void {
  const { expectations, queue, records, released } = at(run)
  const id = (after ?? (before as Job)).id as JobId
  const immediate = after === undefined || before === undefined || after.generation !== before.generation || !isTracking(run)
  if (immediate) queue.add(run, id)
  else queue.addAfter(run, id, BATCH_PERIOD_US)
  if (after !== undefined) return
  expectations.forget(id)
  records.delete(id)
  released.delete(id)
  for (const pod of podsOf(process.cache, id)) letGo(run, pod)
}

/** A Pod of a Job that is gone or has ended keeps no finalizer (syncOrphanPod). */
function letGo(run: Run, pod: Pod): void {
  if (isTracked(pod)) run.world.api.update(run, at(run).client, pod, NO_FINALIZERS, 0, OrphanReleased, pod.id as PodId)
}

/** An orphan's finalizer is gone, or the orphan is. */
const OrphanReleased: Kind<PodId> = { name: 'job/orphan-released', on: () => undefined }

/** A Pod was created, written or is gone: addPod, updatePod, deletePod. */
export function podChanged(run: Run, process: Process, { before, after }: Change<Pod>): void {
  const pod = after ?? (before as Pod)
  const { owner } = pod
  if (owner?.kind !== 'Job') return
  const { expectations, queue, released } = at(run)
  const job = process.cache.get('Job', owner.id)
  const goes = after === undefined || after.deletionTimestamp !== null
  if (goes && after !== undefined && (job === undefined || job.status.end !== null)) letGo(run, after)
  if (after === undefined || !isTracked(after)) released.get(owner.id)?.delete(pod.id as PodId)
  if (job === undefined) return
  const id = job.id as JobId
  if (goes) expectations.deleted(id, pod.id)
  else if (before === undefined) expectations.created(id)
  if (isTracking(run)) queue.addAfter(run, id, BATCH_PERIOD_US)
  else if (!goes && before !== undefined && pod.phase === 'Failed') queue.addAfter(run, id, legacyBackoff(queue.retries(id)))
  else queue.add(run, id)
}

/** What a controller that starts finds: Pods whose Job is gone keep their finalizer no longer. */
export function releaseOrphans(run: Run, process: Process): void {
  for (const pod of process.cache.all('Pod')) {
    const job = pod.owner?.kind === 'Job' ? process.cache.get('Job', pod.owner.id) : undefined
    if (pod.owner?.kind === 'Job' && pod.deletionTimestamp !== null && (job === undefined || job.status.end !== null)) letGo(run, pod)
  }
}
