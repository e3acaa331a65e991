import type { Client } from '../../cluster/client.ts'
import type { ApiObject, OwnerReference } from '../../cluster/objects.ts'
import type { Process } from '../../cluster/process.ts'
import type { WorkQueue } from '../../cluster/work-queue.ts'
import { type Run, stateKey, stateOf } from '../../cluster/world.ts'

/** The memory of the garbage collector. Its queues hold keys of objects. */
export interface State {
  readonly process: Process
  readonly client: Client
  /** Objects whose owners are to be looked at: attemptToDelete. */
  readonly queue: WorkQueue
  /** Deleted owners whose dependents are to stay: attemptToOrphan. */
  readonly orphaning: WorkQueue
  /** Owners known to be gone (absentOwnerCache). */
  readonly absent: Set<string>
  /** Orphaning under way, by the owner's key: answers that are missing, and whether a call has failed. */
  readonly letGo: Map<number, { left: number; failed: boolean }>
}

/** Where that memory is kept. */
export const collectorState = stateKey<State>('garbage-collector')

/** The memory; it must have been set. */
export const at = (run: Run): State => stateOf(run.world, collectorState)

/** Kinds that have owners or are some here; a key is id · their number + index. */
const KINDS = [
  'Pod',
  'ReplicaSet',
  'ControllerRevision',
  'Job',
  'Deployment',
  'ReplicationController',
  'StatefulSet',
  'DaemonSet',
  'CronJob',
] as const

/** Kinds that have owners. */
export const DEPENDENTS = ['Pod', 'ReplicaSet', 'ControllerRevision', 'Job'] as const
/** Kinds that are owners, and may be deleted other than in the background. */
export const OWNERS = ['ReplicaSet', 'Job', 'Deployment', 'ReplicationController', 'StatefulSet', 'DaemonSet', 'CronJob'] as const

type Kind = (typeof KINDS)[number]

/** The key of an object. */
export const keyOf = ({ kind, id }: Pick<ApiObject, 'kind' | 'id'>): number => id * KINDS.length + KINDS.indexOf(kind as Kind)
/** The kind of a key's object. */
export const kindOf = (key: number): Kind => KINDS[key % KINDS.length] as Kind
/** The id of a key's object. */
export const idOf = (key: number): number => Math.floor(key / KINDS.length)
/** By what an owner is remembered as gone. */
export const ownerKey = ({ kind, id }: OwnerReference): string => `${kind}/${id}`

/** The object of a key as the cache has it. */
export const cached = (run: Run, key: number): ApiObject | undefined => at(run).process.cache.get(kindOf(key), idOf(key))

/** The object of a key as it is: what a GET that was just answered has read. */
export const stored = (run: Run, key: number): ApiObject | undefined => run.world.store.tables[kindOf(key)].get(idOf(key))
