import { NODE_ADD, NODE_ALLOCATABLE, POD_DELETE } from '../scheduler/cluster-event.ts'
import type { ClusterState } from '../scheduler/cluster-state.ts'
import { CPU, MEMORY } from '../scheduler/node-columns.ts'
import type { PodInfo } from '../scheduler/pod-info.ts'
import { podRequests } from '../scheduler/requests.ts'
import type { Collected, FilterPlugin, NodeFilter } from './plugin.ts'

/** Hints exist from 1.32 on: the newest rule applies to them. */
const LATEST = 36

/** One resource, of one Pod and one node: what the Pod requests, and what is free (below zero when overcommitted). */
export interface Demand {
  readonly name: string
  readonly request: number
  free: number
}

/**
 * Why a Pod does not fit a node; empty when it fits. A Pod that requests nothing fits wherever there is a place for a Pod; from 1.27 on only resources it
 * requests are compared, before that an overcommitted CPU or memory keeps off every Pod that requests anything.
 * pkg/scheduler/framework/plugins/noderesources/fit.go:fitsRequest (1.20 … 1.36).
 */
export function insufficient(demands: readonly Demand[], podCount: number, podsAllowed: number, minor: number): string[] {
  const reasons = podCount + 1 > podsAllowed ? ['Too many pods'] : []
  if (demands.every(({ request }) => request === 0)) return reasons
  for (const { name, request, free } of demands) {
    const compared = request > 0 || (minor < 27 && (name === 'cpu' || name === 'memory'))
    if (compared && request > free) reasons.push(`Insufficient ${name}`)
  }
  return reasons
}

/** The same over the columns: the inner loop of scheduling. */
class FitColumns implements NodeFilter {
  private readonly cluster: ClusterState
  private readonly info: PodInfo
  private readonly checksCpu: boolean
  private readonly checksMemory: boolean
  private demands: readonly (Demand & { readonly resource: number })[] | undefined

  constructor(cluster: ClusterState, info: PodInfo) {
    this.cluster = cluster
    this.info = info
    const nothing = info.cpu === 0 && info.memory === 0 && info.others.length === 0
    const always = cluster.profile.minor < 27 && !nothing
    this.checksCpu = always || info.cpu > 0
    this.checksMemory = always || info.memory > 0
  }

  fits(node: number): boolean {
    const { podCount, podsAllowed } = this.cluster.nodes
    if ((podCount[node] as number) >= (podsAllowed[node] as number)) return false
    if (this.checksCpu && this.info.cpu > this.free(CPU, node)) return false
    if (this.checksMemory && this.info.memory > this.free(MEMORY, node)) return false
    return this.info.others.length === 0 || this.fitsOthers(node)
  }

  collect(order: Int32Array, start: number, wanted: number, out: Int32Array): Collected {
    const { podCount, podsAllowed, allocatable, requested } = this.cluster.nodes
    const { checksCpu, checksMemory } = this
    const { cpu, memory } = this.info
    const [cpuHas, cpuUsed] = [allocatable[CPU] as Float64Array, requested[CPU] as Float64Array]
    const [memoryHas, memoryUsed] = [allocatable[MEMORY] as Float64Array, requested[MEMORY] as Float64Array]
    const plain = this.info.others.length === 0
    let next = start
    let found = 0
    for (let examined = 0; examined < order.length && found < wanted; examined++) {
      const node = order[next] as number
      if (++next === order.length) next = 0
      if (checksCpu && cpu > (cpuHas[node] as number) - (cpuUsed[node] as number)) continue
      if (checksMemory && memory > (memoryHas[node] as number) - (memoryUsed[node] as number)) continue
      if ((podCount[node] as number) >= (podsAllowed[node] as number)) continue
      if (plain || this.fitsOthers(node)) out[found++] = node
    }
    return { found, next }
  }

  reasons(node: number): readonly string[] {
    const { nodes, profile } = this.cluster
    this.demands ??= this.listDemands()
    for (const demand of this.demands) demand.free = this.free(demand.resource, node)
    return insufficient(this.demands, nodes.podCount[node] as number, nodes.podsAllowed[node] as number, profile.minor)
  }

  unresolvable(): boolean {
    return false
  }

  private free(resource: number, node: number): number {
    const { allocatable, requested } = this.cluster.nodes
    return ((allocatable[resource] as Float64Array)[node] as number) - ((requested[resource] as Float64Array)[node] as number)
  }

  private fitsOthers(node: number): boolean {
    const { others, amounts } = this.info
    return others.every((resource, i) => (amounts[i] as number) <= this.free(resource, node))
  }

  private listDemands(): (Demand & { readonly resource: number })[] {
    const { cpu, memory, others, amounts } = this.info
    const names = [...this.cluster.nodes.resources.keys()]
    const wanted = [
      [CPU, cpu] as const,
      [MEMORY, memory] as const,
      ...others.map((resource, i) => [resource, amounts[i] as number] as const),
    ]
    return wanted.map(([resource, request]) => ({ name: names[resource] as string, request, free: 0, resource }))
  }
}

/** Keeps the requests on a node within what is allocatable, the number of Pods included. */
export const nodeResourcesFit: FilterPlugin = {
  name: 'NodeResourcesFit',
  events: POD_DELETE | NODE_ADD | NODE_ALLOCATABLE,
  prepare: (cluster, { info }) => new FitColumns(cluster, info),
  mayFit({ info }, { nodeBefore, node, pod: gone }) {
    if (gone !== undefined) return true
    if (node === undefined) return false
    const request = podRequests(info.spec, true)
    const demands = Object.entries(request).map(([name, amount]) => ({
      name,
      request: amount,
      free: node.allocatable[name] ?? 0,
    }))
    if (insufficient(demands, 0, node.allocatable.pods ?? 0, LATEST).length > 0) return false
    if (nodeBefore === undefined) return true
    const more = (name: string): boolean => (node.allocatable[name] ?? 0) > (nodeBefore.allocatable[name] ?? 0)
    return more('pods') || Object.keys(request).some((name) => (request[name] ?? 0) > 0 && more(name))
  },
}
