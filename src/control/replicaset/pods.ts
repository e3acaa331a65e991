import type { Cache } from '../../cluster/cache.ts'
import { podDraft } from '../../cluster/drafts.ts'
import { nameSuffix, type Place } from '../../cluster/lineage.ts'
import type { Draft, OwnerReference, Pod, PodId, ReplicaSet } from '../../cluster/objects.ts'
import { isActive } from '../../cluster/objects.ts'
import type { Matcher } from '../../cluster/selectors.ts'
import type { Claim } from './state.ts'

/** The owner reference of a ReplicaSet's Pods. */
export const ownerOf = (set: ReplicaSet): OwnerReference => ({ kind: set.kind, id: set.id })

/** The Pod in one place of a ReplicaSet. */
export function replicaDraft(set: ReplicaSet, place: Place): Draft<Pod> {
  const key = `pod/${set.namespace}/${set.name}/${place.slot}.${place.generation}`
  return podDraft(`${set.name}-${nameSuffix(key)}`, set.namespace, key, set.template, ownerOf(set))
}

/** The Pods of a bucket, in its order. */
export function podsOf(cache: Cache, bucket: ReadonlySet<PodId>): Pod[] {
  const pods: Pod[] = []
  for (const id of bucket) pods.push(cache.get('Pod', id) as Pod)
  return pods
}

/**
 * The active Pods a ReplicaSet has, and those it must take over or let go, none while it is being deleted:
 * `PodControllerRefManager.ClaimPods`.
 */
export function claimPods(cache: Cache, set: ReplicaSet, matches: Matcher): { active: Pod[]; claims: Claim[] } {
  const active: Pod[] = []
  const claims: Claim[] = []
  for (const id of cache.podsOfOwner(set.kind, set.id)) {
    const pod = cache.get('Pod', id) as Pod
    if (!isActive(pod)) continue
    if (pod.labels === set.template.labels || matches(pod.labels)) active.push(pod)
    else claims.push({ pod, adopt: false })
  }
  if (set.deletionTimestamp !== null) return { active, claims: [] }
  for (const pod of orphansOf(cache, set, matches)) claims.push({ pod, adopt: true })
  return { active, claims }
}

/** Active Pods without a controller that the selector matches, found through the smaller of two indexes. */
function orphansOf(cache: Cache, set: ReplicaSet, matches: Matcher): Pod[] {
  const orphans = cache.podsWithoutOwner(set.namespace)
  if (orphans.size === 0) return []
  const pair = Object.entries(set.selector.matchLabels)[0]
  const labelled = pair === undefined ? orphans : cache.podsWithLabel(set.namespace, pair[0], pair[1])
  const candidates = podsOf(cache, labelled.size < orphans.size ? labelled : orphans)
  return candidates.filter((pod) => pod.owner === null && isActive(pod) && matches(pod.labels)).sort((a, b) => a.id - b.id)
}

/** How many active Pods of the ReplicaSet's Deployment lie on a Pod's Node; 0 for one without Deployment. */
export function relatedOnNode(cache: Cache, set: ReplicaSet): (pod: Pod) => number {
  const counts = new Map<number, number>()
  const { owner } = set
  if (owner !== null) {
    for (const other of cache.all(set.kind)) {
      if (other.owner?.kind !== owner.kind || other.owner.id !== owner.id) continue
      for (const pod of podsOf(cache, cache.podsOfOwner(other.kind, other.id))) {
        if (isActive(pod)) counts.set(pod.node, (counts.get(pod.node) ?? 0) + 1)
      }
    }
  }
  return (pod) => counts.get(pod.node) ?? 0
}
