import { requestEviction } from '../../cluster/eviction.ts'
import { isTerminal, type MachineId, type Pod } from '../../cluster/objects.ts'
import { NOT_FOUND } from '../../cluster/status.ts'
import { type Kind, type Run, stateOf } from '../../cluster/world.ts'
import { seconds } from '../../kernel/time.ts'
import { budgetsOf } from '../scheduler/disruption-budgets.ts'
import { changeTaint } from './node-taints.ts'
import { podsToMove, RemainingBudgets } from './removal.ts'
import type { Batch, Deletion, Eviction } from './scale-down-state.ts'
import { type Autoscaler, autoscalerState, mark } from './state.ts'
import type { Candidate, Removable } from './unneeded.ts'

/**
 * DefaultEvictionRetryTime, DefaultPodEvictionHeadroom, and the pause between looks at Pods that are to be gone
 * (core/scaledown/actuation/drain.go).
 */
const RETRY_US = seconds(10)
const HEADROOM_US = seconds(30)
const POLL_US = seconds(5)

/** The autoscaler, if it is still the one that began. */
function current(run: Run, incarnation: number): Autoscaler | null {
  const state = stateOf(run.world, autoscalerState)
  return state.process.incarnation === incarnation && state.process.up ? state : null
}

const deletionOf = (state: Autoscaler, machine: MachineId): Deletion => state.scaleDown.deletions.get(machine) as Deletion

/**
 * Marks machines as going, empty ones first; when all of a batch are, its removals begin side by side.
 * core/scaledown/actuation/actuator.go:StartDeletion.
 */
export function startDeletion(run: Run, state: Autoscaler, { empty, drained }: Removable): void {
  const { batches, deletions } = state.scaleDown
  const add = (candidates: readonly Candidate[], drains: boolean, next: number): number => {
    if (candidates.length === 0) return next
    for (const { node, group } of candidates) {
      deletions.set(node.id, { group, drains, until: 0, waits: 0, failed: false, pods: [], begun: 0 })
    }
    return batches.push({ machines: candidates.map(({ node }) => node.id), waits: 0, failed: false, next }) - 1
  }
  taintBatch(run, state, add(empty, false, add(drained, true, -1)))
}

function taintBatch(run: Run, state: Autoscaler, id: number): void {
  const batch = state.scaleDown.batches[id] as Batch
  batch.waits = batch.machines.length
  for (const machine of batch.machines) changeTaint(run, state, machine, 'mark', Marked, id)
}

/** A Node of a batch is marked, or could not be. Subject: the batch. */
const Marked: Kind = {
  name: 'cluster-autoscaler/marked',
  on(run, id, answer) {
    const state = stateOf(run.world, autoscalerState)
    const batch = state.scaleDown.batches[id] as Batch
    if (answer < 0) batch.failed = true
    batch.waits--
    if (batch.waits > 0) return
    if (batch.failed) abandon(run, state, id)
    else {
      run.after(Math.max(1, state.flags['node-delete-delay-after-taint']), BatchGoes, id, state.process.incarnation)
      if (batch.next >= 0) taintBatch(run, state, batch.next)
    }
  },
}

/** A Node could not be marked: none of its batch, nor of the next, goes. */
function abandon(run: Run, state: Autoscaler, id: number): void {
  state.scaleDown.lastFailure = run.now
  for (let batch = state.scaleDown.batches[id]; batch !== undefined; batch = state.scaleDown.batches[batch.next]) {
    for (const machine of batch.machines) fail(run, state, machine)
  }
}

/** The scheduler has had time to see the taints. Detail: incarnation of the process. */
const BatchGoes: Kind = {
  name: 'cluster-autoscaler/batch-goes',
  on(run, id, incarnation) {
    const state = current(run, incarnation)
    if (state === null) return
    for (const machine of (state.scaleDown.batches[id] as Batch).machines) go(run, state, machine)
  },
}

/** Looks once more at what is on the Node, then evicts it, or has the machine deleted. actuator.go:deleteNodesAsync. */
function go(run: Run, state: Autoscaler, machine: MachineId): void {
  const deletion = deletionOf(state, machine)
  const { flags, process } = state
  const on = [...process.cache.podsOfNode(machine)].sort((a, b) => a - b).flatMap((id) => process.cache.get('Pod', id) ?? [])
  const moving = podsToMove(run, state, on, new RemainingBudgets(budgetsOf(process.cache)))
  if (moving === null || (!deletion.drains && moving.length > 0)) {
    fail(run, state, machine)
    return
  }
  const own = on.filter((pod) => !pod.mirror && !isTerminal(pod))
  const daemons = own.filter(({ owner }) => owner?.kind === 'DaemonSet')
  const others = own.filter(({ owner }) => owner?.kind !== 'DaemonSet')
  const evictsDaemons = deletion.drains ? flags['daemonset-eviction-for-occupied-nodes'] : flags['daemonset-eviction-for-empty-nodes']
  evictAll(run, state, machine, deletion.drains ? others : [], evictsDaemons ? daemons : [])
}

