import { claimsOf, hasClaims } from '../../cluster/claims.ts'
import { slowed } from '../../cluster/machine-health.ts'
import { isAttachable, type PodId } from '../../cluster/objects.ts'
import type { Kind, Run } from '../../cluster/world.ts'
import type { VolumeKind } from '../../scenario/specs.ts'
import { type PodActions, podActions } from './actions.ts'
import { nextAction } from './containers.ts'
import { watchDeadline, withDeadline } from './deadline.ts'
import { park } from './hang.ts'
import { ensureMirror } from './mirror.ts'
import { runtimeChanged } from './pleg.ts'
import { podStatus } from './pod-status.ts'
import { pokeReadiness, probed, probesOf, verdictsOf } from './probes.ts'
import { type ContainerList, type Work, type Worker, workerAt } from './state.ts'
import { setStatus } from './status-manager.ts'
import { endPod, finishPod, graceOf, stopContainers } from './termination.ts'
import { type PodView, viewOf } from './view.ts'
import { awaitVolumes } from './volumes.ts'
import { endSync, isEnding, type SyncResult } from './worker.ts'

const FAILED: SyncResult = { failed: true, acted: false, backoffEnd: Number.POSITIVE_INFINITY }

/** Volumes that are fetched before they can be mounted. */
const FETCHED: ReadonlySet<VolumeKind> = new Set<VolumeKind>(['configMap', 'secret', 'projected', 'downwardAPI'])

/**
 * One sync of a Pod, with the runtime cache as of `worker.seen`: status first, then what the Pod's end or its containers need.
 * Kubelet.syncPod (pkg/kubelet/kubelet.go, 1.20 … 1.36; kubernetes-semantics §2.4).
 */
export function syncPod(run: Run, worker: Worker): void {
  if (worker.stage === 'killed' && run.world.profile.minor >= 27) {
    finishPod(run, worker)
    return
  }
  probesOf(run, worker)
  const view = seenBy(run, worker)
  if (!worker.reclaimed) setStatus(run, worker, withDeadline(run, worker, statusFrom(run, worker, view, false)))
  watchDeadline(run, worker)
  pokeReadiness(run, worker)
  if (isEnding(worker)) {
    endPod(run, worker)
    return
  }
  if (!worker.pod.spec.hostNetwork && !run.world.truth.machine(worker.kubelet.machine).configured) {
    endSync(run, worker, { ...FAILED, networkNotReady: true })
    return
  }
  if (worker.isStatic) ensureMirror(run, worker)
  mountVolumes(run, worker, view)
}

/** The Pod as the sync under way sees it. */
const seenBy = (run: Run, { id, seen, kubelet }: Worker): PodView => viewOf(run.world.truth.sandbox(id), seen, kubelet.born)

/** The Pod's status as the kubelet would compute it from this view. */
export function statusFrom(run: Run, worker: Worker, view: PodView, terminal: boolean) {
  return podStatus({
    spec: worker.pod.spec,
    view,
    reasons: worker.reasons,
    probed: (ref, container) => probed(worker, ref, container, run.world.profile.minor),
    previous: worker.status,
    terminal,
    deleted: worker.pod.deletionTimestamp !== null,
    now: run.now,
    minor: run.world.profile.minor,
    hostIP: run.world.network.machineIP(worker.kubelet.machine),
  })
}

/** WaitForAttachAndMount: once per Pod and kubelet. */
function mountVolumes(run: Run, worker: Worker, view: PodView): void {
  const { pod, kubelet } = worker
  const fetched = pod.spec.volumes.some(({ kind }) => FETCHED.has(kind))
  if (worker.mounted || (!fetched && !hasClaims(pod))) {
    worker.mounted = true
    act(run, worker, view)
    return
  }
  const { latency } = run.world
  const setup = fetched ? run.random.duration(latency['volume-setup'], 'volume-setup', pod.key, kubelet.incarnation) : 0
  const claims = claimsOf(run, pod)
  const shared = claims.filter((claim) => !isAttachable(claim))
  const mounts = shared.map(({ key }) =>
    run.random.duration(latency['volume-mount'], 'volume-mount', `${pod.key}|${key}`, kubelet.incarnation),
  )
  const time = slowed(run, kubelet.machine, Math.max(1, setup, ...mounts))
  if (shared.length < claims.length) {
    awaitVolumes(run, worker, time, VolumesMounted)
    return
  }
  run.world.observers.podStage(run, worker.id, 'start')
  run.after(time, VolumesMounted, worker.id, worker.token)
}

