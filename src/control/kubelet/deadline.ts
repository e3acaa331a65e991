import { isTerminal, type PodId } from '../../cluster/objects.ts'
import type { Kind, Run } from '../../cluster/world.ts'
import type { Instant } from '../../kernel/time.ts'
import { HELD_SINCE } from './end-order.ts'
import { endedStatus, type PodStatus } from './pod-status.ts'
import { kubeletsOf, type Worker } from './state.ts'
import { syncLater } from './worker.ts'

/** When a Pod with `activeDeadlineSeconds` must have ended; null: it may run for ever. */
export function deadlineOf({ pod, status }: Worker): Instant | null {
  const { activeDeadlineSeconds } = pod.spec
  if (activeDeadlineSeconds === undefined || status.startTime === null) return null
  return (status.startTime + activeDeadlineSeconds * 1e6) as Instant
}

/**
 * A status with the deadline applied; where Pods that the kubelet ends show so only once they have stopped, the end of the Pod is ordered
 * instead. activeDeadlineHandler.ShouldEvict (pkg/kubelet/active_deadline.go, 1.20 … 1.36).
 */
export function withDeadline(run: Run, worker: Worker, status: PodStatus): PodStatus {
  const deadline = deadlineOf(worker)
  if (deadline === null || run.now < deadline) return status
  if (run.world.profile.minor < HELD_SINCE) return endedStatus(status, 'DeadlineExceeded', run.now)
  if (!isTerminal(status)) worker.order ??= { reason: 'DeadlineExceeded', graceSeconds: null, fails: true, disrupts: false }
  return status
}

/** Makes the Pod's deadline an event, once. */
export function watchDeadline(run: Run, worker: Worker): void {
  const deadline = deadlineOf(worker)
  if (deadline === null || worker.deadlineWatched) return
  worker.deadlineWatched = true
  run.at(Math.max(run.now, deadline) as Instant, DeadlinePassed, worker.id)
}

/** The deadline of a Pod has passed: the next tick of the sync loop syncs it (activeDeadlineHandler.ShouldSync). */
export const DeadlinePassed: Kind<PodId> = {
  name: 'kubelet/deadline-passed',
  on(run, pod) {
    const worker = kubeletsOf(run.world).workers.get(pod)
    if (worker !== undefined && worker.stage === 'running') syncLater(run, worker, 0)
  },
}
