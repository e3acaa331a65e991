import type { MachineId, Pod, PodId } from '../../cluster/objects.ts'
import { isTerminal } from '../../cluster/objects.ts'
import type { Kind, Run } from '../../cluster/world.ts'
import { NO_TICKET } from '../../kernel/queue.ts'
import { cancelPull, interruptPull } from './images.ts'
import { awaitRelist, lastRelist, RelistPod } from './pleg.ts'
import { statusOf } from './pod-status.ts'
import { type Kubelet, kubeletOn, kubeletsOf, nextToken, type Worker } from './state.ts'
import { reconcileLater, setStatus } from './status-manager.ts'
import { syncPod } from './sync.ts'
import { interruptWait } from './volumes.ts'

/**
 * `backOffPeriod`, that of an error that is only for want of a network, and their jitter (pkg/kubelet/kubelet.go, pod_workers.go, 1.20 …
 * 1.36).
 */
const ERROR_PERIOD_US = 10_000_000
const NETWORK_PERIOD_US = 1_000_000
const JITTER = 0.5
/** The sync ticker of the sync loop [µs] (pkg/kubelet/kubelet.go:syncLoop, 1.20 … 1.36). */
export const SYNC_TICK_US = 1_000_000

/**
 * The worker of a Pod that this kubelet runs; made when something happens to the Pod for the first time. `reported` is the Pod as the API
 * has had it until now: for a static Pod its mirror.
 */
export function workerOf(run: Run, kubelet: Kubelet, pod: Pod, reported: Pod = pod): Worker {
  const { workers, staticPods } = kubeletsOf(run.world)
  let worker = workers.get(pod.id as PodId)
  if (worker === undefined || worker.kubelet !== kubelet) {
    worker = newWorker(kubelet, pod, reported, staticPods.has(pod.id as PodId))
    workers.set(pod.id as PodId, worker)
    kubelet.workers.add(worker)
  }
  return worker
}

function newWorker(kubelet: Kubelet, pod: Pod, reported: Pod, isStatic: boolean): Worker {
  return {
    kubelet,
    id: pod.id as PodId,
    pod,
    isStatic,
    state: 'idle',
    pending: false,
    token: -1,
    lastSync: kubelet.born - 1,
    relisted: Number.NEGATIVE_INFINITY,
    seen: Number.NEGATIVE_INFINITY,
    stage: 'running',
    order: null,
    reclaimed: false,
    cleaned: false,
    mounted: kubelet.born === Number.NEGATIVE_INFINITY && reported.containerStatuses.length > 0,
    wait: null,
    deadlineWatched: false,
    work: null,
    pull: null,
    reasons: new Map(),
    crashes: new Map(),
    pulls: new Map(),
    probes: null,
    status: statusOf(reported),
    version: 0,
    posted: 0,
    syncs: 0,
    due: Number.NaN,
  }
}

/** Something of a Pod has changed in the runtime: PLEG events are syncs. */
export function podChanged(run: Run, kubelet: Kubelet, id: PodId): void {
  const { staticPods, workers } = kubeletsOf(run.world)
  const reported = kubelet.process.cache.get('Pod', id)
  const pod = staticPods.get(id) ?? reported
  if (pod === undefined || (isTerminal(pod) && !workers.has(id))) return
  updatePod(run, workerOf(run, kubelet, pod, reported), null)
}

/**
 * podWorkers.UpdatePod: the newest definition is kept, one sync at a time. From 1.22 on a Pod that is to end interrupts the sync under way;
 * seen here from 1.27.
 */
export function updatePod(run: Run, worker: Worker, pod: Pod | null): void {
  if (pod !== null) worker.pod = pod
  if (worker.stage === 'finished') {
    if (pod !== null && pod.deletionTimestamp !== null) letGo(run, worker)
    return
  }
  if (worker.state === 'idle') {
    deliver(run, worker)
    return
  }
  worker.pending = true
  if (pod !== null && isEnding(worker) && run.world.profile.minor >= 27) interruptPull(run, worker)
  if (pod !== null && isEnding(worker)) interruptWait(run, worker)
}

/** The Pod had ended before it was deleted: its object may go at once. */
function letGo(run: Run, worker: Worker): void {
  if (run.world.profile.minor < 27) reconcileLater(run, worker)
  else setStatus(run, worker, worker.status, true)
}

/** The Pod is to end: it is being deleted, its kubelet ends it, or it has ended. */
export const isEnding = ({ pod, status, order }: Worker): boolean =>
  order !== null || pod.deletionTimestamp !== null || isTerminal(pod) || isTerminal(status)

/** The worker takes its update: it syncs as soon as the runtime cache is newer than its last sync (podCache.GetNewerThan). */
export function deliver(run: Run, worker: Worker): void {
  if (worker.stage === 'finished') {
    worker.state = 'idle'
    return
  }
  const seen = Math.max(lastRelist(run, worker.kubelet), worker.relisted)
  if (seen <= worker.lastSync || worker.kubelet.hungSince !== null) {
    worker.state = 'blocked'
    awaitRelist(run, worker)
    return
  }
  worker.state = 'busy'
  worker.syncs++
  nextToken(run, worker)
  worker.seen = seen
  syncPod(run, worker)
}

