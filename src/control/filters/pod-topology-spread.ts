import type { Node } from '../../cluster/objects.ts'
import { selects } from '../../scenario/selectors.ts'
import type { TopologySpreadConstraint } from '../../scenario/specs.ts'
import { NODE_ADD, NODE_DELETE, NODE_LABEL, POD_ADD, POD_DELETE, POD_LABEL } from '../scheduler/cluster-event.ts'
import type { ClusterState } from '../scheduler/cluster-state.ts'
import type { Domains } from '../scheduler/node-columns.ts'
import type { PodView } from '../scheduler/pod-info.ts'
import { asksForNodes, matchesNode } from './node-affinity.ts'
import type { FilterPlugin } from './plugin.ts'

/** One constraint, counted over the cluster. */
export interface SpreadCount {
  readonly maxSkew: number
  /** Whether the Pod itself is selected by the constraint. */
  readonly selfMatch: boolean
  /** Matching Pods in the domain of the node. */
  readonly inDomain: number
  /** The smallest number in any eligible domain; 0 with fewer than `minDomains` of them. */
  readonly least: number
}

/** Whether one more Pod in the domain keeps the skew. podtopologyspread/filtering.go:Filter (1.20 … 1.36). */
export function withinSkew({ maxSkew, selfMatch, inDomain, least }: SpreadCount): boolean {
  return inDomain + (selfMatch ? 1 : 0) - least <= maxSkew
}

const ofFilter = (constraint: TopologySpreadConstraint): boolean => constraint.whenUnsatisfiable === 'DoNotSchedule'

const selectsItself = ({ labelSelector }: TopologySpreadConstraint, { pod }: PodView): boolean =>
  labelSelector !== undefined && selects(labelSelector, pod.labels)

interface Counted {
  readonly domains: Domains
  readonly counts: Float64Array
  readonly maxSkew: number
  readonly selfMatch: boolean
  readonly least: number
}

/** Counts matching Pods by domain over the nodes that have every key and that the Pod's node affinity allows. */
function countConstraints(cluster: ClusterState, view: PodView, constraints: readonly TopologySpreadConstraint[]): Counted[] {
  const { nodes } = cluster
  const keys = constraints.map((constraint) => nodes.domainsOf(constraint.topologyKey))
  const chosen = asksForNodes(view.pod.spec)
  const eligible = (node: number): boolean =>
    nodes.objects[node] !== undefined &&
    keys.every((domains) => (domains.of[node] ?? -1) >= 0) &&
    (!chosen || matchesNode(view.pod.spec, nodes.objects[node] as Node))
  const candidates = nodes.order.list().filter(eligible)
  return constraints.map((constraint, i) => {
    const domains = keys[i] as Domains
    const counts = new Float64Array(domains.size)
    const seen = new Uint8Array(domains.size)
    for (const node of candidates) seen[domains.of[node] as number] = 1
    if (constraint.labelSelector !== undefined) {
      const part = { namespaces: [view.pod.namespace], selector: constraint.labelSelector }
      for (const [node, count] of cluster.counts.of([part], 'spread', false).perNode) {
        const domain = domains.of[node] as number
        if (eligible(node)) counts[domain] = (counts[domain] as number) + count
      }
    }
    const present = [...counts].filter((_, domain) => seen[domain] === 1)
    const least = present.length < (constraint.minDomains ?? 1) ? 0 : present.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY)
    return { domains, counts, maxSkew: constraint.maxSkew, selfMatch: selectsItself(constraint, view), least }
  })
}

const MISMATCH = "node(s) didn't match pod topology spread constraints"

/** Honours constraints with `whenUnsatisfiable: DoNotSchedule`. `minDomains` counts from 1.27 on (beta, on by default). */
export const podTopologySpread: FilterPlugin = {
  name: 'PodTopologySpread',
  events: POD_ADD | POD_LABEL | POD_DELETE | NODE_ADD | NODE_DELETE | NODE_LABEL,
  prepare(cluster, view) {
    const constraints = view.pod.spec.topologySpreadConstraints.filter(ofFilter)
    if (constraints.length === 0) return null
    const known = cluster.profile.minor >= 27 ? constraints : constraints.map((constraint) => ({ ...constraint, minDomains: 1 }))
    const counted = countConstraints(cluster, view, known)
    const lacksKey = (node: number): boolean => counted.some(({ domains }) => (domains.of[node] ?? -1) < 0)
    const fits = (node: number): boolean =>
      counted.every(({ domains, counts, maxSkew, selfMatch, least }) => {
        const domain = domains.of[node] ?? -1
        return domain >= 0 && withinSkew({ maxSkew, selfMatch, inDomain: counts[domain] as number, least })
      })
    return {
      fits,
      reasons: (node) => [lacksKey(node) ? `${MISMATCH} (missing required label)` : MISMATCH],
      unresolvable: lacksKey,
    }
  },
  mayFit({ pod }, { nodeBefore, node, pod: other }) {
    const constraints = pod.spec.topologySpreadConstraints.filter(ofFilter)
    if (other !== undefined) {
      return (
        other.namespace === pod.namespace &&
        constraints.some(({ labelSelector }) => labelSelector !== undefined && selects(labelSelector, other.labels))
      )
    }
    const has = (candidate: Node | undefined): boolean =>
      candidate !== undefined && constraints.every(({ topologyKey }) => Object.hasOwn(candidate.labels, topologyKey))
    const differs = constraints.some(({ topologyKey }) => nodeBefore?.labels[topologyKey] !== node?.labels[topologyKey])
    return (has(node) || has(nodeBefore)) && differs
  },
}
