import type { ClusterState } from '../scheduler/cluster-state.ts'
import { type PodView, termMatches, termNamespaces } from '../scheduler/pod-info.ts'
import { MAX_NODE_SCORE, type ScorePlugin } from './plugin.ts'

/** Required affinity of Pods in place attracts those they match, with this weight (`hardPodAffinityWeight`, default of all versions). */
const HARD_WEIGHT = 1

/**
 * Spreads sums over 0 … 100 between the smallest and the largest. Up to 1.21 both start from zero. interpodaffinity/scoring.go:NormalizeScore (1.20 … 1.36).
 */
export function normalizeAffinity(sums: Float64Array, count: number, minor: number): void {
  let min = minor <= 21 ? 0 : Number.POSITIVE_INFINITY
  let max = minor <= 21 ? 0 : Number.NEGATIVE_INFINITY
  for (let i = 0; i < count; i++) {
    min = Math.min(min, sums[i] as number)
    max = Math.max(max, sums[i] as number)
  }
  const range = max - min
  for (let i = 0; i < count; i++) sums[i] = range > 0 ? Math.trunc(MAX_NODE_SCORE * (((sums[i] as number) - min) / range)) : 0
}

/** Sums by topology key and domain. */
class Sums {
  readonly byKey = new Map<string, Float64Array>()
  private readonly cluster: ClusterState

  constructor(cluster: ClusterState) {
    this.cluster = cluster
  }

  add(key: string, perNode: ReadonlyMap<number, number>, weight: number): void {
    const domains = this.cluster.nodes.domainsOf(key)
    const sums = this.byKey.get(key) ?? new Float64Array(domains.size)
    for (const [node, pods] of perNode) {
      const domain = domains.of[node] ?? -1
      if (domain < 0) continue
      sums[domain] = (sums[domain] as number) + pods * weight
      this.byKey.set(key, sums)
    }
  }
}

function sumTerms(cluster: ClusterState, { pod, info }: PodView): Sums {
  const sums = new Sums(cluster)
  for (const { weight, term } of info.preferred) {
    if (term.labelSelector === undefined) continue
    const part = { namespaces: termNamespaces(term, pod.namespace), selector: term.labelSelector }
    sums.add(term.topologyKey, cluster.counts.of([part], 'one', true).perNode, weight)
  }
  const attract = (terms: typeof cluster.holders.affinity, weightOf: (weight: number) => number): void => {
    for (const byNamespace of terms.values()) {
      for (const { term, namespace, weight, perNode } of byNamespace.values()) {
        if (termMatches(term, namespace, pod)) sums.add(term.topologyKey, perNode, weightOf(weight))
      }
    }
  }
  attract(cluster.holders.affinity, () => HARD_WEIGHT)
  attract(cluster.holders.preferred, (weight) => weight)
  return sums
}

/** Whether any term of the Pod or of the Pods in place can matter. */
const matters = ({ holders }: ClusterState, { info }: PodView): boolean =>
  info.preferred.length > 0 || holders.affinity.size > 0 || holders.preferred.size > 0

/** Honours preferred inter-Pod terms: the Pod's own, and those of the Pods in place. */
export const preferredPodAffinity: ScorePlugin = {
  name: 'InterPodAffinity',
  weight: (minor) => (minor <= 22 ? 1 : 2),
  score(cluster, view, list, count, out) {
    if (!matters(cluster, view)) return false
    const { byKey } = sumTerms(cluster, view)
    if (byKey.size === 0) return false
    out.fill(0, 0, count)
    for (const [key, sums] of byKey) {
      const { of } = cluster.nodes.domainsOf(key)
      for (let i = 0; i < count; i++) {
        const domain = of[list[i] as number] ?? -1
        if (domain >= 0) out[i] = (out[i] as number) + (sums[domain] as number)
      }
    }
    normalizeAffinity(out, count, cluster.profile.minor)
    return true
  },
}
