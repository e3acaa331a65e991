import { filterPlugins, filterPlugins120 } from '../filters/index.ts'
import type { Collected, FilterPlugin, NodeFilter } from '../filters/plugin.ts'
import { scorePlugins } from '../scores/index.ts'
import type { ScorePlugin } from '../scores/plugin.ts'
import type { ClusterState } from './cluster-state.ts'
import { countReasons, type ReasonCounts } from './fit-error.ts'
import type { Nominator } from './nominator.ts'
import type { PodView } from './pod-info.ts'

/** The filters of a release, in its order. */
export const filtersOf = (minor: number): readonly FilterPlugin[] => (minor <= 22 ? filterPlugins120 : filterPlugins)

/** The score plugins of a release, with their weights. */
export function scorersOf(minor: number): readonly { readonly plugin: ScorePlugin; readonly weight: number }[] {
  return scorePlugins.map((plugin) => ({ plugin, weight: plugin.weight(minor) })).filter(({ weight }) => weight > 0)
}

/**
 * How many feasible nodes end the search: all below 100 nodes; else a percentage, 50 − n/125 and at least 5 unless set, and at least 100 nodes.
 * pkg/scheduler/core/generic_scheduler.go:numFeasibleNodesToFind (1.20), schedule_one.go (… 1.36).
 */
export function numFeasibleNodesToFind(nodes: number, percentage: number): number {
  if (nodes < 100 || percentage >= 100) return nodes
  const adaptive = percentage > 0 ? percentage : Math.max(5, 50 - Math.trunc(nodes / 125))
  return Math.max(100, Math.trunc((nodes * adaptive) / 100))
}

/** A filter that has something to say about the Pod, and its place in the list: the bit by which it is remembered as a rejector. */
export interface Prepared {
  readonly index: number
  readonly filter: NodeFilter
}

/** The filters that may reject the Pod somewhere; of those named in `only`, if given. */
export function prepareFilters(cluster: ClusterState, view: PodView, only?: ReadonlySet<string>): Prepared[] {
  const prepared: Prepared[] = []
  filtersOf(cluster.profile.minor).forEach((plugin, index) => {
    const filter = only === undefined || only.has(plugin.name) ? plugin.prepare(cluster, view) : null
    if (filter !== null) prepared.push({ index, filter })
  })
  return prepared
}

/** The first filter that rejects a node; null when the Pod fits. */
export function rejectorOf(prepared: readonly Prepared[], node: number): Prepared | null {
  for (let i = 0; i < prepared.length; i++) {
    const one = prepared[i] as Prepared
    if (!one.filter.fits(node)) return one
  }
  return null
}

/** Nodes a Pod does not fit, with the filter that said no. */
export interface Diagnosis {
  readonly nodes: number
  readonly counts: ReasonCounts
  /** Bits of the filters that rejected some node. */
  readonly rejectors: number
  /** Nodes where taking Pods off might help. */
  readonly resolvable: readonly number[]
  /** Nodes where it cannot. */
  readonly unresolvable: ReadonlySet<number>
}

/** What a scheduling cycle decides. */
export interface Decision {
  /** The node, −1 when none fits. */
  readonly node: number
  readonly feasible: number
  readonly diagnosis: Diagnosis | null
}

/** Buffers of the inner loops, and where the next search starts. */
export class Search {
  /** Rotates, so that all nodes have the same chance to be examined. */
  nextStartIndex = 0
  feasible = new Int32Array(0)
  scores = new Float64Array(0)
  total = new Float64Array(0)
  readonly scorers: ReturnType<typeof scorersOf>

  constructor(minor: number) {
    this.scorers = scorersOf(minor)
  }

  /** Makes room for so many nodes. */
  reserve(nodes: number): void {
    if (this.feasible.length >= nodes) return
    this.feasible = new Int32Array(nodes)
    this.scores = new Float64Array(nodes)
    this.total = new Float64Array(nodes)
  }
}

/** What a cycle decides with: the cache, the nominations, the search. */
export interface Scheduling {
  readonly cluster: ClusterState
  readonly nominator: Nominator
  readonly search: Search
  readonly percentageOfNodesToScore: number
}

