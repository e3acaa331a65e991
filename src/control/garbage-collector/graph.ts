import type { Cache } from '../../cluster/cache.ts'
import { AFTER_DEPENDENTS, AFTER_ORPHANING } from '../../cluster/deletion.ts'
import type { ApiObject, OwnerReference, Pod } from '../../cluster/objects.ts'

const waits = (object: ApiObject | undefined, finalizer: string): boolean =>
  object !== undefined && object.deletionTimestamp !== null && object.finalizers?.includes(finalizer) === true

/** Whether a deleted object waits until its dependents are gone: isDeletingDependents. */
export const isDeletingDependents = (object: ApiObject | undefined): boolean => waits(object, AFTER_DEPENDENTS)

/** Whether a deleted object waits until its dependents have been let go. */
export const isOrphaning = (object: ApiObject | undefined): boolean => waits(object, AFTER_ORPHANING)

/**
 * Objects in the cache that this owner controls, in order of id. Each of them keeps an owner that is deleted in the foreground
 * (blockOwnerDeletion).
 */
export function dependentsOf(cache: Cache, { kind, id }: OwnerReference): ApiObject[] {
  if (kind === 'CronJob') return [...cache.all('Job')].filter(({ owner }) => owner?.kind === kind && owner.id === id)
  if (kind === 'Deployment') return [...cache.all('ReplicaSet')].filter(({ owner }) => owner?.kind === kind && owner.id === id)
  const pods = [...cache.podsOfOwner(kind, id)].sort((a, b) => a - b).map((pod) => cache.get('Pod', pod) as Pod)
  if (kind !== 'StatefulSet') return pods
  return [...pods, ...[...cache.all('ControllerRevision')].filter(({ owner }) => owner?.id === id)]
}
