import { CONFLICT } from '../../cluster/api-server.ts'
import type { MachineId, Pod } from '../../cluster/objects.ts'
import { type Kind, type Run, stateOf } from '../../cluster/world.ts'
import { type NodeLifecycle, nodeLifecycleState, podsOf } from './state.ts'
import { CHANGED, FAILED } from './taint-change.ts'

/** Status reason of a Pod whose Node is silent (pkg/util/node/node.go:NodeUnreachablePodReason). */
const NODE_LOST = 'NodeLost'

/** Pods of one Node under deletion, one after the other. */
export interface PodEviction {
  readonly pods: readonly Pod[]
  next: number
  /** Whether a Pod's reason met a conflict: then the Node's turn has failed. */
  failed: boolean
  readonly reply: Kind<never>
  readonly subject: number
}

/**
 * Deletes the Pods of a Node one after the other: PUT of the reason unless it is there, then, but for those of a DaemonSet and those that
 * terminate, notice and DELETE.
 * `reply` runs with CHANGED, or FAILED when a PUT met a conflict. Answers false when there is none, or they are under deletion.
 * controller_utils.go:DeletePods, SetPodTerminationReason (1.20 … 1.26).
 */
export function deletePods<Subject extends number>(
  run: Run,
  state: NodeLifecycle,
  machine: MachineId,
  reply: Kind<Subject>,
  subject: Subject,
): boolean {
  const pods = podsOf(state, machine)
  if (pods.length === 0 || state.evictions.has(machine)) return false
  state.client.notice(run, `node/${state.names[machine]}`, 'DeletingAllPods', 'Deleting all Pods from Node')
  const eviction = { pods, next: 0, failed: false, reply, subject }
  state.evictions.set(machine, eviction)
  if (!proceed(run, state, machine, eviction)) return true
  state.evictions.delete(machine)
  return false
}

const isSpared = ({ deletionTimestamp, owner }: Pod): boolean => deletionTimestamp !== null || owner?.kind === 'DaemonSet'

/** Goes on until a call must be waited for; answers whether all Pods have had their turn. */
function proceed(run: Run, state: NodeLifecycle, machine: MachineId, eviction: PodEviction): boolean {
  for (let pod = eviction.pods[eviction.next]; pod !== undefined; pod = eviction.pods[++eviction.next]) {
    if (pod.reason !== NODE_LOST) run.world.api.update(run, state.client, pod, { reason: NODE_LOST }, pod.resourceVersion, PodLost, machine)
    else if (isSpared(pod)) continue
    else remove(run, state, machine, pod)
    return false
  }
  return true
}

function remove(run: Run, state: NodeLifecycle, machine: MachineId, pod: Pod): void {
  state.client.notice(run, pod.key, 'NodeControllerEviction', `Marking for deletion Pod ${pod.name} from Node`)
  run.world.api.delete(run, state.client, pod, PodDeleted, machine)
}

/** The next Pod has its turn, or the Node's turn has ended. */
function advance(run: Run, state: NodeLifecycle, machine: MachineId, eviction: PodEviction): void {
  eviction.next++
  if (!proceed(run, state, machine, eviction)) return
  state.evictions.delete(machine)
  eviction.reply.on(run, eviction.subject as never, eviction.failed ? FAILED : CHANGED)
}

const PodLost: Kind<MachineId> = {
  name: 'node-lifecycle/pod-lost',
  on(run, machine, status) {
    const state = stateOf(run.world, nodeLifecycleState)
    const eviction = state.evictions.get(machine) as PodEviction
    const pod = eviction.pods[eviction.next] as Pod
    if (status === CONFLICT) eviction.failed = true
    if (status === CONFLICT || isSpared(pod)) advance(run, state, machine, eviction)
    else remove(run, state, machine, pod)
  },
}

const PodDeleted: Kind<MachineId> = {
  name: 'node-lifecycle/pod-deleted',
  on(run, machine) {
    const state = stateOf(run.world, nodeLifecycleState)
    advance(run, state, machine, state.evictions.get(machine) as PodEviction)
  },
}
