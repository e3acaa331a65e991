import type { Node, Pod, PodId } from '../../cluster/objects.ts'
import type { Profile } from '../../scenario/profile.ts'
import type { PodSpec } from '../../scenario/specs.ts'
import { type Counted, countedOf, MatchCounts } from './match-counts.ts'
import { CPU, MEMORY, NodeColumns } from './node-columns.ts'
import { OwnerSelectors } from './owner-selectors.ts'
import { type PodInfo, type PodView, podInfo } from './pod-info.ts'
import { TermHolders } from './term-holders.ts'

interface Placed extends PodView {
  readonly node: number
  readonly counted: Counted
}

/**
 * The scheduler's own cache: nodes, and the Pods that are bound or assumed to be, with every sum that filters and scores need, kept incrementally.
 * pkg/scheduler/internal/cache/cache.go (1.20 … 1.36).
 */
export class ClusterState {
  readonly profile: Profile
  readonly nodes: NodeColumns
  readonly counts = new MatchCounts()
  readonly holders = new TermHolders()
  readonly owners = new OwnerSelectors()
  /** Host ports in use, by node: `protocol/port`. */
  readonly ports = new Map<number, Map<string, number>>()
  /** Nodes that have each image. */
  readonly images = new Map<string, Map<number, number>>()
  /** Counts what could make a decision differ: a Pod that fitted nowhere at one version fits nowhere at the same version. */
  version = 0
  private readonly placed: (Placed | undefined)[] = []
  private readonly infos = new Map<PodSpec, PodInfo>()
  private readonly priorities = new Map<number, number>()

  constructor(profile: Profile, size: number) {
    this.profile = profile
    this.nodes = new NodeColumns(size)
  }

  view(pod: Pod): PodView {
    let info = this.infos.get(pod.spec)
    if (info === undefined) {
      info = podInfo(pod.spec, this.profile.minor >= 29, (name) => this.nodes.resource(name))
      this.infos.set(pod.spec, info)
    }
    return { pod, info }
  }

  putNode(node: Node): void {
    this.version++
    this.indexImages(this.nodes.objects[node.id], node)
    this.nodes.put(node)
  }

  removeNode(node: Node): void {
    this.version++
    this.indexImages(this.nodes.objects[node.id], undefined)
    this.nodes.remove(node.id)
  }

  /** The node a Pod is on, −1 when it is on none. */
  nodeOf(pod: number): number {
    return this.placed[pod]?.node ?? -1
  }

  /** The version of a placed Pod that is counted. */
  placedPod(pod: number): PodView | undefined {
    return this.placed[pod]
  }

  /** Puts a Pod on a node, in place of what was counted for it before. */
  place(pod: Pod, node: number): void {
    const before = this.placed[pod.id]
    if (before !== undefined) this.remove(pod.id)
    const placed: Placed = { pod, info: this.view(pod).info, node, counted: countedOf(pod, node) }
    while (this.placed.length < pod.id) this.placed.push(undefined)
    this.placed[pod.id] = placed
    this.nodes.reserve(node)
    this.account(placed, 1)
  }

  /** A placed Pod has a new version: recounts what may have changed. */
  refresh(pod: Pod, node: number): void {
    const before = this.placed[pod.id]
    const terminating = pod.deletionTimestamp !== null
    const same = before?.node === node && before.pod.labels === pod.labels && before.pod.spec === pod.spec
    if (same && before.counted.terminating === terminating) this.placed[pod.id] = { ...before, pod }
    else this.place(pod, node)
  }

  /** Takes a Pod off its node. Does nothing when it is on none. */
  remove(pod: number): void {
    const placed = this.placed[pod]
    if (placed === undefined) return
    this.placed[pod] = undefined
    this.account(placed, -1)
  }

  /** Whether some placed Pod has a priority below this one. */
  hasLowerPriority(priority: number): boolean {
    for (const held of this.priorities.keys()) if (held < priority) return true
    return false
  }

  private account(placed: Placed, sign: 1 | -1): void {
    this.version++
    const { pod, info, node } = placed
    const { nodes } = this
    const cpu = nodes.requested[CPU] as Float64Array
    const memory = nodes.requested[MEMORY] as Float64Array
    cpu[node] = (cpu[node] as number) + sign * info.cpu
    memory[node] = (memory[node] as number) + sign * info.memory
    info.others.forEach((resource, i) => {
      const column = nodes.requested[resource] as Float64Array
      column[node] = (column[node] as number) + sign * (info.amounts[i] as number)
    })
    nodes.nonZeroCpu[node] = (nodes.nonZeroCpu[node] as number) + sign * info.nonZeroCpu
    nodes.nonZeroMemory[node] = (nodes.nonZeroMemory[node] as number) + sign * info.nonZeroMemory
    nodes.podCount[node] = (nodes.podCount[node] as number) + sign
    const held = nodes.pods[node] as Set<PodId>
    if (sign > 0) held.add(pod.id as PodId)
    else held.delete(pod.id as PodId)
    tally(this.priorities, pod.spec.priority, sign)
    if (info.hostPorts.length > 0) this.accountPorts(info, node, sign)
    this.holders.tally(placed, node, sign)
    if (sign > 0) this.counts.add(placed.counted)
    else this.counts.remove(placed.counted)
  }

  private accountPorts(info: PodInfo, node: number, sign: 1 | -1): void {
    const used = this.ports.get(node) ?? new Map<string, number>()
    this.ports.set(node, used)
    for (const port of info.hostPorts) tally(used, `${port.protocol}/${port.hostPort}`, sign)
  }

  private indexImages(before: Node | undefined, after: Node | undefined): void {
    if (before?.images === after?.images) return
    for (const name of Object.keys(before?.images ?? {})) this.images.get(name)?.delete((before as Node).id)
    for (const [name, size] of Object.entries(after?.images ?? {})) {
      const nodes = this.images.get(name) ?? new Map<number, number>()
      this.images.set(name, nodes.set((after as Node).id, size))
    }
  }
}

function tally<Key>(counts: Map<Key, number>, key: Key, sign: 1 | -1): void {
  const next = (counts.get(key) ?? 0) + sign
  if (next === 0) counts.delete(key)
  else counts.set(key, next)
}
