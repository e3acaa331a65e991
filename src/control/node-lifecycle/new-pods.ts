import { NOT_FOUND } from '../../cluster/api-server.ts'
import type { Pod, PodId } from '../../cluster/objects.ts'
import { WorkQueue } from '../../cluster/work-queue.ts'
import { type Kind, type Run, stateOf } from '../../cluster/world.ts'
import { nodeLifecycleState } from './state.ts'

/** Workers of the Pod update queue (podUpdateWorkerSize, 1.20 … 1.36). */
const WORKERS = 4

/** A Pod bound to a Node that is not ready is not ready either. node_lifecycle_controller.go:processPod (1.20 … 1.36). */
const MarkNewPod: Kind<PodId> = {
  name: 'node-lifecycle/mark-new-pod',
  on(run, id) {
    const { process, client, health, podQueue } = stateOf(run.world, nodeLifecycleState)
    const pod = process.cache.get('Pod', id)
    const ready = pod === undefined ? undefined : health[pod.node]?.ready
    if (pod === undefined || !pod.ready || ready === undefined || ready === null || ready === 'True') podQueue.done(run, id)
    else run.world.api.update(run, client, pod, { ready: false, readyTransition: run.now }, pod.resourceVersion, NewPodMarked, id)
  },
}

const NewPodMarked: Kind<PodId> = {
  name: 'node-lifecycle/new-pod-marked',
  on(run, id, status) {
    const { process, client, podQueue } = stateOf(run.world, nodeLifecycleState)
    const pod = process.cache.get('Pod', id)
    if (pod !== undefined && status !== NOT_FOUND) client.notice(run, pod.key, 'NodeNotReady', 'Node is not ready')
    if (status < 0 && status !== NOT_FOUND) podQueue.addRateLimited(run, id)
    podQueue.done(run, id)
  },
}

const MarkNewPodLater: Kind<PodId> = {
  name: 'node-lifecycle/mark-new-pod-later',
  on: (run, id) => stateOf(run.world, nodeLifecycleState).podQueue.arrive(run, id),
}

const identity = (run: Run, id: PodId): string => stateOf(run.world, nodeLifecycleState).process.cache.get('Pod', id)?.key ?? `pod/${id}`

/** The queue with its workers, as a new process has it. */
export const podQueue = (): WorkQueue<PodId> => new WorkQueue<PodId>('node-lifecycle/pod', WORKERS, MarkNewPod, MarkNewPodLater, identity)

/** A Pod was bound: queued only when its Node is known not to be ready, else the sync would do nothing. */
export function queueNewPod(run: Run, pod: Pod): void {
  const state = stateOf(run.world, nodeLifecycleState)
  const ready = state.health[pod.node]?.ready
  if (ready === 'False' || ready === 'Unknown') state.podQueue.add(run, pod.id as PodId)
}
