import { type Instant, seconds } from '../kernel/time.ts'
import { type ApiObject, isTerminal, type Pod, type Service, UNBOUND } from './objects.ts'
import type { Run } from './world.ts'

/** What a DELETE does to a Pod. */
export type Deletion =
  | { readonly action: 'remove' }
  | { readonly action: 'ignore' }
  | { readonly action: 'terminate'; readonly graceSeconds: number }

/**
 * The grace a Pod is deleted with: that of the request (−1: none given), else its own; 0 when it is not bound or has ended. A later DELETE
 * may only shorten it, and must say to what. pkg/registry/core/pod/strategy.go:CheckGracefulDelete, apiserver
 * pkg/registry/rest/delete.go:BeforeDelete (1.20 … 1.36).
 */
export function planDeletion(pod: Pod, requestedSeconds: number): Deletion {
  const pending = pod.deletionGracePeriodSeconds ?? 0
  if (pending > 0 && (requestedSeconds < 0 || requestedSeconds >= pending)) return { action: 'ignore' }
  const asked = requestedSeconds >= 0 ? requestedSeconds : pod.spec.terminationGracePeriodSeconds
  const graceSeconds = pending === 0 && (pod.node === UNBOUND || isTerminal(pod)) ? 0 : asked
  return graceSeconds === 0 ? { action: 'remove' } : { action: 'terminate', graceSeconds }
}

/** From here on a grace that is shortened moves no deletionTimestamp into the past (PR #122646). */
const NEVER_PAST = 33

/**
 * What a Pod says of its deletion: a shorter grace counts from the first request on, and at least 1 s is left of one that is over already.
 * apiserver pkg/registry/rest/delete.go:BeforeDelete (1.20 … 1.36).
 */
export function deletionTimes(
  pod: Pick<Pod, 'deletionTimestamp' | 'deletionGracePeriodSeconds'>,
  graceSeconds: number,
  now: Instant,
  minor: number,
): Pick<Pod, 'deletionTimestamp' | 'deletionGracePeriodSeconds'> {
  const asked = pod.deletionTimestamp === null ? now : pod.deletionTimestamp - seconds(pod.deletionGracePeriodSeconds ?? 0)
  const moved = (asked + seconds(graceSeconds)) as Instant
  if (minor < NEVER_PAST || moved >= now) return { deletionTimestamp: moved, deletionGracePeriodSeconds: graceSeconds }
  return { deletionTimestamp: now, deletionGracePeriodSeconds: Math.min(graceSeconds, 1) }
}

/** What becomes of the dependents of a deleted object: they go after it, before it, or stay. */
export type Propagation = 'background' | 'foreground' | 'orphan'

/** The finalizer that keeps a deleted object until its dependents are gone (apimachinery pkg/apis/meta/v1/types.go, 1.20 … 1.36). */
export const AFTER_DEPENDENTS = 'foregroundDeletion'
/** The finalizer that keeps a deleted object until its dependents have been let go. */
export const AFTER_ORPHANING = 'orphan'

/** Carries out a DELETE; answers the object's id. Kinds other than Pods go at once, unless their dependents come first. */
export function commitDelete(run: Run, object: ApiObject, requestedSeconds: number, propagation: Propagation = 'background'): number {
  const { store } = run.world
  if (object.kind !== 'Pod') {
    if (propagation === 'background') remove(run, object)
    else {
      const finalizers = [propagation === 'foreground' ? AFTER_DEPENDENTS : AFTER_ORPHANING]
      store.update(run, object as never, { deletionTimestamp: object.deletionTimestamp ?? run.now, finalizers } as never, true)
    }
    return object.id
  }
  const pod = object as Pod
  const plan = planDeletion(pod, requestedSeconds)
  if (plan.action === 'remove') removeOrMark(run, pod)
  if (plan.action === 'terminate') {
    store.update(run, pod, deletionTimes(pod, plan.graceSeconds, run.now, run.world.profile.minor), true)
  }
  return pod.id
}

function remove(run: Run, object: ApiObject): void {
  run.world.store.remove(run, object as never)
  if (object.kind === 'Service') run.world.network.releaseClusterIP((object as Service).clusterIP)
}

const isHeld = ({ finalizers }: ApiObject): boolean => finalizers !== undefined && finalizers.length > 0

/** A Pod with finalizers stays, marked as one that may go at once, until the last of them is taken off (rest/store.go:Delete, 1.20 … 1.36). */
function removeOrMark(run: Run, pod: Pod): void {
  const { store } = run.world
  if (!isHeld(pod)) store.remove(run, pod)
  else if (pod.deletionTimestamp === null || pod.deletionGracePeriodSeconds !== 0) {
    store.update(run, pod, deletionTimes(pod, 0, run.now, run.world.profile.minor), true)
  }
}

/** After a write: an object that was only held by its finalizers goes with the last of them (rest/store.go:deleteWithoutFinalizers). */
export function removeIfReleased(run: Run, object: ApiObject): void {
  if (object.deletionTimestamp === null || isHeld(object)) return
  if (object.kind !== 'Pod' || (object as Pod).deletionGracePeriodSeconds === 0) remove(run, object)
}
