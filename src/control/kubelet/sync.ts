import { behaviourOf } from '../../cluster/behaviour.ts'
import type { PodId } from '../../cluster/objects.ts'
import type { Kind, Run } from '../../cluster/world.ts'
import type { ContainerSpec, VolumeKind } from '../../scenario/specs.ts'
import { type PodActions, podActions } from './actions.ts'
import { backoffEnd, crashLimits, keptEntry, nextEntry } from './backoff.ts'
import { serviceEnvironment } from './environment.ts'
import { planImage, pullImage } from './images.ts'
import { ensureMirror } from './mirror.ts'
import { runtimeChanged } from './pleg.ts'
import { podStatus } from './pod-status.ts'
import { pokeReadiness, probed, probesOf, unhealthy } from './probes.ts'
import { type Kubelet, kubeletsOf, nextToken, type Work, type Worker, workerAt } from './state.ts'
import { setStatus } from './status-manager.ts'
import { endContainer, endPod, finishPod, scheduleExit } from './termination.ts'
import { type PodView, viewOf } from './view.ts'
import { endSync, isEnding } from './worker.ts'

/** Volumes that are fetched before they can be mounted. */
const FETCHED: ReadonlySet<VolumeKind> = new Set<VolumeKind>(['configMap', 'secret', 'projected', 'downwardAPI'])

/**
 * One sync of a Pod, with the runtime cache as of `worker.seen`: status first, then what the Pod's end or its containers need. Kubelet.syncPod
 * (pkg/kubelet/kubelet.go, 1.20 … 1.36; kubernetes-semantics §2.4).
 */
export function syncPod(run: Run, worker: Worker): void {
  if (worker.stage === 'killed' && run.world.profile.minor >= 27) {
    finishPod(run, worker)
    return
  }
  probesOf(run, worker)
  const view = viewOf(run.world.truth.sandbox(worker.id), worker.seen)
  if (!worker.reclaimed) setStatus(run, worker, statusFrom(run, worker, view, false))
  pokeReadiness(run, worker)
  if (isEnding(worker)) {
    endPod(run, worker)
    return
  }
  if (worker.isStatic) ensureMirror(run, worker)
  mountVolumes(run, worker, view)
}

/** The Pod's status as the kubelet would compute it from this view. */
export function statusFrom(run: Run, worker: Worker, view: PodView, terminal: boolean) {
  return podStatus({
    spec: worker.pod.spec,
    view,
    reasons: worker.reasons,
    probed: (index, container) => probed(worker, index, container, run.world.profile.minor),
    previous: worker.status,
    terminal,
    now: run.now,
    minor: run.world.profile.minor,
    hostIP: run.world.network.machineIP(worker.kubelet.machine),
  })
}

/** WaitForAttachAndMount: once per Pod and kubelet. */
function mountVolumes(run: Run, worker: Worker, view: PodView): void {
  const { pod } = worker
  if (worker.mounted || !pod.spec.volumes.some(({ kind }) => FETCHED.has(kind))) {
    worker.mounted = true
    act(run, worker, view)
    return
  }
  const time = run.random.duration(run.world.latency['volume-setup'], 'volume-setup', pod.key, worker.kubelet.incarnation)
  run.world.observers.podStage(run, worker.id, 'start')
  run.after(Math.max(1, time), VolumesMounted, worker.id, worker.token)
}

/** The volumes of a Pod are mounted. */
export const VolumesMounted: Kind<PodId> = {
  name: 'kubelet/volumes-mounted',
  on(run, pod, token) {
    const worker = workerAt(run, pod, token)
    if (worker === undefined) return
    worker.mounted = true
    act(run, worker, viewOf(run.world.truth.sandbox(pod), worker.seen))
  },
}

/** kuberuntime_manager.go:SyncPod. */
function act(run: Run, worker: Worker, view: PodView): void {
  const { truth, profile } = run.world
  const sandbox = truth.sandbox(worker.id)
  const attempt = sandbox === undefined ? 0 : sandbox.attempt + 1
  const actions = podActions(worker.pod.spec, view, attempt, unhealthy(worker), profile.minor)
  if (actions.killPod && !actions.createSandbox) {
    endPod(run, worker)
    return
  }
  worker.work = workOf(actions)
  if (!actions.createSandbox) {
    nextAction(run, worker)
    return
  }
  if (sandbox !== undefined) run.world.network.releasePodIP(worker.kubelet.machine, sandbox.ip)
  const time = run.random.duration(run.world.latency.sandbox, 'sandbox', worker.pod.key, attempt)
  run.world.observers.podStage(run, worker.id, 'start')
  run.after(Math.max(1, time), SandboxCreated, worker.id, worker.token)
}

function workOf(actions: PodActions): Work {
  const list = actions.init >= 0 || (actions.sidecars.length > 0 && actions.start.length === 0) ? 'initContainers' : 'containers'
  const start = actions.init >= 0 ? [actions.init] : list === 'initContainers' ? actions.sidecars : actions.start
  return { actions, list, start, killed: 0, started: 0, acted: false, failed: false, backoffEnd: Number.POSITIVE_INFINITY }
}

/** The pause container runs and has an address (CNI ADD). */
export const SandboxCreated: Kind<PodId> = {
  name: 'kubelet/sandbox-created',
  on(run, pod, token) {
    const worker = workerAt(run, pod, token)
    if (worker === undefined || worker.work === null) return
    const { machine } = worker.kubelet
    const { network, truth } = run.world
    const ip = worker.pod.spec.hostNetwork ? network.machineIP(machine) : network.allocatePodIP(machine)
    if (ip === '') {
      endSync(run, worker, { failed: true, acted: false, backoffEnd: Number.POSITIVE_INFINITY })
      return
    }
    truth.createSandbox(worker.pod, machine, ip)
    runtimeChanged(run, worker.kubelet, pod, false)
    worker.work.acted = true
    nextAction(run, worker)
  },
}

