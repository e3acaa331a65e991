import type { ClusterEvent } from '../scheduler/cluster-event.ts'
import type { ClusterState } from '../scheduler/cluster-state.ts'
import type { PodView } from '../scheduler/pod-info.ts'

/** Result of a search: how many nodes were found, and where in the order the next search starts. */
export interface Collected {
  readonly found: number
  readonly next: number
}

/** One filter, prepared for one Pod: asked about nodes by machine id. */
export interface NodeFilter {
  fits(node: number): boolean
  /** Why the Pod does not fit a node, in Kubernetes' words; asked only where `fits` said no. */
  reasons(node: number): readonly string[]
  /** Whether taking Pods off the node could never help (status UnschedulableAndUnresolvable). */
  unresolvable(node: number): boolean
  /** Column-wise form of `fits`: writes nodes that fit to `out`, from `order[start]` on and round the list, until there are `wanted`. */
  collect?(order: Int32Array, start: number, wanted: number, out: Int32Array): Collected
}

/** A filter plugin of kube-scheduler. */
export interface FilterPlugin {
  /** Kubernetes' own name. */
  readonly name: string
  /** PreFilter; null when every node would pass. */
  prepare(cluster: ClusterState, view: PodView): NodeFilter | null
  /** Kinds of cluster events after which a Pod it rejected may fit (EventsToRegister). */
  readonly events: number
  /** QueueingHint: whether this event may have made the Pod fit. Asked only about events of those kinds, 1.32 on. */
  mayFit(view: PodView, event: ClusterEvent): boolean
}
