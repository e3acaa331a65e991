import type { StatefulSet, StatefulSetStatus } from '../../cluster/objects.ts'
import type { Call, PassInput, Replica } from './plan.ts'

/** From when on a status counts the Pods that the pass has found rather than those it has made (computeReplicaStatus; seen here from 1.27). */
const RECOUNTED_SINCE = 27

/**
 * The status after a pass that made these calls. Up to 1.26 what was created and deleted counts at once; since, only Pods that were there and not replaced, less
 * the one deleted for a rollout. updateStatefulSet, updateStatus and completeRollingUpdate (stateful_set_control.go, stateful_set_utils.go).
 */
export function statusAfter(set: StatefulSet, input: PassInput, made: readonly Call[]): StatefulSetStatus {
  const { currentRevision, updateRevision, minor } = input
  const recounted = minor >= RECOUNTED_SINCE
  const recreated = new Set(made.filter(({ verb, why }) => verb === 'create' && why === 'replace').map(({ ordinal }) => ordinal))
  const pods = recounted ? input.pods.filter(({ ordinal }) => !recreated.has(ordinal)) : input.pods
  const counts = {
    replicas: pods.length,
    readyReplicas: pods.filter(isRunningAndReady).length,
    availableReplicas: pods.filter((pod) => isRunningAndReady(pod) && pod.available).length,
    currentReplicas: countOf(pods, currentRevision),
    updatedReplicas: countOf(pods, updateRevision),
  }
  for (const call of made) {
    if (recounted && call.why !== 'update') continue
    const sign = call.verb === 'create' ? 1 : -1
    if (call.why === 'update') {
      counts.currentReplicas--
      continue
    }
    if (call.why !== 'surplus') counts.replicas += sign
    if (call.revision === currentRevision) counts.currentReplicas += sign
    if (call.revision === updateRevision) counts.updatedReplicas += sign
  }
  return completed(set, { ...counts, currentRevision, updateRevision, observedGeneration: set.generation })
}

const isRunningAndReady = ({ phase, ready }: Replica): boolean => phase === 'Running' && ready

const countOf = (pods: readonly Replica[], revision: string): number =>
  pods.filter((pod) => !pod.terminating && pod.revision === revision).length

/** A rollout that has reached every Pod makes the update revision the current one. */
function completed(set: StatefulSet, status: StatefulSetStatus): StatefulSetStatus {
  const { replicas, readyReplicas, updatedReplicas, updateRevision } = status
  if (set.updateStrategy !== 'RollingUpdate' || updatedReplicas !== replicas || readyReplicas !== replicas) return status
  return { ...status, currentReplicas: updatedReplicas, currentRevision: updateRevision }
}

/** Whether writing `next` would change what the StatefulSet says: inconsistentStatus. */
export const statusDiffers = ({ status }: StatefulSet, next: StatefulSetStatus): boolean =>
  (Object.keys(next) as (keyof StatefulSetStatus)[]).some((field) =>
    field === 'observedGeneration' ? next[field] > status[field] : next[field] !== status[field],
  )
