import { type MachineId, type PodId, UNBOUND } from '../../cluster/objects.ts'
import { workTime } from '../../cluster/slowness.ts'
import { type Kind, type Run, stateOf } from '../../cluster/world.ts'
import { assume } from './binding.ts'
import { schedulePod } from './decide.ts'
import { budgetsOf } from './disruption-budgets.ts'
import { evict } from './eviction.ts'
import { fail, finishCycle } from './failure.ts'
import { preempt } from './preemption.ts'
import type { QueueEntry } from './queue-entry.ts'
import { type Current, type SchedulerState, schedulerState } from './state.ts'

/** Takes the next Pod and decides over it, unless a cycle is under way or nobody waits. Exactly one Pod is in a cycle at a time. */
export function nextCycle(run: Run, state: SchedulerState): void {
  while (!state.busy) {
    const entry = state.queue.pop()
    if (entry === null) return
    const pod = state.process.cache.get('Pod', entry.pod.id)
    if (pod === undefined || pod.node !== UNBOUND || pod.deletionTimestamp !== null || state.assumed.has(pod.id as PodId)) {
      state.queue.done(entry.pod.id)
      continue
    }
    entry.pod = pod
    state.busy = true
    state.current = decide(run, state, entry)
    const latency = workTime(run, 'cycle', 'scheduling-cycle', 'scheduling-cycle', pod.key, entry.attempts)
    run.after(Math.max(1, latency), EndCycle, pod.id as PodId, state.process.incarnation)
  }
}

/** Decides on the cache as it is now: the snapshot of the cycle. A Pod that fitted nowhere in the same cache is not examined again. */
function decide(run: Run, state: SchedulerState, entry: QueueEntry): Current {
  const { cluster, nominator } = state
  if (entry.failure !== null && entry.failure.version === cluster.version && nominator.empty) {
    return { entry, decision: entry.failure.decision, preemption: entry.failure.preemption }
  }
  entry.failure = null
  const view = cluster.view(entry.pod)
  const draw = (purpose: string) => () => run.random.draw(purpose, entry.pod.key, entry.attempts)
  const decision = schedulePod(state, view, draw('scheduling-tie'))
  if (decision.diagnosis === null) return { entry, decision, preemption: null }
  const preemption = preempt(state, view, decision.diagnosis, () => budgetsOf(state.process.cache), draw('preemption-offset'))
  if (!preemption.found && nominator.empty) entry.failure = { version: cluster.version, decision, preemption }
  return { entry, decision, preemption }
}

/** A scheduling cycle has come to its result. */
export const EndCycle: Kind<PodId> = {
  name: 'scheduler/cycle',
  on(run, _pod, incarnation) {
    const state = stateOf(run.world, schedulerState)
    const { current } = state
    if (current === null || state.process.incarnation !== incarnation) return
    state.current = null
    const { entry, decision, preemption } = current
    if (decision.node >= 0) {
      assume(run, state, entry, decision.node as MachineId)
      finishCycle(run, state)
      return
    }
    const waits = preemption?.found === true && evict(run, state, current, preemption.candidate)
    if (!waits) fail(run, state, current)
  },
}
