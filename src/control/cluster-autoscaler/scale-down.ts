import type { MachineId, Node, Pod } from '../../cluster/objects.ts'
import type { Run } from '../../cluster/world.ts'
import type { ClusterState } from '../scheduler/cluster-state.ts'
import { budgetsOf } from '../scheduler/disruption-budgets.ts'
import type { PodView } from '../scheduler/pod-info.ts'
import { startDeletion } from './deletion.ts'
import { overdueAt } from './drain-rules.ts'
import { changeTaint, isToBeDeleted } from './node-taints.ts'
import { podsToMove, RemainingBudgets, tryRemoval } from './removal.ts'
import type { Unneeded } from './scale-down-state.ts'
import { type Autoscaler, groupOf, hurry, mark, sizeOf, upcoming, wakeAt } from './state.ts'
import { type Candidate, cooldownEnd, cropped, patience, removable, type Spare, softTaintSteps, unneededLimit } from './unneeded.ts'
import { utilization } from './utilization.ts'

/** Annotation `cluster-autoscaler.kubernetes.io/scale-down-disabled` keeps a Node. */
const DISABLED = 'cluster-autoscaler.kubernetes.io/scale-down-disabled'

/** Machines of every group beyond its minimum. */
function sizes(run: Run, state: Autoscaler): Spare {
  return new Map(state.groups.map(({ spec }, group) => [group, sizeOf(run, state, group) - spec.min]))
}

/** Pods that count as being on a Node. */
const viewsOn = (cluster: ClusterState, node: MachineId): PodView[] =>
  [...(cluster.nodes.pods[node] ?? [])].sort((a, b) => a - b).map((id) => cluster.placedPod(id) as PodView)

/**
 * Why a Node is no candidate whatever its Pods could do, or how it is one. eligibility/eligibility.go:unremovableReasonAndNodeUtilization.
 */
function isEligible(run: Run, { flags, scaleDown }: Autoscaler, cluster: ClusterState, node: Node): boolean {
  if ((scaleDown.unremovable.get(node.id) ?? 0) > run.now || isToBeDeleted(node) || node.annotations[DISABLED] === 'true') return false
  if (node.ready !== 'True' && !flags['scale-down-unready-enabled']) return false
  return utilization(node, viewsOn(cluster, node.id), run.now, flags) < flags['scale-down-utilization-threshold']
}

/** Nodes whose machines could go, in the order they are looked at: empty ones, those unneeded before, then as Go's maps have them. */
function candidates(run: Run, state: Autoscaler, nodes: readonly Node[], cluster: ClusterState): Node[] {
  const { process, scaleDown } = state
  const none = new RemainingBudgets([])
  const spare = sizes(run, state)
  const order = (node: Node): readonly number[] => {
    const pods = podsToMove(
      run,
      state,
      viewsOn(cluster, node.id).map(({ pod }) => pod),
      none,
    )
    const draw = run.random.draw('cluster-autoscaler.order', `${process.incarnation}|${node.name}`, 0)
    return [pods?.length === 0 ? 0 : 1, scaleDown.unneeded.has(node.id) ? 0 : 1, draw]
  }
  return nodes
    .filter(({ id }) => !scaleDown.deletions.has(id) && (spare.get(groupOf(run, state, id)) ?? 0) > 0)
    .map((node) => ({ node, key: order(node) }))
    .sort((a, b) => compare(a.key, b.key) || a.node.id - b.node.id)
    .map(({ node }) => node)
}

function compare(a: readonly number[], b: readonly number[]): number {
  const at = a.findIndex((value, i) => value !== b[i])
  return at < 0 ? 0 : (a[at] as number) - (b[at] as number)
}

/**
 * Finds the Nodes that the cluster could do without. planner.go:UpdateClusterState, categorizeNodes. Answers whether there was any
 * candidate.
 */
