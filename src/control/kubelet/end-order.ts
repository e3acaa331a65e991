import type { Run } from '../../cluster/world.ts'
import { interruptPull } from './images.ts'
import { endedStatus, type PodStatus } from './pod-status.ts'
import type { EndOrder, Worker } from './state.ts'
import { setStatus } from './status-manager.ts'
import { interruptWait } from './volumes.ts'
import { updatePod } from './worker.ts'

/**
 * A Pod that the kubelet itself ends shows so once its containers have stopped: mergePodStatus (pkg/kubelet/status/status_manager.go, ≥
 * 1.24; seen here from 1.27).
 */
export const HELD_SINCE = 27
/** An override of 0 s is one from 1.31 on (PR #124063). */
const ZERO_COUNTS_SINCE = 31
/**
 * Before the sidecars of 1.29, what is left of a grace period given instead of the Pod's own is not raised to 2 s
 * (kuberuntime_container.go:killContainer).
 */
const RAISED_SINCE = 29

/**
 * The grace that a Pod gets which the kubelet ends with `override` seconds in place of its own `spec`: from 1.22 to 1.30 an override of 0
 * is none. pod_workers.go:calculateEffectiveGracePeriod and kuberuntime_container.go:killContainer (1.20 … 1.36).
 */
export function overriddenGrace(override: number, spec: number, minor: number): number {
  if (minor < HELD_SINCE) return override
  const grace = override === 0 && minor < ZERO_COUNTS_SINCE ? spec : override
  return Math.max(minor < RAISED_SINCE ? 1 : 2, grace)
}

/**
 * The kubelet ends a Pod of its own accord. Before 1.22 the Pod has failed as soon as that is decided (killPodNow,
 * pkg/kubelet/pod_workers.go).
 */
export function orderEnd(run: Run, worker: Worker, order: EndOrder): void {
  worker.order = order
  if (run.world.profile.minor < HELD_SINCE) setStatus(run, worker, endedStatus(worker.status, order.reason, run.now))
  updatePod(run, worker, null)
  if (run.world.profile.minor < HELD_SINCE || worker.state !== 'busy') return
  interruptPull(run, worker)
  interruptWait(run, worker)
}

/**
 * What a Pod that was ended by its kubelet has come to, all its containers stopped: it has failed, unless each has exited with 0; then it
 * has succeeded, and the reason is lost (issues #118310, #120182). A deadline fails it all the same. kubelet_pods.go:generateAPIPodStatus
 * (≥ 1.27).
 */
export function orderedStatus(status: PodStatus, order: EndOrder | null): PodStatus {
  if (order === null || (status.phase === 'Succeeded' && !order.fails)) return status
  return { ...status, phase: 'Failed', reason: order.reason }
}
