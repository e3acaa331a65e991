import { nodeDraft } from '../../cluster/drafts.ts'
import type { MachineId, Node, Pod } from '../../cluster/objects.ts'
import type { Instant } from '../../kernel/time.ts'
import type { MachineSpec } from '../../scenario/scenario.ts'
import type { ClusterState } from '../scheduler/cluster-state.ts'
import { prepareFilters, rejectorOf } from '../scheduler/decide.ts'

/** The Node that a machine would have once it is ready. */
export function futureNode(id: number, spec: MachineSpec): Node {
  const draft = nodeDraft(id as MachineId, spec, '')
  const fields = { created: 0 as Instant, deletionTimestamp: null, resourceVersion: 0, version: 1, generation: 1 }
  return { ...draft, id: id as MachineId, ...fields }
}

/** The first of these nodes that takes the Pod, by the scheduler's own filters; −1 for none. */
export function firstThatFits(cluster: ClusterState, pod: Pod, nodes: Iterable<number>): number {
  const prepared = prepareFilters(cluster, cluster.view(pod))
  for (const node of nodes) if (rejectorOf(prepared, node) === null) return node
  return -1
}

/**
 * Pods that fit on no node of the cluster as it will be, each that fits taking its room; the rest is put on no node.
 * autoscaler core/podlistprocessor/filter_out_schedulable.go: by priority, then oldest first.
 */
export function filterOutSchedulable(cluster: ClusterState, pods: readonly Pod[]): Pod[] {
  const order = pods.toSorted((a, b) => b.spec.priority - a.spec.priority || a.created - b.created || a.id - b.id)
  return order.filter((pod) => {
    const node = firstThatFits(cluster, pod, cluster.nodes.order.list())
    if (node < 0) return true
    cluster.place(pod, node)
    return false
  })
}

/** How many machines of a group help which Pods. */
export interface Estimate {
  readonly count: number
  readonly pods: readonly Pod[]
  /** Shares of CPU and memory of the new machines that these Pods leave unused, averaged. */
  readonly waste: number
}

/** Share of a machine's CPU and memory that a Pod takes: the order of first-fit-decreasing. */
function size(cluster: ClusterState, pod: Pod, { allocatable }: Pick<Node, 'allocatable'>): number {
  const { cpu, memory } = cluster.view(pod).info
  return cpu / Math.max(1, allocatable.cpu ?? 0) + memory / Math.max(1, allocatable.memory ?? 0)
}

/**
 * First-fit-decreasing of the Pods onto new machines of one group, at most `most` of them; leaves the cluster as it was. `machineAt` is the k-th machine
 * that would be added, `firstId` a machine id that nobody has. autoscaler estimator/binpacking_estimator.go.
 */
export function estimate(
  cluster: ClusterState,
  pods: readonly Pod[],
  machineAt: (k: number) => MachineSpec,
  most: number,
  firstId: number,
): Estimate {
  const added: Node[] = []
  const helped: Pod[] = []
  const template = futureNode(firstId, machineAt(0))
  const order = pods.toSorted((a, b) => size(cluster, b, template) - size(cluster, a, template) || a.id - b.id)
  for (const pod of order) {
    let node = firstThatFits(
      cluster,
      pod,
      added.map(({ id }) => id),
    )
    if (node < 0 && added.length < most) {
      const next = futureNode(firstId + added.length, machineAt(added.length))
      cluster.putNode(next)
      node = firstThatFits(cluster, pod, [next.id])
      if (node < 0) cluster.removeNode(next)
      else added.push(next)
    }
    if (node < 0) continue
    cluster.place(pod, node)
    helped.push(pod)
  }
  const waste = wasteOf(cluster, added, helped)
  for (const pod of helped) cluster.remove(pod.id)
  for (const node of added) cluster.removeNode(node)
  return { count: added.length, pods: helped, waste }
}

function wasteOf(cluster: ClusterState, nodes: readonly Node[], pods: readonly Pod[]): number {
  const sum = (amounts: readonly number[]): number => amounts.reduce((total, amount) => total + amount, 0)
  const unused = (used: number, there: number): number => (there === 0 ? 0 : 1 - used / there)
  const infos = pods.map((pod) => cluster.view(pod).info)
  const cpu = unused(sum(infos.map((info) => info.cpu)), sum(nodes.map(({ allocatable }) => allocatable.cpu ?? 0)))
  const memory = unused(sum(infos.map((info) => info.memory)), sum(nodes.map(({ allocatable }) => allocatable.memory ?? 0)))
  return (cpu + memory) / 2
}
