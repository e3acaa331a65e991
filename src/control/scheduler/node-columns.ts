import type { MachineId, Node, PodId } from '../../cluster/objects.ts'
import { NodeOrder } from './node-order.ts'

/** Dense index of CPU [millicores]; extended resources follow memory and ephemeral storage in order of first sight. */
export const CPU = 0
/** Dense index of memory [bytes]. */
export const MEMORY = 1
const EPHEMERAL_STORAGE = 2

/** The values of one topology key, column-wise: `of[node]` is the node's domain, −1 without the label. */
export interface Domains {
  readonly of: Int32Array
  readonly size: number
}

const grown = (column: Float64Array, size: number): Float64Array => {
  const next = new Float64Array(size)
  next.set(column)
  return next
}

const hasEffect = (node: Node | undefined, prefer: boolean): boolean =>
  node?.taints.some((taint) => (taint.effect === 'PreferNoSchedule') === prefer) ?? false

/**
 * The nodes of the scheduler's cache in typed columns by machine id: what filters and scores read in their inner loops. Pods count on a node even while
 * its Node object is missing, as in the real cache (pkg/scheduler/internal/cache/cache.go, 1.20 … 1.36).
 */
export class NodeColumns {
  readonly resources = new Map<string, number>([
    ['cpu', CPU],
    ['memory', MEMORY],
    ['ephemeral-storage', EPHEMERAL_STORAGE],
  ])
  /** By resource, then by node. */
  allocatable: Float64Array[]
  requested: Float64Array[]
  nonZeroCpu: Float64Array
  nonZeroMemory: Float64Array
  podsAllowed: Float64Array
  podCount: Float64Array
  /** 1 where a present node repels Pods by a taint. */
  repels: Float64Array
  readonly pods: Set<PodId>[] = []
  readonly objects: (Node | undefined)[] = []
  /** Nodes present. */
  count = 0
  /** Counts changes of nodes present or of their labels. */
  labelsVersion = 0
  /** Nodes present that are cordoned, that repel Pods by a taint, that would rather repel them. */
  cordoned = 0
  tainted = 0
  preferTainted = 0
  readonly order = new NodeOrder()
  private size: number
  private readonly domains = new Map<string, { version: number; value: Domains }>()

  constructor(size: number) {
    this.size = Math.max(16, size)
    const column = (): Float64Array => new Float64Array(this.size)
    this.allocatable = [column(), column(), column()]
    this.requested = [column(), column(), column()]
    this.nonZeroCpu = column()
    this.nonZeroMemory = column()
    this.podsAllowed = column()
    this.podCount = column()
    this.repels = column()
  }

  /** The dense index of a resource, given at first sight. */
  resource(name: string): number {
    let index = this.resources.get(name)
    if (index === undefined) {
      index = this.resources.size
      this.resources.set(name, index)
      this.allocatable.push(new Float64Array(this.size))
      this.requested.push(new Float64Array(this.size))
    }
    return index
  }

  /** A Node was added or has changed. */
  put(node: Node): void {
    this.reserve(node.id)
    const before = this.objects[node.id]
    if (before === undefined) {
      this.count++
      this.order.add(node.id, node.zone)
    } else if (before.zone !== node.zone) {
      this.order.remove(node.id, before.zone)
      this.order.add(node.id, node.zone)
    }
    if (before?.labels !== node.labels) this.labelsVersion++
    this.tally(before, -1)
    this.tally(node, 1)
    this.objects[node.id] = node
    if (before?.allocatable !== node.allocatable) this.setAllocatable(node)
  }

  /** The Node is gone; its Pods may remain. */
  remove(id: MachineId): void {
    const before = this.objects[id]
    if (before === undefined) return
    this.count--
    this.labelsVersion++
    this.order.remove(id, before.zone)
    this.tally(before, -1)
    this.objects[id] = undefined
    for (const column of this.allocatable) column[id] = 0
    this.podsAllowed[id] = 0
  }

  /** Makes room for this id in every column. */
  reserve(id: number): void {
    while (this.pods.length <= id) this.pods.push(new Set())
    while (this.objects.length <= id) this.objects.push(undefined)
    if (id < this.size) return
    this.size = Math.max(id + 1, this.size * 2)
    this.allocatable = this.allocatable.map((column) => grown(column, this.size))
    this.requested = this.requested.map((column) => grown(column, this.size))
    this.nonZeroCpu = grown(this.nonZeroCpu, this.size)
    this.nonZeroMemory = grown(this.nonZeroMemory, this.size)
    this.podsAllowed = grown(this.podsAllowed, this.size)
    this.podCount = grown(this.podCount, this.size)
    this.repels = grown(this.repels, this.size)
  }

  /** The domains of a topology key among the nodes present. */
  domainsOf(key: string): Domains {
    const known = this.domains.get(key)
    if (known !== undefined && known.version === this.labelsVersion) return known.value
    const ids = new Map<string, number>()
    const of = new Int32Array(this.objects.length).fill(-1)
    this.objects.forEach((node, id) => {
      const label = node?.labels[key]
      if (label === undefined) return
      const domain = ids.get(label) ?? ids.size
      ids.set(label, domain)
      of[id] = domain
    })
    const value = { of, size: ids.size }
    this.domains.set(key, { version: this.labelsVersion, value })
    return value
  }

  private setAllocatable(node: Node): void {
    for (const column of this.allocatable) column[node.id] = 0
    for (const [name, amount] of Object.entries(node.allocatable)) {
      if (name === 'pods') continue
      const column = this.allocatable[this.resource(name)] as Float64Array
      column[node.id] = amount
    }
    this.podsAllowed[node.id] = node.allocatable.pods ?? 0
  }

  private tally(node: Node | undefined, sign: 1 | -1): void {
    if (node === undefined) return
    if (node.unschedulable) this.cordoned += sign
    if (hasEffect(node, false)) {
      this.tainted += sign
      this.repels[node.id] = (this.repels[node.id] as number) + sign
    }
    if (hasEffect(node, true)) this.preferTainted += sign
  }
}
