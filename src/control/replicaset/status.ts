import type { Pod, ReplicaSet, ReplicaSetStatus } from '../../cluster/objects.ts'
import { timestamp } from '../../cluster/timestamp.ts'
import { type Instant, seconds } from '../../kernel/time.ts'

/**
 * Whether a Pod has been ready for `minReadySeconds`, counted from the whole second in which it became so. A transition at or before 0 was
 * before the run: such a Pod has been ready for long. pkg/api/v1/pod/util.go:IsPodAvailable (1.20 … 1.36).
 */
export function isAvailable(pod: Pod, minReadySeconds: number, now: Instant): boolean {
  if (!pod.ready) return false
  return minReadySeconds === 0 || pod.readyTransition <= 0 || timestamp(pod.readyTransition) + seconds(minReadySeconds) < now
}

/** `calculateStatus` (pkg/controller/replicaset/replica_set_utils.go, 1.20 … 1.36) of the active Pods a sync began with. */
export function statusOf(set: ReplicaSet, active: readonly Pod[], now: Instant): ReplicaSetStatus {
  let readyReplicas = 0
  let availableReplicas = 0
  for (const pod of active) {
    if (!pod.ready) continue
    readyReplicas++
    if (isAvailable(pod, set.minReadySeconds, now)) availableReplicas++
  }
  return { replicas: active.length, readyReplicas, availableReplicas, observedGeneration: set.generation }
}

/** Whether writing `next` would change what `set` says. */
export function statusDiffers({ status }: ReplicaSet, next: ReplicaSetStatus): boolean {
  return (
    status.replicas !== next.replicas ||
    status.readyReplicas !== next.readyReplicas ||
    status.availableReplicas !== next.availableReplicas ||
    status.observedGeneration !== next.observedGeneration
  )
}
