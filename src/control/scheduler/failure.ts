import { type MachineId, type Pod, UNBOUND } from '../../cluster/objects.ts'
import { type Kind, type Run, stateOf } from '../../cluster/world.ts'
import { fitError } from './fit-error.ts'
import type { Preemption } from './preemption.ts'
import { type Current, type SchedulerState, schedulerState } from './state.ts'

/** The loop is free for the next Pod. */
export function finishCycle(run: Run, state: SchedulerState): void {
  state.busy = false
  state.advance(run, state)
}

/**
 * No node: puts the Pod back, tells the users, and writes PodScheduled=False if its message or its nomination changed. The loop waits for the answer
 * up to 1.34; from 1.35 on calls are dispatched asynchronously. schedule_one.go:handleSchedulingFailure (1.20: scheduler.go:recordSchedulingFailure).
 */
export function fail(run: Run, state: SchedulerState, { entry, decision, preemption }: Current): void {
  const { queue, process, nominator } = state
  const { diagnosis } = decision
  const pod = process.cache.get('Pod', entry.pod.id)
  if (pod === undefined || pod.node !== UNBOUND || diagnosis === null) {
    queue.delete(entry.pod.id)
    finishCycle(run, state)
    return
  }
  const message = fitError(diagnosis.nodes, diagnosis.counts, preemption === null || preemption.found ? '' : preemption.message)
  entry.pod = pod
  nominate(state, pod, preemption)
  const nominatedNode = nominator.nodeOf(pod.id) as MachineId
  queue.putBack(entry, diagnosis.rejectors, run.now)
  state.notices.notice(run, pod.key, 'FailedScheduling', message)
  if (message === pod.unschedulable && nominatedNode === pod.nominatedNode) {
    finishCycle(run, state)
    return
  }
  const waits = run.world.profile.minor < 35
  run.world.api.update(run, state.client, pod, { unschedulable: message, nominatedNode }, 0, waits ? StatusWritten : null, pod.id)
  if (!waits) finishCycle(run, state)
}

function nominate({ nominator }: SchedulerState, pod: Pod, preemption: Preemption | null): void {
  if (preemption === null) return
  if (preemption.found) nominator.add(pod, preemption.candidate.node)
  else if (preemption.clear) nominator.remove(pod.id)
}

/** PodScheduled=False has been written. */
export const StatusWritten: Kind = {
  name: 'scheduler/status-written',
  on: (run) => finishCycle(run, stateOf(run.world, schedulerState)),
}