/**
 * One scheduling cycle up to the choice of the node: filters until enough nodes are feasible, scores them, takes the best. `draw` is uniform in
 * [0, 1) and called only when the best tie. pkg/scheduler/schedule_one.go:schedulePod (1.20: core/generic_scheduler.go:Schedule).
 */
export function schedulePod(scheduling: Scheduling, view: PodView, draw: () => number): Decision {
  const { cluster, search, nominator } = scheduling
  const order = cluster.nodes.order.list()
  search.reserve(order.length)
  const prepared = prepareFilters(cluster, view)
  const rejector = (node: number): Prepared | null =>
    nominator.empty ? rejectorOf(prepared, node) : nominator.rejectorWithNominated(cluster, view, node, prepared)
  const fits = (node: number): boolean => rejector(node) === null
  const nominated = nominator.nodeOf(view.pod.id)
  if (nominated >= 0 && cluster.profile.minor >= 21 && cluster.nodes.objects[nominated] !== undefined && fits(nominated)) {
    return { node: nominated, feasible: 1, diagnosis: null }
  }
  const wanted = numFeasibleNodesToFind(order.length, scheduling.percentageOfNodesToScore)
  const start = search.nextStartIndex < order.length ? search.nextStartIndex : 0
  const alone = nominator.empty && prepared.length === 1 ? (prepared[0] as Prepared).filter : null
  const { found, next } = alone?.collect?.(order, start, wanted, search.feasible) ?? collect(order, start, wanted, search.feasible, fits)
  search.nextStartIndex = next
  if (found === 0) return { node: -1, feasible: 0, diagnosis: diagnose(order, rejector) }
  if (found === 1) return { node: search.feasible[0] as number, feasible: 1, diagnosis: null }
  return { node: best(scheduling, view, found, draw), feasible: found, diagnosis: null }
}

/** Collects nodes that fit from `order[start]` on, round the list, until there are enough. */
function collect(order: Int32Array, start: number, wanted: number, out: Int32Array, fits: (node: number) => boolean): Collected {
  let next = start
  let found = 0
  for (let examined = 0; examined < order.length && found < wanted; examined++) {
    const node = order[next] as number
    if (++next === order.length) next = 0
    if (fits(node)) out[found++] = node
  }
  return { found, next }
}

function diagnose(order: Int32Array, rejectorAt: (node: number) => Prepared | null): Diagnosis {
  const reasons: (readonly string[])[] = []
  const resolvable: number[] = []
  const unresolvable = new Set<number>()
  let rejectors = 0
  for (const node of order) {
    const rejector = rejectorAt(node)
    if (rejector === null) continue
    rejectors |= 1 << rejector.index
    reasons.push(rejector.filter.reasons(node))
    if (rejector.filter.unresolvable(node)) unresolvable.add(node)
    else resolvable.push(node)
  }
  return { nodes: order.length, counts: countReasons(reasons), rejectors, resolvable, unresolvable }
}

/** The feasible node with the largest weighted sum; uniformly among those that tie (schedule_one.go:selectHost). */
function best({ cluster, search }: Scheduling, view: PodView, found: number, draw: () => number): number {
  const { feasible, scores, total } = search
  let started = false
  for (const { plugin, weight } of search.scorers) {
    if (!plugin.score(cluster, view, feasible, found, started ? scores : total)) continue
    if (started) addWeighted(total, scores, weight, found)
    else if (weight !== 1) for (let i = 0; i < found; i++) total[i] = (total[i] as number) * weight
    started = true
  }
  if (!started) total.fill(0, 0, found)
  let max = Number.NEGATIVE_INFINITY
  let first = 0
  let ties = 0
  for (let i = 0; i < found; i++) {
    const score = total[i] as number
    if (score < max) continue
    if (score > max) {
      max = score
      first = i
      ties = 0
    }
    ties++
  }
  if (ties === 1) return feasible[first] as number
  let skip = Math.floor(draw() * ties)
  for (let i = first; i < found; i++) if (total[i] === max && skip-- === 0) return feasible[i] as number
  return feasible[first] as number
}

function addWeighted(total: Float64Array, scores: Float64Array, weight: number, count: number): void {
  for (let i = 0; i < count; i++) total[i] = (total[i] as number) + weight * (scores[i] as number)
}