/** The volumes of a Pod are mounted. */
export const VolumesMounted: Kind<PodId> = {
  name: 'kubelet/volumes-mounted',
  on(run, pod, token) {
    const worker = workerAt(run, pod, token)
    if (worker === undefined) return
    worker.mounted = true
    act(run, worker, seenBy(run, worker))
  },
}

/** kuberuntime_manager.go:SyncPod. */
function act(run: Run, worker: Worker, view: PodView): void {
  const { truth, profile } = run.world
  const sandbox = truth.sandbox(worker.id)
  const attempt = sandbox === undefined ? 0 : sandbox.attempt + 1
  const actions = podActions(worker.pod.spec, view, attempt, verdictsOf(worker), profile.minor)
  if (actions.killPod && !actions.createSandbox) {
    endPod(run, worker)
    return
  }
  worker.work = workOf(actions)
  if (!actions.createSandbox) {
    nextAction(run, worker)
    return
  }
  const left =
    sandbox === undefined
      ? 0
      : stopContainers(run, sandbox, worker.pod, graceOf(null, worker.pod.spec.terminationGracePeriodSeconds, false, profile.minor))
  if (left === 0) createSandbox(run, worker)
  else run.after(left, SandboxStopped, worker.id, worker.token)
}

/** What still ran of a Pod whose sandbox was dead has ended (killPodWithSyncResult): it gets another one. */
export const SandboxStopped: Kind<PodId> = {
  name: 'kubelet/sandbox-stopped',
  on(run, pod, token) {
    const worker = workerAt(run, pod, token)
    if (worker !== undefined) createSandbox(run, worker)
  },
}

function createSandbox(run: Run, worker: Worker): void {
  const sandbox = run.world.truth.sandbox(worker.id)
  const attempt = sandbox === undefined ? 0 : sandbox.attempt + 1
  if (sandbox !== undefined && !run.world.network.plugin.keepsAddress) run.world.network.releasePodIP(worker.kubelet.machine, sandbox.ip)
  const time = run.random.duration(run.world.latency.sandbox, 'sandbox', worker.pod.key, attempt)
  run.world.observers.podStage(run, worker.id, 'start')
  run.after(slowed(run, worker.kubelet.machine, Math.max(1, time)), SandboxCreated, worker.id, worker.token)
}

function workOf({ killSidecars, kill, init, start }: PodActions): Work {
  const at = (list: ContainerList) => (index: number) => ({ list, index })
  return {
    kill: [...killSidecars.map(at('initContainers')), ...kill.map(at('containers'))],
    start: [...init.map(at('initContainers')), ...start.map(at('containers'))],
    killed: 0,
    started: 0,
    acted: false,
    failed: false,
    backoffEnd: Number.POSITIVE_INFINITY,
  }
}

/** The pause container runs and has an address (CNI ADD). */
export const SandboxCreated: Kind<PodId> = {
  name: 'kubelet/sandbox-created',
  on(run, pod, token) {
    const worker = workerAt(run, pod, token)
    if (worker === undefined || worker.work === null) return
    const { machine } = worker.kubelet
    if (park(run, machine, SandboxCreated, pod, token)) return
    const { network, truth } = run.world
    const kept = network.plugin.keepsAddress ? truth.sandbox(pod)?.ip : undefined
    const ip = kept ?? (worker.pod.spec.hostNetwork ? network.machineIP(machine) : network.allocatePodIP(machine))
    if (ip === '') {
      endSync(run, worker, FAILED)
      return
    }
    truth.createSandbox(worker.pod, machine, ip)
    runtimeChanged(run, worker.kubelet, pod, false)
    worker.work.acted = true
    nextAction(run, worker)
  },
}
