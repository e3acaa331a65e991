import { type MachineId, type Node, type Pod, UNBOUND } from '../../cluster/objects.ts'
import type { Instant } from '../../kernel/time.ts'
import { isAvailable } from '../replicaset/status.ts'
import type { Fit } from './fit.ts'
import { isUpdated } from './template.ts'

/** Most Pods one sync creates, and most that it deletes (BurstReplicas, pkg/controller/daemon/daemon_controller.go, 1.20 … 1.36). */
const BURST_REPLICAS = 250

/** A Node and the Pods of one DaemonSet that are for it, whatever their state; `node` absent: there is no such Node (any more). */
export interface NodeRow extends Fit {
  readonly node: Node | undefined
  readonly pods: readonly Pod[]
}

/** How a DaemonSet and a release decide. */
export interface PlanRules {
  readonly hash: string
  readonly minReadySeconds: number
  /** Pods beyond one for each Node that a rollout may have; 0: Pods are replaced in place. */
  readonly maxSurge: number
  readonly maxUnavailable: number
  readonly now: Instant
  readonly minor: number
}

/** What to do: Nodes that need a Pod, and Pods that must go. */
export interface DaemonPlan {
  readonly create: readonly Node[]
  readonly remove: readonly Pod[]
}

/** At most 250 of each. */
export const burst = ({ create, remove }: DaemonPlan): DaemonPlan => ({
  create: create.slice(0, BURST_REPLICAS),
  remove: remove.slice(0, BURST_REPLICAS),
})

/** Bound Pods first, then the oldest: podByCreationTimestampAndPhase. */
export const byAge = (a: Pod, b: Pod): number =>
  Number(a.node === UNBOUND) - Number(b.node === UNBOUND) || a.created - b.created || (a.name < b.name ? -1 : a.name > b.name ? 1 : 0)

/**
 * `manage`: a Pod for every Node that should have one and has no object for it, even a terminating one; failed Pods and surplus ones go, and
 * every Pod of a Node that may not have one. `waits` answers whether a failed Pod must be left alone yet.
 * pkg/controller/daemon/daemon_controller.go:podsShouldBeOnNode, getUnscheduledPodsWithoutNode (1.20 … 1.36).
 */
export function manage(rows: readonly NodeRow[], rules: PlanRules, waits: (node: MachineId, pod: Pod) => boolean): DaemonPlan {
  const create: Node[] = []
  const remove: Pod[] = []
  for (const { node, pods, shouldRun, shouldContinue } of rows) {
    if (node === undefined) remove.push(...pods.filter((pod) => pod.node === UNBOUND))
    else if (shouldRun && pods.length === 0) create.push(node)
    else if (!shouldContinue) remove.push(...pods.filter((pod) => pod.deletionTimestamp === null))
    else {
      const alive = pods.filter((pod) => pod.deletionTimestamp === null)
      const ended = alive.filter((pod) => endedForGood(pod, rules.minor))
      const running = alive.filter((pod) => !ended.includes(pod))
      remove.push(...ended.filter((pod) => pod.phase === 'Succeeded' || !waits(node.id, pod)))
      if (rules.maxSurge === 0) remove.push(...running.toSorted(byAge).slice(1))
      else if (running.length > 1) remove.push(...surplus(running, rules))
      else if (running.length === 0 && shouldRun) create.push(node)
    }
  }
  return { create, remove }
}

/** Failed Pods are replaced; those that have succeeded too from 1.27 (PR #117073), before that they count as running. */
const endedForGood = (pod: Pod, minor: number): boolean => pod.phase === 'Failed' || (pod.phase === 'Succeeded' && minor >= 27)

/** With surge a Node may have two Pods: the old one as long as it is ready and the new one is not available. */
function surplus(running: readonly Pod[], { hash, minReadySeconds, now }: PlanRules): Pod[] {
  const sorted = running.toSorted(byAge)
  const fresh = sorted.filter((pod) => isUpdated(pod, hash))
  const old = sorted.filter((pod) => !isUpdated(pod, hash))
  const remove = sorted.filter((pod) => pod !== fresh[0] && pod !== old[0])
  const [newest, oldest] = [fresh[0], old[0]]
  if (newest !== undefined && oldest !== undefined && (!oldest.ready || isAvailable(newest, minReadySeconds, now))) remove.push(oldest)
  return remove
}