export function updateUnneeded(run: Run, state: Autoscaler, cluster: ClusterState): boolean {
  const { flags, process, scaleDown } = state
  const waiting = upcoming(state)
  const nodes = [...process.cache.all('Node')].filter(({ id }) => !waiting.has(id))
  const looked = candidates(run, state, nodes, cluster)
  for (const [id, until] of scaleDown.unremovable)
    if (until <= run.now || process.cache.get('Node', id) === undefined) scaleDown.unremovable.delete(id)
  const eligible = looked.filter((node) => isEligible(run, state, cluster, node))
  const destinations = new Set<number>(nodes.filter(({ id }) => !scaleDown.deletions.has(id)).map(({ id }) => id))
  const budgets = new RemainingBudgets(budgetsOf(process.cache))
  const found = new Map<MachineId, Unneeded>()
  const most = unneededLimit(scaleDown.unneeded.size, flags)
  for (const node of looked) for (const { pod } of viewsOn(cluster, node.id)) wakeAt(run, state, overdueAt(pod) + 1)
  for (const node of eligible) {
    if (found.size >= most) {
      mark(run, state)
      break
    }
    const on = viewsOn(cluster, node.id).map(({ pod }) => pod)
    const pods = podsToMove(run, state, on, budgets)
    if (pods === null || !tryRemoval(cluster, node, pods, destinations)) {
      scaleDown.unremovable.set(node.id, run.now + flags['unremovable-node-recheck-timeout'])
      wakeAt(run, state, run.now + flags['unremovable-node-recheck-timeout'])
      continue
    }
    const since = scaleDown.unneeded.get(node.id)?.since ?? run.now
    found.set(node.id, { since, pods, risky: !budgets.allowTogether(pods) })
    wakeAt(run, state, since + patience(node, flags) + 1)
    destinations.delete(node.id)
    budgets.use(pods)
  }
  scaleDown.unneeded = found
  return looked.length > 0
}

/** Begins to remove machines that may go now; while none may, marks those that could. static_autoscaler.go:RunOnce. */
export function scaleDown(run: Run, state: Autoscaler): void {
  const { flags, process, scaleDown: memory } = state
  const end = cooldownEnd(memory, flags)
  if (run.now < end) {
    wakeAt(run, state, end)
    return
  }
  const unneeded = [...memory.unneeded].flatMap(([id, row]): Candidate[] => {
    const node = process.cache.get('Node', id)
    return node === undefined ? [] : [{ node, group: groupOf(run, state, id), unneeded: row }]
  })
  const going = [...memory.deletions.values()]
  const spare = sizes(run, state)
  for (const { group } of going) spare.set(group, (spare.get(group) ?? 0) - 1)
  const drains = going.filter((deletion) => deletion.drains).length
  const chosen = cropped(removable(unneeded, spare, run.now, flags), { empty: going.length - drains, drained: drains }, flags)
  if (chosen.empty.length + chosen.drained.length > 0) {
    memory.lastDelete = run.now
    startDeletion(run, state, chosen)
    hurry(run, state)
  } else updateSoftTaints(run, state)
}

function updateSoftTaints(run: Run, state: Autoscaler): void {
  const { flags, process, scaleDown: memory } = state
  const nodes = [...process.cache.all('Node')].filter(({ id }) => groupOf(run, state, id) >= 0)
  const most = flags['max-bulk-soft-taint-count']
  if (most === 0) return
  const steps = softTaintSteps(nodes, memory.unneeded)
  for (const { node, step } of steps.slice(0, most)) changeTaint(run, state, node.id, step)
  if (steps.length > most) mark(run, state)
}

/**
 * Pods of Nodes that are being drained: they need a place as those that wait do. processors/podinjection,
 * core/podlistprocessor/currently_drained_nodes.go.
 */
export function drainedPods(run: Run, state: Autoscaler): Pod[] {
  const { process, scaleDown: memory } = state
  const budgets = new RemainingBudgets([])
  return [...memory.deletions].flatMap(([id, { drains }]) => {
    if (!drains) return []
    const pods = [...process.cache.podsOfNode(id)].sort((a, b) => a - b).flatMap((pod) => process.cache.get('Pod', pod) ?? [])
    return pods.filter(
      (pod) =>
        pod.deletionTimestamp === null &&
        (podsToMove(run, state, [pod], budgets)?.length ?? 0) > 0 &&
        pod.phase !== 'Succeeded' &&
        pod.phase !== 'Failed',
    )
  })
}
