import type { Cache } from '../../cluster/cache.ts'
import type { Deployment, Pod, ReplicaSet } from '../../cluster/objects.ts'
import { selectorMatches } from '../../cluster/selectors.ts'
import type { Step } from './steps.ts'

/** Which ReplicaSets each Deployment owns, and which have no owner, as far as the cache has seen. */
export class Ownership {
  private readonly owned = new Map<number, Set<number>>()
  private readonly orphans = new Set<number>()

  /** A ReplicaSet was created, written, or is gone. */
  put(before: ReplicaSet | undefined, after: ReplicaSet | undefined): void {
    const wasOwner = before?.owner
    if (before !== undefined && before.owner !== after?.owner) {
      if (wasOwner) this.owned.get(wasOwner.id)?.delete(before.id)
      else this.orphans.delete(before.id)
    }
    if (after === undefined || (before !== undefined && before.owner === after.owner)) return
    if (after.owner === null) this.orphans.add(after.id)
    else {
      const sets = this.owned.get(after.owner.id)
      if (sets === undefined) this.owned.set(after.owner.id, new Set([after.id]))
      else sets.add(after.id)
    }
  }

  /** The ReplicaSets of a Deployment, in order of id. */
  setsOf(cache: Cache, deployment: number): ReplicaSet[] {
    return rows(cache, this.owned.get(deployment) ?? [])
  }

  /** ReplicaSets without an owner, in order of id. */
  withoutOwner(cache: Cache): ReplicaSet[] {
    return rows(cache, this.orphans)
  }
}

const rows = (cache: Cache, ids: Iterable<number>): ReplicaSet[] =>
  [...ids].sort((a, b) => a - b).map((id) => cache.get('ReplicaSet', id) as ReplicaSet)

/** A Deployment's ReplicaSets, and the calls that take over and let go some: `ReplicaSetControllerRefManager.ClaimReplicaSets`. */
export function claimSets(cache: Cache, ownership: Ownership, deployment: Deployment): { sets: ReplicaSet[]; steps: Step[] } {
  const matches = (set: ReplicaSet): boolean => selectorMatches(deployment.selector, set.labels)
  const owned = ownership.setsOf(cache, deployment.id)
  const orphans = ownership.withoutOwner(cache).filter((set) => set.namespace === deployment.namespace && matches(set))
  const released = owned.filter((set) => !matches(set))
  if (deployment.deletionTimestamp !== null) return { sets: owned.filter(matches), steps: [] }
  const steps: Step[] = released.map((set) => ({ do: 'claim', set, adopt: false }))
  if (orphans.length > 0) steps.push({ do: 'recheck' }, ...orphans.map((set): Step => ({ do: 'claim', set, adopt: true })))
  return { sets: [...owned.filter(matches), ...orphans], steps }
}

/** Whether one of these ReplicaSets has a Pod, in the cache, that `counts`. */
export function podsLeft(cache: Cache, sets: readonly ReplicaSet[], counts: (set: ReplicaSet, pod: Pod) => boolean): boolean {
  for (const set of sets) {
    for (const id of cache.podsOfOwner('ReplicaSet', set.id)) if (counts(set, cache.get('Pod', id) as Pod)) return true
  }
  return false
}
