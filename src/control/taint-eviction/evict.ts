import type { Client } from '../../cluster/client.ts'
import { disrupted, type PodId } from '../../cluster/objects.ts'
import { type Kind, type Run, stateOf } from '../../cluster/world.ts'
import { type TaintEviction, taintEvictionState } from './state.ts'

/** Tries to delete a Pod, and the wait between them (taint_eviction.go: retries, 1.20 … 1.36). */
const TRIES = 5
const RETRY_US = 10_000

const clientOf = (state: TaintEviction): Client => state.process.clients.get(state.client) as Client

/**
 * Evicts a Pod, now or after its time of toleration, unless its eviction is under way or past. Each eviction runs by itself: nothing but the client limits how many.
 * pkg/controller/tainteviction/timed_workers.go:AddWork (1.20 … 1.36).
 */
export function scheduleEviction(run: Run, pod: PodId, delay: number): void {
  const state = stateOf(run.world, taintEvictionState)
  if (state.timers.has(pod) || state.evicted.has(pod)) return
  if (delay > 0) state.timers.set(pod, run.after(delay, EvictPod, pod, state.process.incarnation))
  else EvictPod.on(run, pod, state.process.incarnation)
}

/** cancelWorkWithEvent: a timer that was cancelled is reported. */
export function cancelEviction(run: Run, pod: PodId): void {
  const state = stateOf(run.world, taintEvictionState)
  state.evicted.delete(pod)
  const timer = state.timers.get(pod)
  if (timer === undefined) return
  state.timers.delete(pod)
  run.cancel(timer)
  const held = state.process.cache.get('Pod', pod)
  if (held !== undefined)
    clientOf(state).notice(run, held.key, 'TaintManagerEviction', `Cancelling deletion of Pod ${held.namespace}/${held.name}`)
}

/** A Pod's time of toleration is over. */
const EvictPod: Kind<PodId> = {
  name: 'taint-eviction/evict',
  on(run, pod, incarnation) {
    const state = stateOf(run.world, taintEvictionState)
    if (state.process.incarnation !== incarnation) return
    state.timers.delete(pod)
    state.evicted.add(pod)
    const held = state.process.cache.get('Pod', pod)
    if (held === undefined) return
    clientOf(state).notice(run, held.key, 'TaintManagerEviction', `Marking for deletion Pod ${held.namespace}/${held.name}`)
    state.tries.set(pod, 1)
    remove(run, state, pod)
  },
}

/** addConditionAndDeletePod: from 1.26 GET, PATCH of the condition DisruptionTarget, DELETE; before, DELETE alone. */
function remove(run: Run, state: TaintEviction, pod: PodId): void {
  const held = state.process.cache.get('Pod', pod)
  if (held === undefined) state.tries.delete(pod)
  else if (run.world.profile.minor >= 26) run.world.api.get(run, clientOf(state), held, PodRead, pod)
  else run.world.api.delete(run, clientOf(state), held, PodEvicted, pod)
}

const PodRead: Kind<PodId> = {
  name: 'taint-eviction/pod-read',
  on(run, pod, status) {
    const state = stateOf(run.world, taintEvictionState)
    const read = run.world.store.pods.get(status)
    if (read === undefined) retry(run, state, pod)
    else run.world.api.update(run, clientOf(state), read, disrupted(read), 0, ConditionPatched, pod)
  },
}

const ConditionPatched: Kind<PodId> = {
  name: 'taint-eviction/condition-patched',
  on(run, pod, status) {
    const state = stateOf(run.world, taintEvictionState)
    const patched = run.world.store.pods.get(status)
    if (patched === undefined) retry(run, state, pod)
    else run.world.api.delete(run, clientOf(state), patched, PodEvicted, pod)
  },
}

const PodEvicted: Kind<PodId> = {
  name: 'taint-eviction/pod-evicted',
  on(run, pod, status) {
    const state = stateOf(run.world, taintEvictionState)
    if (status < 0) retry(run, state, pod)
    else state.tries.delete(pod)
  },
}

/** A failed eviction is tried again shortly, five times in all; then it may be queued anew. */
function retry(run: Run, state: TaintEviction, pod: PodId): void {
  const tries = state.tries.get(pod) ?? TRIES
  if (tries >= TRIES) {
    state.tries.delete(pod)
    state.evicted.delete(pod)
    return
  }
  state.tries.set(pod, tries + 1)
  run.released('back-off')
  run.after(RETRY_US, RetryEviction, pod, state.process.incarnation)
}

const RetryEviction: Kind<PodId> = {
  name: 'taint-eviction/retry',
  on(run, pod, incarnation) {
    const state = stateOf(run.world, taintEvictionState)
    if (state.process.incarnation === incarnation) remove(run, state, pod)
  },
}
