import type { Change } from '../../cluster/change-log.ts'
import { isTerminal, type Node, type Pod, type PodId, type Service, UNBOUND } from '../../cluster/objects.ts'
import type { Process } from '../../cluster/process.ts'
import { type Run, stateOf } from '../../cluster/world.ts'
import { NODE_ADD, NODE_DELETE, nodeUpdateAction, POD_ADD, POD_DELETE, POD_LABEL, WILDCARD } from './cluster-event.ts'
import { prepareFilters } from './decide.ts'
import type { Owner } from './owner-selectors.ts'
import { termMatches } from './pod-info.ts'
import { isResponsible } from './setup.ts'
import { type SchedulerState, schedulerState } from './state.ts'
import { repellingTaint } from './tolerations.ts'

const stateIn = (run: Run): SchedulerState => stateOf(run.world, schedulerState)

/** The informer leaves out Pods that have ended (field selector status.phase): one that ends is deleted to the scheduler. */
const visible = (pod: Pod | undefined): Pod | undefined => (pod === undefined || isTerminal(pod) ? undefined : pod)

/** pkg/scheduler/eventhandlers.go: Pods that are bound go to the cache, the others to the queue. */
export function podChanged(run: Run, _process: Process, change: Change<Pod>): void {
  const state = stateIn(run)
  const before = visible(change.before)
  const after = visible(change.after)
  if (after === undefined) podGone(run, state, before)
  else if (after.node !== UNBOUND) assignedPodChanged(run, state, before, after)
  else if (isResponsible(after)) waitingPodChanged(run, state, before, after)
  state.advance(run, state)
}

function podGone(run: Run, state: SchedulerState, before: Pod | undefined): void {
  if (before === undefined) return
  state.nominator.remove(before.id)
  if (before.node === UNBOUND) {
    state.queue.delete(before.id)
    return
  }
  state.cluster.remove(before.id)
  state.assumed.delete(before.id as PodId)
  state.queue.move({ action: POD_DELETE, pod: before }, run.now)
}

function assignedPodChanged(run: Run, state: SchedulerState, before: Pod | undefined, after: Pod): void {
  const isNew = before === undefined || before.node === UNBOUND
  state.cluster.refresh(after, after.node)
  if (isNew) {
    state.assumed.delete(after.id as PodId)
    state.nominator.remove(after.id)
    state.queue.delete(after.id)
  }
  const old = run.world.profile.minor < 32
  if (!isNew && !old && before.labels === after.labels) return
  state.queue.move({ action: isNew ? POD_ADD : POD_LABEL, pod: after }, run.now, null, old ? wantsNeighbour(after) : null)
}

/** Up to 1.31 a bound Pod wakes only Pods with required affinity to it. */
const wantsNeighbour = (neighbour: Pod) => (pod: Pod) =>
  pod.spec.affinity?.podAffinity.required.some((term) => termMatches(term, pod.namespace, neighbour)) ?? false

function waitingPodChanged(run: Run, state: SchedulerState, before: Pod | undefined, after: Pod): void {
  if (before === undefined) state.queue.add(after, run.now)
  else state.queue.update(after, before.labels !== after.labels || before.spec !== after.spec, run.now)
  if (state.assumed.has(after.id as PodId)) return
  if (after.nominatedNode !== UNBOUND) state.nominator.add(after, after.nominatedNode)
  else if (before !== undefined && before.nominatedNode !== UNBOUND) state.nominator.remove(after.id)
}

/** Adds, updates or removes a Node, and wakes the Pods for which that may matter. */
export function nodeChanged(run: Run, _process: Process, change: Change<Node>): void {
  const state = stateIn(run)
  const { before, after } = change
  if (after === undefined) {
    if (before === undefined) return
    state.cluster.removeNode(before)
    if (run.world.profile.minor >= 32) state.queue.move({ action: NODE_DELETE, nodeBefore: before }, run.now)
  } else {
    state.cluster.putNode(after)
    const action = before === undefined ? NODE_ADD : nodeUpdateAction(before, after)
    if (action !== 0) state.queue.move({ action, nodeBefore: before, node: after }, run.now, preCheck(state, after))
  }
  state.advance(run, state)
}

/** From 1.22 to 1.31 a Node wakes only Pods that it would take as it is, taints of effect NoExecute aside. eventhandlers.go:preCheckForNode. */
function preCheck({ cluster }: SchedulerState, node: Node): ((pod: Pod) => boolean) | null {
  const { minor } = cluster.profile
  if (minor < 22 || minor > 31) return null
  const checked = new Set(['NodeResourcesFit', 'NodeAffinity', 'NodeName', 'NodePorts'])
  return (pod) => {
    const taints = node.taints.filter(({ effect }) => effect === 'NoSchedule')
    if (repellingTaint(pod.spec.tolerations, taints) !== undefined) return false
    const view = cluster.view(pod)
    return prepareFilters(cluster, view, checked).every(({ filter }) => filter.fits(node.id))
  }
}

/** Services group Pods for spreading; up to 1.21 any change of one wakes every Pod. */
export function serviceChanged(run: Run, _process: Process, { before, after }: Change<Service>): void {
  const state = stateIn(run)
  if (after !== undefined) state.cluster.owners.putService(after)
  else if (before !== undefined) state.cluster.owners.removeService(before)
  if (run.world.profile.minor >= 22) return
  state.queue.move({ action: WILDCARD }, run.now)
  state.advance(run, state)
}

/** ReplicaSets, ReplicationControllers and StatefulSets group Pods for spreading; they wake nobody. */
export function controllerChanged(run: Run, _process: Process, { before, after }: Change<Owner>): void {
  const { owners } = stateIn(run).cluster
  if (after !== undefined) owners.putController(after)
  else if (before !== undefined) owners.removeController(before)
}