function evictAll(run: Run, state: Autoscaler, machine: MachineId, full: readonly Pod[], bestEffort: readonly Pod[]): void {
  const deletion = deletionOf(state, machine)
  const { evictions } = state.scaleDown
  deletion.until = run.now + state.flags['max-pod-eviction-time']
  deletion.pods = full
  deletion.waits = full.length + bestEffort.length
  const rows = [...full.map((pod) => ({ pod, bestEffort: false })), ...bestEffort.map((pod) => ({ pod, bestEffort: true }))]
  for (const row of rows) {
    state.client.notice(run, row.pod.key, 'ScaleDown', 'deleting pod for node scale down')
    evict(run, state, evictions.add({ ...row, machine } as Eviction))
  }
  if (rows.length === 0) evicted(run, state, machine)
}

function evict(run: Run, state: Autoscaler, slot: number): void {
  const { pod } = state.scaleDown.evictions.at(slot)
  const grace = Math.min(pod.spec.terminationGracePeriodSeconds, state.flags['max-graceful-termination-sec'])
  requestEviction(run, state.client, pod, PodEvicted as Kind<never>, slot, grace)
}

/** An eviction is answered: refused ones are tried again every 10 s for `max-pod-eviction-time`. */
const PodEvicted: Kind = {
  name: 'cluster-autoscaler/evicted',
  on(run, slot, answer) {
    const state = stateOf(run.world, autoscalerState)
    if (answer >= 0 || answer === NOT_FOUND) evictionEnds(run, state, slot, true)
    else run.after(RETRY_US, EvictAgain, slot, state.process.incarnation)
  },
}

/** Ten seconds have passed since an eviction was refused. Detail: incarnation of the process. */
const EvictAgain: Kind = {
  name: 'cluster-autoscaler/evict-again',
  on(run, slot, incarnation) {
    const state = current(run, incarnation)
    if (state === null) return
    if (run.now < deletionOf(state, state.scaleDown.evictions.at(slot).machine).until) evict(run, state, slot)
    else evictionEnds(run, state, slot, false)
  },
}

function evictionEnds(run: Run, state: Autoscaler, slot: number, succeeded: boolean): void {
  const { machine, bestEffort } = state.scaleDown.evictions.take(slot)
  const deletion = deletionOf(state, machine)
  deletion.waits--
  if (!succeeded && !bestEffort) deletion.failed = true
  if (deletion.waits === 0) evicted(run, state, machine)
}

/** Every eviction has ended: Pods that were evicted are waited for, Pods of DaemonSets are not. drain.go:waitPodsToDisappear. */
function evicted(run: Run, state: Autoscaler, machine: MachineId): void {
  const deletion = deletionOf(state, machine)
  deletion.begun = run.now
  if (deletion.failed) fail(run, state, machine)
  else look(run, state, machine)
}

function look(run: Run, state: Autoscaler, machine: MachineId): void {
  const [pod] = deletionOf(state, machine).pods
  if (pod === undefined) deleteMachine(run, state, machine)
  else run.world.api.get(run, state.client, pod, PodLooked, machine)
}

/** The autoscaler has looked whether an evicted Pod is gone. */
const PodLooked: Kind<MachineId> = {
  name: 'cluster-autoscaler/looked',
  on(run, machine, answer) {
    const state = stateOf(run.world, autoscalerState)
    const deletion = deletionOf(state, machine)
    if (answer === NOT_FOUND) {
      deletion.pods = deletion.pods.slice(1)
      look(run, state, machine)
    } else run.after(POLL_US, LookAgain, machine, state.process.incarnation)
  },
}

/** Five seconds have passed since a Pod was still there. Detail: incarnation of the process. */
const LookAgain: Kind<MachineId> = {
  name: 'cluster-autoscaler/look-again',
  on(run, machine, incarnation) {
    const state = current(run, incarnation)
    if (state === null) return
    const most = seconds(state.flags['max-graceful-termination-sec']) + HEADROOM_US
    if (run.now - deletionOf(state, machine).begun < most) look(run, state, machine)
    else fail(run, state, machine)
  },
}

/** The provider is asked to delete the machine. core/scaledown/actuation/delete_in_batch.go. */
function deleteMachine(run: Run, state: Autoscaler, machine: MachineId): void {
  const { name } = run.world.truth.machine(machine).spec
  const call = run.random.duration(run.world.latency['cloud-api'], 'cloud-api', `delete|${name}`)
  run.after(Math.max(1, call), MachineGoes, machine, state.process.incarnation)
}

/**
 * A machine is deleted. Its Node and what is still on it is left to the cloud controller manager and PodGC. Detail: incarnation of the
 * process.
 */
const MachineGoes: Kind<MachineId> = {
  name: 'cluster-autoscaler/machine-goes',
  on(run, machine, incarnation) {
    run.world.truth.terminate(run, machine)
    const state = current(run, incarnation)
    if (state === null) return
    state.client.notice(run, keyOf(state, machine), 'ScaleDown', 'nodes removed by cluster autoscaler')
    end(run, state, machine)
  },
}

const keyOf = (state: Autoscaler, machine: MachineId): string => state.process.cache.get('Node', machine)?.key ?? ''

/** A removal is given up: the Node takes Pods again. CleanUpAndRecordFailedScaleDownEvent. */
function fail(run: Run, state: Autoscaler, machine: MachineId): void {
  const { drains } = deletionOf(state, machine)
  state.client.notice(
    run,
    keyOf(state, machine),
    'ScaleDownFailed',
    drains ? 'failed to drain and delete node' : 'failed to delete empty node',
  )
  changeTaint(run, state, machine, 'unmark')
  end(run, state, machine)
}

function end(run: Run, state: Autoscaler, machine: MachineId): void {
  state.scaleDown.deletions.delete(machine)
  mark(run, state)
}
