import type { Node } from '../../cluster/objects.ts'
import type { LabelSelector, TopologySpreadConstraint } from '../../scenario/specs.ts'
import { asksForNodes, matchesNode } from '../filters/node-affinity.ts'
import type { ClusterState } from '../scheduler/cluster-state.ts'
import type { Domains } from '../scheduler/node-columns.ts'
import type { PodView } from '../scheduler/pod-info.ts'
import { MAX_NODE_SCORE, type ScorePlugin } from './plugin.ts'

const HOSTNAME = 'kubernetes.io/hostname'
/** A node that lacks a topology key. */
const IGNORED = -1

/** The system's own constraints for Pods of a Service or a controller: podtopologyspread/plugin.go:systemDefaultConstraints (1.20 … 1.36). */
const DEFAULTS = [
  { topologyKey: HOSTNAME, maxSkew: 3 },
  { topologyKey: 'topology.kubernetes.io/zone', maxSkew: 5 },
] as const

interface Constraint {
  readonly topologyKey: string
  readonly maxSkew: number
  readonly selector: LabelSelector | undefined
}

/** What a matching Pod weighs in a topology with so many domains. scoring.go:topologyNormalizingWeight (1.20 … 1.36). */
export const topologyWeight = (domains: number): number => Math.log(domains + 2)

/** What one constraint adds to a node's sum: smaller is better. scoring.go:scoreForCount (1.20 … 1.36). */
export const spreadPenalty = (matching: number, maxSkew: number, weight: number): number => matching * weight + (maxSkew - 1)

/**
 * Turns sums into 0 … 100, the smallest sum best; ignored nodes get 0, and all get 100 when every sum is 0. scoring.go:NormalizeScore (1.20 … 1.36).
 */
export function normalizeSpread(sums: Float64Array, count: number): void {
  let min = Number.POSITIVE_INFINITY
  let max = 0
  for (let i = 0; i < count; i++) {
    const sum = sums[i] as number
    if (sum === IGNORED) continue
    min = Math.min(min, sum)
    max = Math.max(max, sum)
  }
  for (let i = 0; i < count; i++) {
    const sum = sums[i] as number
    if (sum === IGNORED) sums[i] = 0
    else sums[i] = max === 0 ? MAX_NODE_SCORE : Math.trunc((MAX_NODE_SCORE * (max + min - sum)) / max)
  }
}

/** The constraints that score: the Pod's ScheduleAnyway ones, or the system's when it has none of its own at all. */
function constraintsOf(cluster: ClusterState, { pod }: PodView): readonly Constraint[] {
  const own = pod.spec.topologySpreadConstraints
  if (own.length > 0) return own.filter((one) => one.whenUnsatisfiable === 'ScheduleAnyway').map(asConstraint)
  const selector = cluster.owners.selectorOf(pod)
  return selector === null ? [] : DEFAULTS.map((constraint) => ({ ...constraint, selector }))
}

const asConstraint = ({ topologyKey, maxSkew, labelSelector }: TopologySpreadConstraint): Constraint => ({
  topologyKey,
  maxSkew,
  selector: labelSelector,
})

/** The Pods that a constraint counts, by node. */
function matchingPods({ counts }: ClusterState, view: PodView, { selector }: Constraint): ReadonlyMap<number, number> {
  if (selector === undefined) return NONE
  return counts.of([{ namespaces: [view.pod.namespace], selector }], 'spread', false).perNode
}

/** Whether a constraint gives every node the same: it counts no Pod yet, and all of the nodes have its key, or none has and that is no matter. */
function saysNothing(
  cluster: ClusterState,
  view: PodView,
  constraint: Constraint,
  list: Int32Array,
  count: number,
  strict: boolean,
): boolean {
  if (matchingPods(cluster, view, constraint).size > 0) return false
  const { of } = cluster.nodes.domainsOf(constraint.topologyKey)
  const present = (of[list[0] as number] ?? -1) >= 0
  if (strict && !present) return false
  for (let i = 1; i < count; i++) if ((of[list[i] as number] ?? -1) >= 0 !== present) return false
  return true
}

