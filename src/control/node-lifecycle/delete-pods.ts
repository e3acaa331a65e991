import type { MachineId, Pod } from '../../cluster/objects.ts'
import { type Kind, type Run, stateOf } from '../../cluster/world.ts'
import { type NodeLifecycle, nodeLifecycleState, podsOf } from './state.ts'

/** Status reason of a Pod whose Node is silent (pkg/util/node/node.go:NodeUnreachablePodReason). */
const NODE_LOST = 'NodeLost'

/** Pods of one Node under deletion, one after the other. */
export interface PodEviction {
  readonly pods: readonly Pod[]
  next: number
  readonly reply: Kind<never>
  readonly subject: number
}

/** Deletes the Pods of a Node: PUT of the reason, notice, DELETE for each. Answers false when there is none, or they are under deletion. controller_utils.go:DeletePods (1.20 … 1.26). */
export function deletePods<Subject extends number>(
  run: Run,
  state: NodeLifecycle,
  machine: MachineId,
  reply: Kind<Subject>,
  subject: Subject,
): boolean {
  const pods = podsOf(state, machine).filter(({ deletionTimestamp }) => deletionTimestamp === null)
  if (pods.length === 0 || state.evictions.has(machine)) return false
  state.client.notice(run, `node/${state.names[machine]}`, 'DeletingAllPods', 'Deleting all Pods from Node')
  state.evictions.set(machine, { pods, next: 0, reply, subject })
  markLost(run, state, machine)
  return true
}

function markLost(run: Run, state: NodeLifecycle, machine: MachineId): void {
  const eviction = state.evictions.get(machine) as PodEviction
  const pod = eviction.pods[eviction.next]
  if (pod === undefined) {
    state.evictions.delete(machine)
    eviction.reply.on(run, eviction.subject as never, 0)
  } else run.world.api.update(run, state.client, pod, { reason: NODE_LOST }, pod.resourceVersion, PodLost, machine)
}

const PodLost: Kind<MachineId> = {
  name: 'node-lifecycle/pod-lost',
  on(run, machine, status) {
    const state = stateOf(run.world, nodeLifecycleState)
    const eviction = state.evictions.get(machine) as PodEviction
    const pod = eviction.pods[eviction.next] as Pod
    if (status < 0) {
      eviction.next++
      markLost(run, state, machine)
      return
    }
    state.client.notice(run, pod.key, 'NodeControllerEviction', `Marking for deletion Pod ${pod.name} from Node`)
    run.world.api.delete(run, state.client, pod, PodDeleted, machine)
  },
}

const PodDeleted: Kind<MachineId> = {
  name: 'node-lifecycle/pod-deleted',
  on(run, machine) {
    const state = stateOf(run.world, nodeLifecycleState)
    const eviction = state.evictions.get(machine) as PodEviction
    eviction.next++
    markLost(run, state, machine)
  },
}
