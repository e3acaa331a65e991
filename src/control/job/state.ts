import type { Cache } from '../../cluster/cache.ts'
import type { Client } from '../../cluster/client.ts'
import type { Job, JobEnd, JobId, JobStatus, Pod, PodId } from '../../cluster/objects.ts'
import type { Rows } from '../../cluster/rows.ts'
import type { WorkQueue } from '../../cluster/work-queue.ts'
import { type Run, stateKey, stateOf } from '../../cluster/world.ts'
import type { BatchState } from '../pod-batch.ts'
import type { Expectations } from '../replicaset/expectations.ts'
import type { BackoffRecord } from './backoff.ts'
import type { JobFacts } from './facts.ts'
import type { JobTemplates } from './pods.ts'

/** One sync under way. */
export interface Sync {
  readonly job: Job
  readonly facts: JobFacts
  readonly record: BackoffRecord
  /** Whether it may create and delete: nothing it asked for before is outstanding. */
  readonly satisfied: boolean
  /** What the Pods asked for will have come to. */
  step: 'end' | 'manage'
  /** How the Job ends, found by this sync. */
  end: JobEnd | null
  failed: boolean
  /** The status as far as it was worked out, and its version in the API. */
  status: JobStatus
  version: number
  release: readonly Pod[]
  outstanding: number
}

/** The memory of the Job controller. */
export interface State {
  readonly client: Client
  readonly queue: WorkQueue<JobId>
  readonly expectations: Expectations
  readonly batches: BatchState
  readonly templates: JobTemplates
  readonly syncs: Map<number, Sync>
  readonly records: Map<number, BackoffRecord>
  /** Pods whose finalizer was taken off, as long as the cache does not show it, by Job. */
  readonly released: Map<number, Set<PodId>>
  /** Finalizers being taken off: of which Pod of which Job. */
  readonly releases: Rows<{ readonly job: number; readonly pod: PodId }>
}

/** The memory's name in the world. */
export const jobState = stateKey<State>('job')
/** The memory; it must have been set. */
export const at = (run: Run): State => stateOf(run.world, jobState)

/** The Pods of a Job in a cache, in order of creation. */
export const podsOf = (cache: Cache, id: number): Pod[] =>
  [...cache.podsOfOwner('Job', id)].sort((a, b) => a - b).map((pod) => cache.get('Pod', pod) as Pod)

/** The Pods that a sync creates or deletes are waited for before the next one does either. */
export function expectBatch(run: Run, { id }: Job, creations: number, removed: readonly Pod[]): void {
  const { expectations } = at(run)
  if (creations > 0) expectations.expectCreations(run.now, id, creations)
  if (removed.length > 0) {
    expectations.expectDeletions(
      run.now,
      id,
      removed.map((pod) => pod.id),
    )
  }
}