interface Counted {
  readonly hostname: boolean
  readonly domains: Domains
  readonly counts: Float64Array
  readonly perNode: ReadonlyMap<number, number>
  readonly weight: number
  readonly maxSkew: number
}

const NONE: ReadonlyMap<number, number> = new Map()

/** Pods by domain for one constraint: over all nodes that the Pod's node affinity allows, in domains that some feasible node has. */
function countConstraint(
  cluster: ClusterState,
  view: PodView,
  constraint: Constraint,
  keys: readonly Domains[],
  feasible: readonly number[],
): Counted {
  const { nodes } = cluster
  const domains = nodes.domainsOf(constraint.topologyKey)
  const hostname = constraint.topologyKey === HOSTNAME
  const perNode = matchingPods(cluster, view, constraint)
  const counts = new Float64Array(domains.size)
  const chosen = asksForNodes(view.pod.spec)
  if (!hostname) {
    for (const [node, pods] of perNode) {
      const object = nodes.objects[node]
      const domain = domains.of[node] ?? -1
      if (object === undefined || domain < 0 || keys.some(({ of }) => (of[node] ?? -1) < 0)) continue
      if (!chosen || matchesNode(view.pod.spec, object as Node)) counts[domain] = (counts[domain] as number) + pods
    }
  }
  const size = hostname ? feasible.length : new Set(feasible.map((node) => domains.of[node])).size
  return { hostname, domains, counts, perNode, weight: topologyWeight(size), maxSkew: constraint.maxSkew }
}

/**
 * Prefers domains with fewer Pods of the same kind. A node without one of the keys is ignored and scores 0; from 1.23 on not for the system's
 * constraints (PR #105046), so that clusters without zone labels spread over hosts. Terminating Pods do not count.
 * pkg/scheduler/framework/plugins/podtopologyspread/scoring.go (1.20 … 1.36).
 */
export const podSpread: ScorePlugin = {
  name: 'PodTopologySpread',
  weight: () => 2,
  score(cluster, view, list, count, out) {
    const constraints = constraintsOf(cluster, view)
    if (constraints.length === 0) return false
    const { minor } = cluster.profile
    const strict = view.pod.spec.topologySpreadConstraints.length > 0 || minor <= 22
    if (constraints.every((constraint) => saysNothing(cluster, view, constraint, list, count, strict))) {
      out.fill(MAX_NODE_SCORE, 0, count)
      return true
    }
    const keys = strict ? constraints.map(({ topologyKey }) => cluster.nodes.domainsOf(topologyKey)) : []
    const ignored = (node: number): boolean => keys.length > 0 && keys.some(({ of }) => (of[node] ?? -1) < 0)
    const nodes = Array.from(list.subarray(0, count))
    const feasible = keys.length === 0 ? nodes : nodes.filter((node) => !ignored(node))
    if (feasible.length === 0) return false
    const counted = constraints.map((constraint) => countConstraint(cluster, view, constraint, keys, feasible))
    const round = minor <= 22 ? Math.trunc : Math.round
    for (let i = 0; i < count; i++) {
      const node = list[i] as number
      out[i] = ignored(node) ? IGNORED : round(sumOf(counted, node))
    }
    normalizeSpread(out, count)
    return true
  },
}

function sumOf(counted: readonly Counted[], node: number): number {
  let sum = 0
  for (const { hostname, domains, counts, perNode, weight, maxSkew } of counted) {
    const domain = domains.of[node] ?? -1
    if (domain < 0) continue
    const pods = hostname ? (perNode.get(node) ?? 0) : (counts[domain] as number)
    sum += spreadPenalty(pods, maxSkew, weight)
  }
  return sum
}
