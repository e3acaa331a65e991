import type { PodAffinityTerm } from '../../scenario/specs.ts'
import { NODE_ADD, NODE_LABEL, POD_ADD, POD_DELETE, POD_LABEL } from '../scheduler/cluster-event.ts'
import type { ClusterState } from '../scheduler/cluster-state.ts'
import type { Part } from '../scheduler/match-counts.ts'
import type { Domains } from '../scheduler/node-columns.ts'
import { type PodView, termMatches, termNamespaces } from '../scheduler/pod-info.ts'
import type { FilterPlugin, NodeFilter } from './plugin.ts'

/** Domains of one topology key in which some Pods are. */
interface Occupied {
  readonly domains: Domains
  readonly has: Uint8Array
}

function occupied(cluster: ClusterState, key: string, perNode: ReadonlyMap<number, number>): Occupied {
  const domains = cluster.nodes.domainsOf(key)
  const has = new Uint8Array(domains.size)
  for (const node of perNode.keys()) {
    const domain = domains.of[node] ?? -1
    if (domain >= 0) has[domain] = 1
  }
  return { domains, has }
}

const holds = ({ domains, has }: Occupied, node: number): boolean => {
  const domain = domains.of[node] ?? -1
  return domain >= 0 && has[domain] === 1
}

const partOf = (term: PodAffinityTerm, namespace: string): Part | null =>
  term.labelSelector === undefined ? null : { namespaces: termNamespaces(term, namespace), selector: term.labelSelector }

/** What is known of one node about a Pod's required affinity. */
export interface AffinityCase {
  /** For each term: whether the node has the key, and whether a Pod that matches all terms is in its domain. */
  readonly terms: readonly { readonly hasKey: boolean; readonly hasPod: boolean }[]
  /** Whether any Pod of the cluster matches all terms. */
  readonly anyPod: boolean
  /** Whether the Pod matches its own terms. */
  readonly selfMatch: boolean
}

/** Whether required affinity lets the Pod on the node; the first Pod of a series with affinity to itself goes anywhere. filtering.go:satisfyPodAffinity. */
export function satisfiesAffinity({ terms, anyPod, selfMatch }: AffinityCase): boolean {
  if (terms.some((term) => !term.hasKey)) return false
  return terms.every((term) => term.hasPod) || (!anyPod && selfMatch)
}

function affinityCheck(cluster: ClusterState, { pod, info }: PodView): ((node: number) => boolean) | null {
  const terms = info.requiredAffinity
  if (terms.length === 0) return null
  const parts = terms.map((term) => partOf(term, pod.namespace))
  const known = parts.every((part) => part !== null) ? cluster.counts.of(parts as Part[], 'all', true).perNode : new Map<number, number>()
  const places = terms.map((term) => occupied(cluster, term.topologyKey, known))
  const anyPod = places.some(({ has }) => has.includes(1))
  const selfMatch = terms.every((term) => termMatches(term, pod.namespace, pod))
  return (node) =>
    satisfiesAffinity({
      terms: places.map((place) => ({ hasKey: (place.domains.of[node] ?? -1) >= 0, hasPod: holds(place, node) })),
      anyPod,
      selfMatch,
    })
}

function antiAffinityPlaces(cluster: ClusterState, { pod, info }: PodView): Occupied[] {
  return info.requiredAntiAffinity.flatMap((term) => {
    const part = partOf(term, pod.namespace)
    return part === null ? [] : [occupied(cluster, term.topologyKey, cluster.counts.of([part], 'one', true).perNode)]
  })
}

function forbiddenPlaces(cluster: ClusterState, { pod }: PodView): Occupied[] {
  const places: Occupied[] = []
  for (const byNamespace of cluster.holders.antiAffinity.values()) {
    for (const { term, namespace, perNode } of byNamespace.values()) {
      if (termMatches(term, namespace, pod)) places.push(occupied(cluster, term.topologyKey, perNode))
    }
  }
  return places
}

const AFFINITY = "node(s) didn't match pod affinity rules"
const ANTI_AFFINITY = "node(s) didn't match pod anti-affinity rules"
const EXISTING = "node(s) didn't satisfy existing pods anti-affinity rules"
/** Said beside the particular reason up to 1.21. */
const BOTH = "node(s) didn't match pod affinity/anti-affinity"

/** Honours required affinity and anti-affinity, its own and that of the Pods in place. interpodaffinity/filtering.go (1.20 … 1.36). */
export const interPodAffinity: FilterPlugin = {
  name: 'InterPodAffinity',
  events: POD_ADD | POD_LABEL | POD_DELETE | NODE_ADD | NODE_LABEL,
  prepare(cluster, view): NodeFilter | null {
    const affinity = affinityCheck(cluster, view)
    const anti = antiAffinityPlaces(cluster, view)
    const forbidden = forbiddenPlaces(cluster, view)
    if (affinity === null && anti.length + forbidden.length === 0) return null
    const reason = (node: number): string => {
      if (affinity !== null && !affinity(node)) return AFFINITY
      return anti.some((place) => holds(place, node)) ? ANTI_AFFINITY : EXISTING
    }
    return {
      fits: (node) =>
        (affinity === null || affinity(node)) &&
        !anti.some((place) => holds(place, node)) &&
        !forbidden.some((place) => holds(place, node)),
      reasons: (node) => (cluster.profile.minor <= 21 ? [BOTH, reason(node)] : [reason(node)]),
      unresolvable: (node) => affinity !== null && !affinity(node),
    }
  },
  mayFit({ pod, info }, { action, nodeBefore, node, pod: other }) {
    if (other !== undefined) {
      if ((action & POD_DELETE) === 0) return info.requiredAffinity.some((term) => termMatches(term, pod.namespace, other))
      const theirs = other.spec.affinity?.podAntiAffinity.required ?? []
      return (
        info.requiredAntiAffinity.some((term) => termMatches(term, pod.namespace, other)) ||
        theirs.some((term) => termMatches(term, other.namespace, pod))
      )
    }
    if (node === undefined) return false
    const keys = [...info.requiredAffinity, ...info.requiredAntiAffinity].map((term) => term.topologyKey)
    return keys.length === 0 || keys.some((key) => node.labels[key] !== nodeBefore?.labels[key])
  },
}
