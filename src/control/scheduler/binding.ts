import { type MachineId, type PodId, UNBOUND } from '../../cluster/objects.ts'
import { type Kind, type Run, stateOf } from '../../cluster/world.ts'
import { seconds } from '../../kernel/time.ts'
import { POD_DELETE } from './cluster-event.ts'
import type { QueueEntry } from './queue-entry.ts'
import { type SchedulerState, schedulerState } from './state.ts'

/** After its binding an assumed Pod that no watch confirms is forgotten (pkg/scheduler/scheduler.go:durationToExpireAssumedPod, up to 1.24; since then never). */
const EXPIRY_US = seconds(30)

/** Reserves the node in the cache, and sends the binding without waiting for it. */
export function assume(run: Run, state: SchedulerState, entry: QueueEntry, node: MachineId): void {
  const { pod } = entry
  state.cluster.place(pod, node)
  state.nominator.remove(pod.id)
  state.assumed.add(pod.id as PodId)
  run.world.observers.assumed(run, pod.id as PodId, node)
  run.world.api.bind(run, state.client, pod, node, BindingAnswered, pod.id as PodId)
}

/** The API server has answered a binding. */
export const BindingAnswered: Kind<PodId> = {
  name: 'scheduler/bound',
  on(run, id, status) {
    const state = stateOf(run.world, schedulerState)
    if (status >= 0) bound(run, state, id)
    else unbound(run, state, id)
    state.advance(run, state)
  },
}

function bound(run: Run, state: SchedulerState, id: PodId): void {
  const placed = state.cluster.placedPod(id)
  state.queue.done(id)
  if (placed === undefined) return
  const name = state.cluster.nodes.objects[state.cluster.nodeOf(id)]?.name ?? ''
  const { key, namespace, name: podName } = placed.pod
  state.notices.notice(run, key, 'Scheduled', `Successfully assigned ${namespace}/${podName} to ${name}`)
  if (run.world.profile.minor > 24 || !state.assumed.has(id)) return
  state.expiries.push({ pod: id, time: run.now + EXPIRY_US })
  if (state.expiries.length === 1) run.after(EXPIRY_US, ExpireAssumed, state.process.id, state.process.incarnation)
}

/** The binding failed: forgets the assumed Pod, which makes room for others, and tries again if the Pod still waits. */
function unbound(run: Run, state: SchedulerState, id: PodId): void {
  if (state.assumed.delete(id)) {
    const pod = state.cluster.placedPod(id)?.pod
    state.cluster.remove(id)
    if (run.world.profile.minor >= 22) state.queue.move({ action: POD_DELETE, pod }, run.now)
  }
  const entry = state.queue.entry(id)
  const pod = state.process.cache.get('Pod', id)
  if (entry === undefined) return
  if (pod === undefined || pod.node !== UNBOUND) state.queue.delete(id)
  else state.queue.putBack(entry, 0, run.now)
}

/** The oldest assumed Pod's time is over. */
export const ExpireAssumed: Kind = {
  name: 'scheduler/expire-assumed',
  on(run, process, incarnation) {
    const state = stateOf(run.world, schedulerState)
    if (state.process.incarnation !== incarnation) return
    const { expiries, assumed, cluster } = state
    while (expiries.length > 0) {
      const { pod, time } = expiries[0] as (typeof expiries)[number]
      if (time > run.now && assumed.has(pod)) break
      expiries.shift()
      if (assumed.delete(pod)) cluster.remove(pod)
    }
    const next = expiries[0]
    if (next !== undefined) run.after(next.time - run.now, ExpireAssumed, process, incarnation)
  },
}
