import type { Resources } from '../../scenario/specs.ts'
import { NODE_ADD, NODE_ALLOCATABLE, POD_DELETE } from '../scheduler/cluster-event.ts'
import type { ClusterState } from '../scheduler/cluster-state.ts'
import { CPU, MEMORY } from '../scheduler/node-columns.ts'
import type { PodInfo } from '../scheduler/pod-info.ts'
import { podRequests } from '../scheduler/requests.ts'
import type { FilterPlugin, NodeFilter } from './plugin.ts'

/** One node and one Pod as plain amounts: what the Pod requests, and of each resource what the node has and what is requested on it already. */
export interface FitCase {
  readonly request: Resources
  readonly allocatable: Resources
  readonly requested: Resources
  readonly podCount: number
}

/**
 * Why a Pod does not fit a node; empty when it fits. A Pod that requests nothing fits wherever there is a place for a Pod; from 1.27 on only resources it
 * requests are compared, before that an overcommitted CPU or memory keeps off every Pod that requests anything.
 * pkg/scheduler/framework/plugins/noderesources/fit.go:fitsRequest (1.20 … 1.36).
 */
export function insufficient({ request, allocatable, requested, podCount }: FitCase, minor: number): string[] {
  const reasons = podCount + 1 > (allocatable.pods ?? 0) ? ['Too many pods'] : []
  const wanted = Object.entries(request).filter(([name, amount]) => amount > 0 && name !== 'pods')
  if (wanted.length === 0) return reasons
  const names = new Set(minor >= 27 ? [] : ['cpu', 'memory'])
  for (const [name] of wanted) names.add(name)
  const ordered = ['cpu', 'memory', 'ephemeral-storage', ...names].filter((name, i, all) => names.has(name) && all.indexOf(name) === i)
  for (const name of ordered) {
    if ((request[name] ?? 0) > (allocatable[name] ?? 0) - (requested[name] ?? 0)) reasons.push(`Insufficient ${name}`)
  }
  return reasons
}

/** The same over the columns: the inner loop of scheduling. */
export function fitColumns({ nodes, profile }: ClusterState, info: PodInfo): NodeFilter['fits'] {
  const { podCount, podsAllowed, allocatable, requested } = nodes
  const cpu = info.cpu
  const memory = info.memory
  const nothing = cpu === 0 && memory === 0 && info.others.length === 0
  const always = profile.minor < 27
  const cpuAllocatable = allocatable[CPU] as Float64Array
  const cpuRequested = requested[CPU] as Float64Array
  const memoryAllocatable = allocatable[MEMORY] as Float64Array
  const memoryRequested = requested[MEMORY] as Float64Array
  const fitsOthers = (node: number): boolean =>
    info.others.every((resource, i) => {
      const free = ((allocatable[resource] as Float64Array)[node] as number) - ((requested[resource] as Float64Array)[node] as number)
      return (info.amounts[i] as number) <= free
    })
  return (node) => {
    if ((podCount[node] as number) + 1 > (podsAllowed[node] as number)) return false
    if (nothing) return true
    if ((always || cpu > 0) && cpu > (cpuAllocatable[node] as number) - (cpuRequested[node] as number)) return false
    if ((always || memory > 0) && memory > (memoryAllocatable[node] as number) - (memoryRequested[node] as number)) return false
    return info.others.length === 0 || fitsOthers(node)
  }
}

const amountsOf = (columns: readonly Float64Array[], names: ReadonlyMap<string, number>, node: number): Record<string, number> =>
  Object.fromEntries([...names].map(([name, resource]) => [name, (columns[resource] as Float64Array)[node] as number]))

/** The resources of a node and of a Pod as plain amounts. */
export function fitCase({ nodes, profile }: ClusterState, info: PodInfo, node: number): FitCase {
  return {
    request: podRequests(info.spec, profile.minor >= 29),
    allocatable: { ...amountsOf(nodes.allocatable, nodes.resources, node), pods: nodes.podsAllowed[node] as number },
    requested: amountsOf(nodes.requested, nodes.resources, node),
    podCount: nodes.podCount[node] as number,
  }
}

/** Keeps the requests on a node within what is allocatable, the number of Pods included. */
export const nodeResourcesFit: FilterPlugin = {
  name: 'NodeResourcesFit',
  events: POD_DELETE | NODE_ADD | NODE_ALLOCATABLE,
  prepare(cluster, { info }) {
    return {
      fits: fitColumns(cluster, info),
      reasons: (node) => insufficient(fitCase(cluster, info, node), cluster.profile.minor),
      unresolvable: () => false,
    }
  },
  mayFit({ info }, { nodeBefore, node, pod: gone }) {
    if (gone !== undefined) return true
    if (node === undefined) return false
    const request = podRequests(info.spec, true)
    if (insufficient({ request, allocatable: node.allocatable, requested: {}, podCount: 0 }, 36).length > 0) return false
    if (nodeBefore === undefined) return true
    const more = (name: string): boolean => (node.allocatable[name] ?? 0) > (nodeBefore.allocatable[name] ?? 0)
    return more('pods') || Object.keys(request).some((name) => (request[name] ?? 0) > 0 && more(name))
  },
}
