import { slowed } from '../../cluster/machine-health.ts'
import type { MachineId, Pod, PodId } from '../../cluster/objects.ts'
import type { Kind, Run } from '../../cluster/world.ts'
import { type Kubelet, kubeletOn, kubeletsOf } from './state.ts'
import { graceOf, removeSandbox, stopContainers } from './termination.ts'
import { releaseVolumes } from './volumes.ts'

/** `housekeepingPeriod` [µs] (pkg/kubelet/kubelet.go, 1.20 … 1.36). */
export const HOUSEKEEPING_US = 2_000_000

/**
 * A pass of housekeeping: Pods on the machine that neither the API nor a manifest has are ended. Trigger: a kubelet finds such Pods when it
 * starts. Back-off entries are collected by these passes too, which needs no event: what a pass would have deleted is computed when an
 * entry is read (backoff.ts:keptEntry). HandlePodCleanups.
 */
export const Housekeeping: Kind<MachineId> = {
  name: 'kubelet/housekeeping',
  on(run, machine) {
    const kubelet = kubeletOn(run.world, machine)
    if (kubelet === undefined || kubelet.hungSince !== null || kubelet.orphans.size === 0) return
    const orphans = [...kubelet.orphans]
    kubelet.orphans.clear()
    for (const pod of orphans) reap(run, kubelet, pod, undefined, orphanGrace(run, pod))
  },
}

/** Grace of a Pod that only the runtime knows [s]: before 1.22 that recorded with its containers, from then on 1 (seen here from 1.27). */
function orphanGrace(run: Run, pod: PodId): number {
  const { minor } = run.world.profile
  const recorded = run.world.truth.sandbox(pod)?.graceSeconds ?? 0
  return minor >= 27 ? 1 : graceOf(null, recorded, false, minor)
}

/** Ends what runs of a Pod that is in the API no more, and cleans up after it. */
export function reap(run: Run, kubelet: Kubelet, pod: PodId, definition: Pod | undefined, graceSeconds: number): void {
  const sandbox = run.world.truth.sandbox(pod)
  if (sandbox === undefined) {
    releaseVolumes(run, kubelet, pod)
    return
  }
  if (kubelet.hungSince !== null) {
    kubelet.orphans.add(pod)
    return
  }
  const time = stopContainers(run, sandbox, definition, graceSeconds)
  const cleanup = run.random.duration(run.world.latency['pod-cleanup'], 'pod-cleanup', sandbox.key, kubelet.incarnation)
  run.after(time + slowed(run, kubelet.machine, Math.max(1, cleanup)), PodReaped, pod, kubelet.incarnation)
}

/** Nothing is left of a Pod that was in the API no more, if its kubelet still runs to see to that. Detail: the kubelet's incarnation. */
export const PodReaped: Kind<PodId> = {
  name: 'kubelet/pod-reaped',
  on(run, pod, incarnation) {
    const sandbox = run.world.truth.sandbox(pod)
    if (sandbox === undefined) return
    const kubelet = kubeletOn(run.world, sandbox.machine)
    if (kubelet?.incarnation !== incarnation) return
    removeSandbox(run, kubelet, pod)
    releaseVolumes(run, kubelet, pod)
  },
}

/** Pods on the machine that the kubelet has no definition of wait for housekeeping. */
export function findOrphans(run: Run, kubelet: Kubelet): void {
  const { staticPods, housekeeping } = kubeletsOf(run.world)
  for (const pod of run.world.truth.machine(kubelet.machine).pods) {
    if (!staticPods.has(pod) && kubelet.process.cache.get('Pod', pod) === undefined) kubelet.orphans.add(pod)
  }
  if (kubelet.orphans.size > 0) housekeeping.want(run, kubelet.machine)
}
