import type { Cache } from '../../cluster/cache.ts'
import { isScaled, type KindName, type Kinds, type Pod, type PodDisruptionBudget } from '../../cluster/objects.ts'
import { selectorMatches } from '../../cluster/selectors.ts'
import type { Scale } from './status.ts'

/** Where objects are looked up: a cache, or the store itself. */
export type Lookup = <Name extends KindName>(kind: Name, id: number) => Kinds[Name] | undefined

/** The Pods that a budget selects, ended ones included, in order of id. */
export function podsOf(cache: Cache, { namespace, selector }: PodDisruptionBudget): Pod[] {
  const label = Object.entries(selector.matchLabels)[0]
  const candidates =
    label === undefined ? [...cache.all('Pod')] : [...cache.podsWithLabel(namespace, ...label)].flatMap((id) => cache.get('Pod', id) ?? [])
  return candidates.filter((pod) => pod.namespace === namespace && selectorMatches(selector, pod.labels)).sort((a, b) => a.id - b.id)
}

/**
 * What the controllers of Pods want: Deployments, by way of their ReplicaSets, ReplicaSets, ReplicationControllers and StatefulSets.
 * DaemonSets and Jobs do not say. disruption.go:finders (1.20 … 1.36).
 */
export const scaleIn =
  (get: Lookup): Scale =>
  ({ owner }) => {
    if (owner === null || !isScaled(owner)) return null
    const set = get(owner.kind, owner.id)
    if (set === undefined) return null
    const above = set.owner?.kind === 'Deployment' ? get('Deployment', set.owner.id) : set
    return above === undefined ? null : { controller: `${above.kind}/${above.id}`, replicas: above.replicas }
  }