/** How a sync ended. */
export interface SyncResult {
  readonly failed: boolean
  /** The runtime was changed. */
  readonly acted: boolean
  /** The earliest end of a CrashLoopBackOff; Infinity for none. */
  readonly backoffEnd: number
  /** It failed because the machine has no network yet. */
  readonly networkNotReady?: boolean
  /** The next stage of the Pod's end is to follow at once. */
  readonly proceed?: boolean
}

/** The sync is over: the worker is due again, and takes the update that came meanwhile. wrapUp, from 1.22 completeWork (pod_workers.go). */
export function endSync(run: Run, worker: Worker, result: SyncResult): void {
  worker.work = null
  worker.state = 'idle'
  worker.lastSync = run.now
  const token = nextToken(run, worker)
  setDue(run, worker, result)
  if (result.acted && !result.failed && run.world.profile.minor >= 36) {
    run.after(kubeletsOf(run.world).relistTime + 1, RelistPod, worker.id, token)
  }
  if (!worker.pending && result.proceed !== true) return
  worker.pending = false
  deliver(run, worker)
}

/**
 * Pause before a sync comes due by itself, jitter excluded [µs]; null: a sync that succeeded, whose resync 60 … 90 s later would find
 * nothing to do and is left out. Up to 1.34 a back-off is an error like any other; from 1.35 its remaining time is waited for, up to
 * `syncFrequency`.
 */
export function requeueDelay(
  { failed, backoffEnd, networkNotReady = false }: Omit<SyncResult, 'acted'>,
  now: number,
  syncFrequency: number,
  minor: number,
): number | null {
  if (!failed) return null
  if (networkNotReady) return NETWORK_PERIOD_US
  if (minor < 35 || backoffEnd === Number.POSITIVE_INFINITY) return ERROR_PERIOD_US
  return Math.min(Math.max(0, backoffEnd - now), syncFrequency)
}

function setDue(run: Run, worker: Worker, result: SyncResult): void {
  const { kubelet } = worker
  const delay = requeueDelay(result, run.now, kubelet.flags.syncFrequency, run.world.profile.minor)
  if (delay === null) {
    worker.due = Number.NaN
    kubelet.dueWorkers.delete(worker)
    return
  }
  syncLater(run, worker, stretched(run, worker, delay, 0))
}

/** wait.Jitter(delay, 0.5), addressed by Pod, kubelet and sync. */
export function stretched(run: Run, worker: Worker, delay: number, n: number): number {
  const entity = `${worker.pod.key}|${worker.kubelet.incarnation}|${worker.syncs}`
  return Math.round(delay * (1 + JITTER * run.random.draw('kubelet-requeue', entity, n)))
}

/** The Pod is to be synced at the first tick of the sync loop later than `delay` from now. */
export function syncLater(run: Run, worker: Worker, delay: number): void {
  worker.due = run.now + delay
  worker.kubelet.dueWorkers.add(worker)
  run.after(delay, SyncDue, worker.kubelet.machine)
}

/** A Pod of the machine is due: the next tick of the sync loop matters. */
export const SyncDue: Kind<MachineId> = {
  name: 'kubelet/sync-due',
  on(run, machine) {
    const kubelet = kubeletOn(run.world, machine)
    if (kubelet !== undefined && kubelet.dueWorkers.size > 0) kubeletsOf(run.world).syncTick.want(run, machine)
  },
}

/**
 * A tick of the sync loop: Pods that are due are synced. Trigger: a Pod has come due. basicWorkQueue.GetWork
 * (pkg/kubelet/util/queue/work_queue.go, 1.20 … 1.36).
 */
export const SyncTick: Kind<MachineId> = {
  name: 'kubelet/sync-tick',
  on(run, machine) {
    const kubelet = kubeletOn(run.world, machine)
    if (kubelet === undefined) return
    for (const worker of [...kubelet.dueWorkers]) {
      if (worker.due >= run.now) continue
      worker.due = Number.NaN
      kubelet.dueWorkers.delete(worker)
      updatePod(run, worker, null)
    }
  },
}

/** Forgets a worker: its events have nothing to do any more. */
export function dropWorker(run: Run, worker: Worker): void {
  const { kubelet } = worker
  nextToken(run, worker)
  for (const probe of worker.probes ?? []) if (probe.ticket !== NO_TICKET) run.cancel(probe.ticket)
  kubelet.blocked.delete(worker)
  kubelet.leaving.delete(worker)
  kubelet.dueWorkers.delete(worker)
  kubelet.reconcile.delete(worker.id)
  cancelPull(run, worker)
  kubelet.workers.delete(worker)
  kubeletsOf(run.world).workers.delete(worker.id)
}
