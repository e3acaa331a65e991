import type { Pod } from '../../cluster/objects.ts'
import type { ClusterState } from './cluster-state.ts'
import { type Prepared, prepareFilters, rejectorOf } from './decide.ts'
import type { PodView } from './pod-info.ts'

/** Pods that wait for room on a node that preemption makes for them (backend/queue/nominator.go, 1.20 … 1.36). */
export class Nominator {
  private readonly nodes = new Map<number, Map<number, Pod>>()
  private readonly pods = new Map<number, number>()

  get empty(): boolean {
    return this.pods.size === 0
  }

  /** The node nominated for a Pod, −1 for none. */
  nodeOf(pod: number): number {
    return this.pods.get(pod) ?? -1
  }

  /** Pods nominated to a node, in order of nomination. */
  podsOf(node: number): readonly Pod[] {
    return [...(this.nodes.get(node)?.values() ?? [])]
  }

  add(pod: Pod, node: number): void {
    this.remove(pod.id)
    const pods = this.nodes.get(node) ?? new Map<number, Pod>()
    this.nodes.set(node, pods.set(pod.id, pod))
    this.pods.set(pod.id, node)
  }

  remove(pod: number): void {
    const node = this.pods.get(pod)
    if (node === undefined) return
    this.pods.delete(pod)
    const pods = this.nodes.get(node)
    pods?.delete(pod)
    if (pods?.size === 0) this.nodes.delete(node)
  }

  /**
   * Filters a node as if Pods nominated to it, of the same priority or higher, ran there; and, since they may never come, without them too.
   * pkg/scheduler/framework/runtime/framework.go:RunFilterPluginsWithNominatedPods (1.20 … 1.36).
   */
  rejectorWithNominated(cluster: ClusterState, view: PodView, node: number, prepared: readonly Prepared[]): Prepared | null {
    const expected = this.podsOf(node).filter(
      (pod) => pod.id !== view.pod.id && pod.spec.priority >= view.pod.spec.priority && cluster.nodeOf(pod.id) < 0,
    )
    if (expected.length > 0) {
      const { version } = cluster
      for (const pod of expected) cluster.place(pod, node)
      const rejector = settled(rejectorOf(prepareFilters(cluster, view), node), node)
      for (const pod of expected) cluster.remove(pod.id)
      cluster.version = version
      if (rejector !== null) return rejector
    }
    return rejectorOf(prepared, node)
  }
}

/** What a filter says of a node while the nominated Pods are there: they will be gone when it is asked. */
function settled(rejector: Prepared | null, node: number): Prepared | null {
  if (rejector === null) return null
  const { index, filter } = rejector
  const [reasons, unresolvable] = [filter.reasons(node), filter.unresolvable(node)]
  return { index, filter: { fits: () => false, reasons: () => reasons, unresolvable: () => unresolvable } }
}
