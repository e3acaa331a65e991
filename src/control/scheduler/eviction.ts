import { NOT_FOUND } from '../../cluster/api-server.ts'
import { disrupted, type MachineId, type Pod, UNBOUND } from '../../cluster/objects.ts'
import { type Kind, type Run, stateOf } from '../../cluster/world.ts'
import { fail } from './failure.ts'
import type { Candidate } from './preemption.ts'
import { type Current, type Eviction, type SchedulerState, schedulerState } from './state.ts'

/** How a release makes victims go. */
interface Manners {
  /** One after the other; from 1.26 on all at once (PR #113127). */
  readonly inTurn: boolean
  /** Each is marked DisruptionTarget first, by a call of its own (1.26 on). */
  readonly marks: boolean
  /** The scheduling loop waits for every answer (up to 1.32, KEP-4832). */
  readonly blocking: boolean
  /** Those that terminate already are left alone (1.34 on, PR #133167). */
  readonly sparesTerminating: boolean
}

/** How Kubernetes 1.`minor` does. */
export const mannersOf = (minor: number): Manners => ({
  inTurn: minor < 26,
  marks: minor >= 26,
  blocking: minor < 33,
  sparesTerminating: minor >= 34,
})

/**
 * Deletes the victims of a preemption. Where the scheduling loop waits for that it answers true; else it goes on, and the last victim
 * follows when the others are answered. framework/preemption/executor.go:prepareCandidate, prepareCandidateAsync (1.20:
 * default_preemption.go:PrepareCandidate).
 */
export function evict(run: Run, state: SchedulerState, current: Current, { node, victims }: Candidate): boolean {
  const { blocking, inTurn, sparesTerminating } = mannersOf(run.world.profile.minor)
  const terminates = ({ id }: Pod): boolean => state.process.cache.get('Pod', id)?.deletionTimestamp !== null
  const waiting = sparesTerminating ? victims.filter((victim) => !terminates(victim)) : [...victims]
  if (waiting.length === 0) return false
  const atOnce = inTurn ? 1 : blocking ? waiting.length : waiting.length - 1
  const eviction: Eviction = { current, node, pending: 0, later: waiting.splice(atOnce), lastSent: null, blocking }
  if (!blocking) {
    state.preempting.set(current.entry.pod.id, eviction)
    clearNominations(run, state, eviction)
  }
  for (const victim of waiting) send(run, state, eviction, victim)
  if (waiting.length === 0) sendNext(run, state, eviction)
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
  if (mannersOf(run.world.profile.minor).marks) run.world.api.update(run, state.client, victim, disrupted(victim), 0, VictimMarked, row)
  else run.world.api.delete(run, state.client, victim, VictimDeleted, row)
}

function sendNext(run: Run, state: SchedulerState, eviction: Eviction): void {
  const next = eviction.later.shift() as Pod
  if (eviction.later.length === 0) eviction.lastSent = next
  send(run, state, eviction, next)
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
    if (status >= 0) state.notices.notice(run, victim.key, 'Preempted', preempted(run, eviction))
    else if (status === NOT_FOUND && mannersOf(run.world.profile.minor).inTurn) {
      // 1.20 gives the preemption up when a victim is gone: no nomination.
      fail(run, state, { ...eviction.current, preemption: { found: false, message: '', clear: false } })
      return
    }
    answered(run, state, row)
  },
}

function preempted(run: Run, { current, node }: Eviction): string {
  const { namespace, name } = current.entry.pod
  const place = run.world.store.tables.Node.get(node as MachineId)?.name ?? ''
  return run.world.profile.minor < 26 ? `Preempted by ${namespace}/${name} on node ${place}` : `Preempted by pod ${name} on node ${place}`
}

function answered(run: Run, state: SchedulerState, row: number): void {
  const { eviction } = state.evictions[row] as SchedulerState['evictions'][number]
  if (--eviction.pending > 0) return
  if (eviction.later.length > 0) {
    sendNext(run, state, eviction)
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
