import { NOT_FOUND } from '../../cluster/api-server.ts'
import { disrupted, isTerminal, type MachineId, type Pod } from '../../cluster/objects.ts'
import { UNAVAILABLE } from '../../cluster/status.ts'
import type { Kind, Run } from '../../cluster/world.ts'
import { type PodStatus, sameStatus, statusOf } from './pod-status.ts'
import { planProbes } from './probes.ts'
import { type Kubelet, kubeletOn, kubeletsOf, type Posting, type Worker } from './state.ts'

/** `syncPeriod` of the status manager [µs] (pkg/kubelet/status/status_manager.go, 1.20 … 1.36). */
export const STATUS_PERIOD_US = 10_000_000

/**
 * SetPodStatus: keeps the status and lets it be posted when it differs from the one kept before; `forced` posts it again (TerminatePod).
 * pkg/kubelet/status/status_manager.go:updateStatusInternal (1.20 … 1.36).
 */
export function setStatus(run: Run, worker: Worker, status: PodStatus, forced = false): void {
  const changed = !sameStatus(worker.status, status)
  if (changed) {
    if (status.ready && !worker.status.ready) run.world.observers.podStage(run, worker.id, 'settle')
    worker.status = status
  }
  planProbes(run, worker)
  if (!changed && !forced) return
  worker.version++
  post(run, worker)
}

/** Queues the status: each set status is posted on its own before 1.27, the newest of each Pod from 1.27. */
function post(run: Run, worker: Worker): void {
  const { kubelet } = worker
  const posting: Posting = { worker, status: worker.status, version: worker.version }
  const waiting = run.world.profile.minor >= 27 ? kubelet.postings.findIndex((each) => each.worker === worker) : -1
  if (waiting >= 0) kubelet.postings[waiting] = posting
  else kubelet.postings.push(posting)
  postNext(run, kubelet)
}

/** The single goroutine of the status manager: GET, PATCH when something differs, DELETE when the Pod has ended. */
function postNext(run: Run, kubelet: Kubelet): void {
  while (kubelet.posting === null) {
    const posting = kubelet.postings.shift()
    if (posting === undefined) return
    const pod = apiPod(run, posting.worker)
    if (pod === undefined || (posting.version <= posting.worker.posted && !mayDelete(run, posting.worker, pod))) continue
    kubelet.posting = posting
    run.world.api.get(run, kubelet.client, pod, StatusGot, kubelet.machine)
  }
}

/** The Pod in the kubelet's own cache: what the pod manager knows; for a static Pod its mirror. */
function apiPod(run: Run, { id, kubelet }: Worker): Pod | undefined {
  return kubelet.process.cache.get('Pod', id) ?? run.world.store.pods.get(id)
}

/**
 * canBeDeleted: before 1.27 a deleted Pod whose resources are reclaimed, from then on one whose worker has finished and whose phase in the
 * API is terminal. Never a mirror Pod.
 */
export function canBeDeleted(pod: Pod, reclaimed: boolean, minor: number): boolean {
  if (pod.deletionTimestamp === null || pod.mirror || !reclaimed) return false
  return minor < 27 || isTerminal(pod)
}

function mayDelete(run: Run, worker: Worker, pod: Pod): boolean {
  const { minor } = run.world.profile
  return canBeDeleted(minor < 27 ? worker.pod : pod, worker.reclaimed, minor)
}

/** Nobody has answered: the next batch tries again. */
function tryLater(run: Run, kubelet: Kubelet, { worker }: Posting): void {
  reconcileLater(run, worker)
  done(run, kubelet)
}

function done(run: Run, kubelet: Kubelet): void {
  kubelet.posting = null
  postNext(run, kubelet)
}

/** The Pod has been read: its status is patched where it differs. */
export const StatusGot: Kind<MachineId> = {
  name: 'kubelet/status-got',
  on(run, machine, answer) {
    const kubelet = kubeletOn(run.world, machine)
    if (kubelet === undefined || kubelet.posting === null) return
    if (answer === UNAVAILABLE) {
      tryLater(run, kubelet, kubelet.posting)
      return
    }
    const { worker, status } = kubelet.posting
    const pod = run.world.store.pods.get(worker.id)
    if (answer < 0 || pod === undefined) {
      done(run, kubelet)
      return
    }
    if (sameStatus(statusOf(pod), status)) finishPosting(run, kubelet)
    else run.world.api.update(run, kubelet.client, pod, { ...status, ...disruption(run, worker, pod, status) }, 0, StatusPatched, machine)
  },
}

/** DisruptionTarget goes with the phase in which the Pod has ended: mergePodStatus (on from 1.26). */
const disruption = (run: Run, { order }: Worker, pod: Pod, status: PodStatus): Partial<Pod> =>
  order?.disrupts === true && isTerminal(status) && run.world.profile.minor >= 26 ? disrupted(pod) : {}

/** The status is in the API. */
export const StatusPatched: Kind<MachineId> = {
  name: 'kubelet/status-patched',
  on(run, machine, answer) {
    const kubelet = kubeletOn(run.world, machine)
    if (kubelet === undefined || kubelet.posting === null) return
    if (answer === UNAVAILABLE) tryLater(run, kubelet, kubelet.posting)
    else if (answer === NOT_FOUND) done(run, kubelet)
    else finishPosting(run, kubelet)
  },
}

function finishPosting(run: Run, kubelet: Kubelet): void {
  const { worker, version } = kubelet.posting as Posting
  worker.posted = Math.max(worker.posted, version)
  const pod = run.world.store.pods.get(worker.id)
  if (pod !== undefined && mayDelete(run, worker, pod)) run.world.api.delete(run, kubelet.client, pod, StatusDeleted, kubelet.machine, 0)
  else done(run, kubelet)
}

/** The Pod has been deleted with grace period 0. */
export const StatusDeleted: Kind<MachineId> = {
  name: 'kubelet/pod-deleted',
  on(run, machine, answer) {
    const kubelet = kubeletOn(run.world, machine)
    if (kubelet === undefined) return
    if (answer === UNAVAILABLE && kubelet.posting !== null) tryLater(run, kubelet, kubelet.posting)
    else done(run, kubelet)
  },
}

/** Whether a status of this Pod is still to be posted. */
export const isPosting = ({ kubelet, id }: Worker): boolean =>
  kubelet.posting?.worker.id === id || kubelet.postings.some(({ worker }) => worker.id === id)

/** The next batch must look at this Pod: its status in the API is not the kubelet's, or it may have become deletable. */
export function reconcileLater(run: Run, worker: Worker): void {
  worker.kubelet.reconcile.add(worker.id)
  kubeletsOf(run.world).statusBatch.want(run, worker.kubelet.machine)
}

/**
 * syncBatch, every 10 s. Triggers: a watched change that makes the API's status differ from the kubelet's (the node controller has written
 * Ready=False); the resources of a deleted Pod reclaimed (before 1.27); a call that nobody answered.
 */
export const StatusBatch: Kind<MachineId> = {
  name: 'kubelet/status-batch',
  on(run, machine) {
    const kubelet = kubeletOn(run.world, machine)
    if (kubelet === undefined) return
    const pods = [...kubelet.reconcile]
    kubelet.reconcile.clear()
    for (const id of pods) {
      const worker = kubeletsOf(run.world).workers.get(id)
      const pod = kubelet.process.cache.get('Pod', id)
      if (worker === undefined || pod === undefined) continue
      if (sameStatus(worker.status, statusOf(pod)) && !mayDelete(run, worker, pod)) continue
      worker.version++
      post(run, worker)
    }
  },
}
