import { NOT_FOUND } from '../../cluster/api-server.ts'
import { disrupted, type Pod, UNBOUND } from '../../cluster/objects.ts'
import { type Kind, type Run, stateOf } from '../../cluster/world.ts'
import { fail } from './failure.ts'
import type { Candidate } from './preemption.ts'
import { type Current, type Eviction, type SchedulerState, schedulerState } from './state.ts'

/**
 * Deletes the victims of a preemption, all at once; from 1.26 on each is marked DisruptionTarget first, by a call of its own. Up to 1.32 the scheduling
 * loop waits for all answers: then answers true. From 1.33 on it goes on, and the last victim follows when the others are answered (KEP-4832).
 * framework/preemption/executor.go:prepareCandidate, prepareCandidateAsync (1.20: default_preemption.go:PrepareCandidate).
 */
export function evict(run: Run, state: SchedulerState, current: Current, { node, victims }: Candidate): boolean {
  const blocking = run.world.profile.minor < 33
  const waiting = victims.filter(({ id }) => state.process.cache.get('Pod', id)?.deletionTimestamp === null)
  if (waiting.length === 0) return false
  const last = blocking ? null : (waiting.pop() as Pod)
  const eviction: Eviction = { current, node, pending: 0, last, lastSent: null, blocking }
  if (!blocking) {
    state.preempting.set(current.entry.pod.id, eviction)
    clearNominations(run, state, eviction)
  }
  for (const victim of waiting) send(run, state, eviction, victim)
  if (waiting.length === 0) sendLast(run, state, eviction)
  return blocking
}

/** Whether a Pod's preemption is still under way: DefaultPreemption.PreEnqueue, 1.33 on. */
export function isPreempting(state: SchedulerState, pod: number): boolean {
  const eviction = state.preempting.get(pod)
  if (eviction === undefined) return false
  return eviction.lastSent === null || state.process.cache.get('Pod', eviction.lastSent.id)?.deletionTimestamp === null
}

function send(run: Run, state: SchedulerState, eviction: Eviction, victim: Pod): void {
  eviction.pending++
  const row = state.evictions.push({ victim, eviction }) - 1
  if (run.world.profile.minor >= 26) run.world.api.update(run, state.client, victim, disrupted(victim), 0, VictimMarked, row)
  else run.world.api.delete(run, state.client, victim, VictimDeleted, row)
}

function sendLast(run: Run, state: SchedulerState, eviction: Eviction): void {
  eviction.lastSent = eviction.last
  eviction.last = null
  send(run, state, eviction, eviction.lastSent as Pod)
}

/** A victim carries the condition DisruptionTarget. */
export const VictimMarked: Kind = {
  name: 'scheduler/victim-marked',
  on(run, row, status) {
    const state = stateOf(run.world, schedulerState)
    const { victim } = state.evictions[row] as SchedulerState['evictions'][number]
    if (status === NOT_FOUND) answered(run, state, row)
    else run.world.api.delete(run, state.client, victim, VictimDeleted, row)
  },
}

/** A victim's deletion has begun, or it was gone. */
export const VictimDeleted: Kind = {
  name: 'scheduler/victim-deleted',
  on(run, row, status) {
    const state = stateOf(run.world, schedulerState)
    const { victim, eviction } = state.evictions[row] as SchedulerState['evictions'][number]
    if (status >= 0) state.notices.notice(run, victim.key, 'Preempted', `Preempted by pod ${eviction.current.entry.pod.name}`)
    answered(run, state, row)
  },
}

function answered(run: Run, state: SchedulerState, row: number): void {
  const { eviction } = state.evictions[row] as SchedulerState['evictions'][number]
  if (--eviction.pending > 0) return
  if (eviction.last !== null) {
    sendLast(run, state, eviction)
    return
  }
  if (eviction.blocking) {
    clearNominations(run, state, eviction)
    fail(run, state, eviction.current)
  } else if (state.preempting.get(eviction.current.entry.pod.id) === eviction) state.preempting.delete(eviction.current.entry.pod.id)
}

/** Pods of lower priority that were to get this node must look elsewhere. */
function clearNominations(run: Run, { nominator, client, process }: SchedulerState, { node, current }: Eviction): void {
  for (const { id, spec } of nominator.podsOf(node)) {
    if (spec.priority >= current.entry.pod.spec.priority) continue
    nominator.remove(id)
    const pod = process.cache.get('Pod', id)
    if (pod !== undefined && pod.nominatedNode !== UNBOUND) run.world.api.update(run, client, pod, { nominatedNode: UNBOUND }, 0, null, 0)
  }
}