/** Ends what must end, then starts what must start, one container after the other in spec order. */
export function nextAction(run: Run, worker: Worker): void {
  const work = worker.work as Work
  const kill = work.actions.kill[work.killed]
  if (kill !== undefined) {
    work.killed++
    work.acted = true
    endContainer(run, worker, kill)
    return
  }
  const index = work.start[work.started]
  const interrupted = isEnding(worker) && run.world.profile.minor >= 27
  if (index === undefined || interrupted) {
    finishWork(run, worker)
    return
  }
  const container = worker.pod.spec[work.list][index] as ContainerSpec
  if (inBackoff(run, worker, container, index)) {
    fail(run, worker, 'CrashLoopBackOff')
    return
  }
  const step = planImage(run, worker, container)
  if (step === 'pull') pullImage(run, worker, container)
  else if (step === 'present') startContainer(run, worker, container)
  else fail(run, worker, step === 'never' ? 'ErrImageNeverPull' : 'ImagePullBackOff')
}

/**
 * doBackOff: whether the container must wait; if it need not, its back-off doubles. It looks at the newest dead instance that the sync began with: not at the one
 * this very sync has killed.
 */
function inBackoff(run: Run, worker: Worker, { name }: ContainerSpec, index: number): boolean {
  const work = worker.work as Work
  const dead = run.world.truth.sandbox(worker.id)?.[work.list][index]
  const failed = work.list === 'containers' && work.actions.kill.includes(index) ? dead?.lastFinishedAt : dead?.finishedAt
  if (failed === undefined || failed === null) return false
  const { kubelet } = worker
  const entry = keptEntry(worker.crashes.get(name), kubeletsOf(run.world).housekeeping.last(kubelet.machine, run.now))
  const end = backoffEnd(entry, failed)
  if (run.now < end) {
    work.backoffEnd = Math.min(work.backoffEnd, end)
    return true
  }
  worker.crashes.set(name, nextEntry(entry, failed, run.now, limitsOf(run, kubelet)))
  return false
}

function limitsOf(run: Run, { flags }: Kubelet) {
  const { minor } = run.world.profile
  return crashLimits(minor, flags['crashLoopBackOff.maxContainerRestartPeriod'], flags.ReduceDefaultCrashLoopBackOffDecay)
}

/** A container could not be started: its reason is shown from the next sync on, and the next container follows. */
function fail(run: Run, worker: Worker, reason: string): void {
  const work = worker.work as Work
  const { name } = worker.pod.spec[work.list][work.start[work.started] as number] as ContainerSpec
  worker.reasons.set(name, reason)
  run.world.observers.podStage(run, worker.id, reason === 'CrashLoopBackOff' ? 'backoff' : 'pull')
  run.world.observers.notice(run, worker.kubelet.process.name, worker.pod.key, reason === 'CrashLoopBackOff' ? 'BackOff' : 'Failed', reason)
  work.failed = true
  work.started++
  nextAction(run, worker)
}

/** The image is there. */
export function imageReady(run: Run, worker: Worker): void {
  const work = worker.work as Work
  startContainer(run, worker, worker.pod.spec[work.list][work.start[work.started] as number] as ContainerSpec)
}

/** The image could not be had. */
export function imageFailed(run: Run, worker: Worker, reason: string): void {
  if (worker.work !== null) fail(run, worker, reason)
}

function startContainer(run: Run, worker: Worker, container: ContainerSpec): void {
  const work = worker.work as Work
  const attempts = (run.world.truth.sandbox(worker.id)?.[work.list][work.start[work.started] as number]?.attempt ?? -1) + 1
  const latency = behaviourOf(run.world, worker.pod, container.name).start ?? run.world.latency['container-start']
  const time = run.random.duration(latency, 'container-start', `${worker.pod.key}/${container.name}`, attempts)
  run.world.observers.podStage(run, worker.id, 'start')
  run.after(Math.max(1, time), ContainerStarted, worker.id, nextToken(run, worker))
}

/** The process of a container runs. */
export const ContainerStarted: Kind<PodId> = {
  name: 'kubelet/container-started',
  on(run, pod, token) {
    const worker = workerAt(run, pod, token)
    const sandbox = run.world.truth.sandbox(pod)
    if (worker === undefined || worker.work === null || sandbox === undefined) return
    const { work } = worker
    work.acted = true
    const index = work.start[work.started] as number
    work.started++
    if (sandbox.up) {
      const { name } = worker.pod.spec[work.list][index] as ContainerSpec
      worker.reasons.delete(name)
      const behaviour = behaviourOf(run.world, worker.pod, name)
      const entity = `${worker.pod.key}/${name}`
      const attempt = (sandbox[work.list][index]?.attempt ?? -1) + 1
      const ready = run.random.duration(behaviour.ready ?? run.world.latency['container-ready'], 'container-ready', entity, attempt)
      const environment = serviceEnvironment(run, worker.kubelet.process, worker.pod)
      const container = run.world.truth.startContainer(run, sandbox, work.list, index, name, ready, environment)
      if (behaviour.run !== undefined) {
        const time = run.random.duration(behaviour.run, 'container-run', entity, attempt)
        scheduleExit(run, pod, container, Math.max(1, time), behaviour.exitCode ?? 0)
      }
    } else work.failed = true
    nextAction(run, worker)
  },
}

function finishWork(run: Run, worker: Worker): void {
  const { failed, acted, backoffEnd: end } = worker.work as Work
  if (!failed && !worker.status.ready) run.world.observers.podStage(run, worker.id, 'ready')
  endSync(run, worker, { failed, acted, backoffEnd: end })
}
