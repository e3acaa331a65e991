import type { MachineId, PodId } from '../../cluster/objects.ts'
import type { Sandbox } from '../../cluster/truth.ts'
import type { Kind, Run } from '../../cluster/world.ts'
import { relistRecords } from './records.ts'
import { type Kubelet, kubeletOn, kubeletsOf, type Worker, workerAt } from './state.ts'
import { deliver, podChanged } from './worker.ts'

/** `plegRelistPeriod` [µs] (pkg/kubelet/kubelet.go, 1.20 … 1.36); the next relist begins that long after the last one has ended. */
export const RELIST_PERIOD_US = 1_000_000

/** When the last relist that has ended began; before the kubelet's start when there was none since. */
export function lastRelist(run: Run, kubelet: Kubelet): number {
  const { relist, relistTime } = kubeletsOf(run.world)
  if (kubelet.hungSince !== null) return kubelet.hungSince
  return relist.last(kubelet.machine, run.now) - relistTime
}

/** The runtime state of a Pod has changed: the next relist that begins after now will see it. */
export function runtimeChanged(run: Run, kubelet: Kubelet, pod: PodId, died: boolean): void {
  kubelet.unseen.push({ pod, time: run.now, died })
  kubeletsOf(run.world).relist.want(run, kubelet.machine)
}

/** What a kubelet that starts finds on its machine: the first relist reports every container as if it had just started or ended. */
export function findContainers(run: Run, kubelet: Kubelet): void {
  const { truth } = run.world
  for (const pod of truth.machine(kubelet.machine).pods) {
    const sandbox = truth.sandbox(pod) as Sandbox
    const ended = !sandbox.up || sandbox.containers.some((container) => container?.state === 'exited')
    runtimeChanged(run, kubelet, pod, ended)
  }
}

/** The worker waits until the runtime cache is newer than its last sync: podCache.GetNewerThan. */
export function awaitRelist(run: Run, worker: Worker): void {
  worker.kubelet.blocked.add(worker)
  kubeletsOf(run.world).relist.want(run, worker.kubelet.machine)
}

/**
 * A relist of all containers of a machine ends: the generic PLEG reports what has changed since the one before, and workers that waited for
 * newer states go on. Triggers: a container or sandbox started or ended; a worker waits; records of an ended Pod are still to go (before
 * 1.27). pkg/kubelet/pleg/generic.go (1.20 … 1.36).
 */
export const Relist: Kind<MachineId> = {
  name: 'kubelet/relist',
  on(run, machine) {
    const kubelet = kubeletOn(run.world, machine)
    if (kubelet === undefined) return
    const began = run.now - kubeletsOf(run.world).relistTime
    report(run, kubelet, (change) => change.time <= began)
    relistRecords(run, kubelet, began)
    const ready = [...kubelet.blocked].filter((worker) => worker.lastSync < began)
    for (const worker of ready) {
      kubelet.blocked.delete(worker)
      deliver(run, worker)
    }
    if (kubelet.unseen.length > 0 || kubelet.blocked.size > 0 || kubelet.leaving.size > 0) kubeletsOf(run.world).relist.want(run, machine)
  },
}

/** Reports the changes that a relist has seen, one event per Pod. */
function report(run: Run, kubelet: Kubelet, seen: (change: { pod: PodId; time: number }) => boolean): void {
  const changes = kubelet.unseen.filter(seen)
  if (changes.length === 0) return
  kubelet.unseen = kubelet.unseen.filter((change) => !seen(change))
  const died = new Set(changes.filter((change) => change.died).map(({ pod }) => pod))
  for (const pod of new Set(changes.map((change) => change.pod))) {
    if (died.has(pod)) run.world.observers.detected(run, pod)
    if (kubelet.looping) podChanged(run, kubelet, pod)
  }
}

/**
 * A relist of one Pod, asked for by a sync that did something: PLEGOnDemandRelist (on from 1.36,
 * pkg/kubelet/pleg/generic.go:RequestRelist). Detail: the worker's step.
 */
export const RelistPod: Kind<PodId> = {
  name: 'kubelet/relist-pod',
  on(run, pod, token) {
    const worker = workerAt(run, pod, token)
    if (worker === undefined || worker.kubelet.hungSince !== null) return
    const { kubelet } = worker
    const began = run.now - kubeletsOf(run.world).relistTime
    worker.relisted = began
    report(run, kubelet, (change) => change.pod === pod && change.time <= began)
    if (kubelet.blocked.delete(worker)) deliver(run, worker)
  },
}
