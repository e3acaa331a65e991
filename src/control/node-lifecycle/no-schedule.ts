import type { MachineId, Node } from '../../cluster/objects.ts'
import { WorkQueue } from '../../cluster/work-queue.ts'
import { type Kind, type Run, stateOf } from '../../cluster/world.ts'
import { nodeLifecycleState } from './state.ts'
import { changeTaints } from './taint-change.ts'
import { noScheduleChange } from './taints.ts'

/** Workers of the Node update queue (scheduler.UpdateWorkerSize, 1.20 … 1.36). */
const WORKERS = 8

/** A worker brings the NoSchedule taints of a Node in line with its conditions. node_lifecycle_controller.go:doNodeProcessingPassWorker, doNoScheduleTaintingPass. */
const TaintByCondition: Kind<MachineId> = {
  name: 'node-lifecycle/taint-by-condition',
  on(run, machine) {
    const { process, taintQueue } = stateOf(run.world, nodeLifecycleState)
    const node = process.cache.get('Node', machine)
    const { add, remove } = node === undefined ? { add: [], remove: [] } : noScheduleChange(node)
    if (node === undefined || !changeTaints(run, node, 'NoSchedule', add, remove, TaintedByCondition, machine))
      taintQueue.done(run, machine)
  },
}

/** A failure is not tried again: the next change of the Node is the next try. */
const TaintedByCondition: Kind<MachineId> = {
  name: 'node-lifecycle/tainted-by-condition',
  on: (run, machine) => stateOf(run.world, nodeLifecycleState).taintQueue.done(run, machine),
}

const TaintByConditionLater: Kind<MachineId> = {
  name: 'node-lifecycle/taint-by-condition-later',
  on: (run, machine) => stateOf(run.world, nodeLifecycleState).taintQueue.arrive(run, machine),
}

const identity = (run: Run, machine: MachineId): string => stateOf(run.world, nodeLifecycleState).names[machine] as string

/** The queue with its workers, as a new process has it. */
export const taintQueue = (): WorkQueue<MachineId> =>
  new WorkQueue<MachineId>('node-lifecycle/node', WORKERS, TaintByCondition, TaintByConditionLater, identity)

/** A Node was written: queued only when its taints differ from what its conditions ask for, else the sync would do nothing. */
export function queueTaints(run: Run, node: Node): void {
  const { add, remove } = noScheduleChange(node)
  if (add.length + remove.length > 0) stateOf(run.world, nodeLifecycleState).taintQueue.add(run, node.id)
}
