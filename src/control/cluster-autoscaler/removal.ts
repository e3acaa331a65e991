import type { Node, Pod, PodDisruptionBudget } from '../../cluster/objects.ts'
import type { Run } from '../../cluster/world.ts'
import { selects } from '../../scenario/selectors.ts'
import type { ClusterState } from '../scheduler/cluster-state.ts'
import { drainability, isReplicated } from './drain-rules.ts'
import { deletionTaint } from './node-taints.ts'
import { firstThatFits } from './simulation.ts'
import type { Autoscaler } from './state.ts'

/** PodDisruptionBudgets as the removals that are planned use them up. autoscaler core/scaledown/pdb/basic.go. */
export class RemainingBudgets {
  private readonly rows: { readonly budget: PodDisruptionBudget; left: number }[]

  constructor(budgets: readonly PodDisruptionBudget[]) {
    this.rows = budgets.map((budget) => ({ budget, left: budget.status.disruptionsAllowed }))
  }

  /** How many more Pods each budget that selects this Pod allows to go. */
  of(pod: Pick<Pod, 'namespace' | 'labels'>): number[] {
    return this.matching(pod).map(({ left }) => left)
  }

  /** Whether all these Pods may go at once, each of which may go alone. */
  allowTogether(pods: readonly Pod[]): boolean {
    return this.rows.every((row) => pods.filter((pod) => this.matching(pod).includes(row)).length <= Math.max(0, row.left))
  }

  /** These Pods are to go. */
  use(pods: readonly Pod[]): void {
    for (const pod of pods) for (const row of this.matching(pod)) row.left--
  }

  private matching({ namespace, labels }: Pick<Pod, 'namespace' | 'labels'>) {
    return this.rows.filter(({ budget }) => budget.namespace === namespace && selects(budget.selector, labels))
  }
}

/** What the Pods of a Node mean for its removal: those that must move; null: one of them keeps it. simulator/drain.go:GetPodsToMove. */
export function podsToMove(run: Run, state: Autoscaler, pods: readonly Pod[], budgets: RemainingBudgets): Pod[] | null {
  const { cache } = state.process
  const moving: Pod[] = []
  for (const pod of pods) {
    const hasController = isReplicated(pod, (kind, id) => cache.get(kind, id))
    const word = drainability(pod, run.now, { hasController, budgets: budgets.of(pod) }, state.flags)
    if (word === 'moves') moving.push(pod)
    else if (word !== 'skipped' && word !== 'daemon') return null
  }
  return moving
}

/**
 * Whether these Pods of a Node fit elsewhere, one after the other, while the Node is still there with its taint; if so they stay there and
 * the Node is gone, else nothing has changed. autoscaler simulator/cluster.go:SimulateNodeRemoval, findPlaceFor.
 */
export function tryRemoval(cluster: ClusterState, node: Node, pods: readonly Pod[], destinations: ReadonlySet<number>): boolean {
  for (const pod of pods) cluster.remove(pod.id)
  const ghost = { ...node, taints: [...node.taints, deletionTaint(0)] }
  cluster.putNode(ghost)
  const moved: Pod[] = []
  for (const pod of pods) {
    const places = [...cluster.nodes.order.list()].filter((place) => destinations.has(place) && place !== node.id)
    const place = firstThatFits(cluster, pod, places)
    if (place < 0) {
      for (const each of moved) cluster.remove(each.id)
      for (const each of pods) cluster.place(each, node.id)
      cluster.putNode(node)
      return false
    }
    cluster.place(pod, place)
    moved.push(pod)
  }
  for (const id of [...(cluster.nodes.pods[node.id] ?? [])]) cluster.remove(id)
  cluster.removeNode(ghost)
  return true
}
