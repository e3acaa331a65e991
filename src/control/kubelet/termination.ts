import { behaviourOf } from '../../cluster/behaviour.ts'
import { slowed } from '../../cluster/machine-health.ts'
import type { Pod, PodId } from '../../cluster/objects.ts'
import type { Container, Sandbox } from '../../cluster/truth.ts'
import type { Kind, Run } from '../../cluster/world.ts'
import type { Instant } from '../../kernel/time.ts'
import { nextAction } from './containers.ts'
import { HELD_SINCE, orderedStatus } from './end-order.ts'
import { isSidecar } from './init-actions.ts'
import { failedProbe } from './probes.ts'
import { awaitRecords } from './records.ts'
import { type ContainerRef, type Kubelet, kubeletsOf, nextToken, type Worker, workerAt } from './state.ts'
import { reconcileLater, setStatus } from './status-manager.ts'
import { statusFrom } from './sync.ts'
import { viewNow } from './view.ts'
import { releaseVolumes } from './volumes.ts'
import { endSync } from './worker.ts'

/** Exit code of a process killed with SIGKILL. */
const SIGKILLED = 137
/** Hooks may sleep since then (KEP-3960, gate PodLifecycleSleepAction: on from 1.30). */
export const SLEEP_SINCE = 30
/** `minimumGracePeriodInSeconds` (kuberuntime_container.go, 1.20 … 1.36). */
const LEAST_GRACE_S = 2

/** What a kubelet gives a container between SIGTERM and SIGKILL [s]. */
export function graceOf(deletionGraceSeconds: number | null, specGraceSeconds: number, deleted: boolean, minor: number): number {
  const grace = deletionGraceSeconds ?? specGraceSeconds
  return Math.max(deleted && minor >= 27 ? 1 : LEAST_GRACE_S, grace)
}

/**
 * How long a container takes to end, and its exit code: a preStop hook uses up its grace period, but for 2 s at least; SIGKILL once that is
 * over. An application that handles SIGTERM exits with 0 (model).
 */
export function exitOf(stopTime: number, graceSeconds: number, hookSeconds = 0): { readonly time: number; readonly exitCode: number } {
  const hook = Math.min(hookSeconds, graceSeconds) * 1e6
  const grace = hook === 0 ? graceSeconds * 1e6 : Math.max(graceSeconds * 1e6 - hook, LEAST_GRACE_S * 1e6)
  return stopTime <= grace ? { time: Math.max(1, hook + stopTime), exitCode: 0 } : { time: Math.max(1, hook + grace), exitCode: SIGKILLED }
}

/** How long the preStop hook of a container sleeps [s], where a row of behaviour does not say how long it takes to stop. */
function hookOf(run: Run, pod: Pod | undefined, { name }: Container): number {
  if (pod === undefined || run.world.profile.minor < SLEEP_SINCE) return 0
  return [...pod.spec.containers, ...pod.spec.initContainers].find((spec) => spec.name === name)?.preStopSleep ?? 0
}

/**
 * The container's process will end in `time` [µs], unless it has ended before; who waits for that finds that it has, and with which exit
 * code.
 */
export function scheduleExit(run: Run, pod: PodId, container: Container, time: number, exitCode: number): void {
  container.stopCode = exitCode
  run.early((run.now + time) as Instant, ContainerExits, pod, container.instance)
}

/** A container's process ends by itself or as it was told. Detail: its instance. */
export const ContainerExits: Kind<PodId> = {
  name: 'container/exits',
  on(run, pod, instance) {
    const { truth } = run.world
    const container = truth.instance(pod, instance)
    const sandbox = truth.sandbox(pod)
    if (container === undefined || sandbox === undefined) return
    const { name, stopCode } = container
    truth.exitContainer(run, sandbox, container, name, stopCode, stopCode === 0 ? 'Completed' : 'Error')
  },
}

/** Tells a container to end; answers after how long it will have [µs]. */
function stop(run: Run, sandbox: Sandbox, pod: Pod | undefined, container: Container, graceSeconds: number, after: number): number {
  const given = pod === undefined ? undefined : behaviourOf(run.world, pod, container.name).stop
  const latency = given ?? run.world.latency['container-stop']
  const drawn = run.random.duration(latency, 'container-stop', `${sandbox.key}/${container.name}`, container.attempt)
  const { time, exitCode } = exitOf(
    slowed(run, sandbox.machine, drawn),
    graceSeconds,
    given === undefined ? hookOf(run, pod, container) : 0,
  )
  scheduleExit(run, sandbox.pod, container, after + time, exitCode)
  return after + time
}

/**
 * Ends every container of a Pod (whose definition may be unknown): all app containers in parallel, then from 1.29 sidecars, the last one
 * first. Answers how long it takes [µs].
 */
export function stopContainers(run: Run, sandbox: Sandbox, pod: Pod | undefined, graceSeconds: number): number {
  const initSpecs = pod?.spec.initContainers ?? []
  const { minor } = run.world.profile
  const running = (container: Container | undefined): container is Container => container?.state === 'running'
  let longest = 0
  sandbox.initContainers.forEach((container, index) => {
    if (running(container) && !isSidecar(initSpecs[index], minor))
      longest = Math.max(longest, stop(run, sandbox, pod, container, graceSeconds, 0))
  })
  for (const container of sandbox.containers) {
    if (running(container)) longest = Math.max(longest, stop(run, sandbox, pod, container, graceSeconds, 0))
  }
  sandbox.initContainers.toReversed().forEach((container, index, all) => {
    const spec = initSpecs[all.length - 1 - index]
    if (running(container) && isSidecar(spec, minor)) longest = stop(run, sandbox, pod, container, graceSeconds, longest)
  })
  return longest
}

/** Ends one container whose probe has failed; the sync goes on when it has ended. */
export function endContainer(run: Run, worker: Worker, ref: ContainerRef): void {
  const sandbox = run.world.truth.sandbox(worker.id)
  const container = sandbox?.[ref.list][ref.index]
  if (sandbox === undefined || container === undefined || container.state !== 'running') {
    nextAction(run, worker)
    return
  }
  const { spec, key } = worker.pod
  const grace = graceOf(
    failedProbe(worker, ref)?.terminationGracePeriodSeconds ?? null,
    spec.terminationGracePeriodSeconds,
    false,
    run.world.profile.minor,
  )
  run.world.observers.notice(
    run,
    worker.kubelet.process.name,
    key,
    'Killing',
    `Container ${container.name} failed its probe, will be restarted`,
  )
  run.after(stop(run, sandbox, worker.pod, container, grace, 0), ContainerEnded, worker.id, nextToken(run, worker))
}

/** A container that the sync had to end has ended. */
export const ContainerEnded: Kind<PodId> = {
  name: 'kubelet/container-ended',
  on(run, pod, token) {
    const worker = workerAt(run, pod, token)
    if (worker !== undefined && worker.work !== null) nextAction(run, worker)
  },
}

/** killPod: the containers end, then the sandbox. The worker waits for it. */
export function endPod(run: Run, worker: Worker): void {
  if (worker.stage === 'running') worker.stage = 'killing'
  const sandbox = run.world.truth.sandbox(worker.id)
  const { pod } = worker
  const deleted = pod.deletionTimestamp !== null
  const own = graceOf(pod.deletionGracePeriodSeconds, pod.spec.terminationGracePeriodSeconds, deleted, run.world.profile.minor)
  const grace = worker.order?.graceSeconds ?? own
  const time = sandbox === undefined ? 0 : stopContainers(run, sandbox, pod, grace)
  if (time === 0) podEnded(run, worker)
  else run.after(time, PodEnded, worker.id, nextToken(run, worker))
}

/** Every container of a Pod that was to end has ended. */
export const PodEnded: Kind<PodId> = {
  name: 'kubelet/pod-ended',
  on(run, pod, token) {
    const worker = workerAt(run, pod, token)
    if (worker !== undefined) podEnded(run, worker)
  },
}

function podEnded(run: Run, worker: Worker): void {
  const { truth, profile, latency } = run.world
  const sandbox = truth.sandbox(worker.id)
  if (sandbox?.up === true) truth.stopSandbox(run, sandbox, SIGKILLED)
  const first = worker.stage === 'killing'
  worker.stage = 'killed'
  if (first) {
    const cleanup = run.random.duration(latency['pod-cleanup'], 'pod-cleanup', worker.pod.key, worker.kubelet.incarnation)
    const nothing = sandbox === undefined
    run.after(nothing ? 1 : slowed(run, worker.kubelet.machine, Math.max(1, cleanup)), PodCleaned, worker.id, worker.kubelet.incarnation)
    if (!nothing && profile.minor < 27) awaitRecords(run, worker)
  }
  if (profile.minor >= HELD_SINCE) {
    const status = statusFrom(run, worker, viewNow(sandbox, worker.kubelet.born), true)
    setStatus(run, worker, orderedStatus(status, worker.order))
  }
  for (const heard of kubeletsOf(run.world).endings) heard(run, worker)
  endSync(run, worker, { failed: false, acted: false, backoffEnd: Number.POSITIVE_INFINITY, proceed: first && profile.minor >= 27 })
}

/**
 * Volumes and cgroup of a Pod that has ended are gone, from 1.27 on its sandbox too: the worker itself waits for it then
 * (SyncTerminatedPod).
 */
export const PodCleaned: Kind<PodId> = {
  name: 'kubelet/pod-cleaned',
  on(run, pod, incarnation) {
    const worker = kubeletsOf(run.world).workers.get(pod)
    if (worker === undefined || worker.kubelet.incarnation !== incarnation || worker.stage !== 'killed') return
    const { minor } = run.world.profile
    if (minor >= 27) removeSandbox(run, worker.kubelet, pod)
    releaseVolumes(run, worker.kubelet, pod)
    worker.cleaned = true
    if (minor < 27) reclaim(run, worker)
    else if (worker.state === 'busy') finished(run, worker)
    for (const heard of kubeletsOf(run.world).endings) heard(run, worker)
  },
}

/** Before 1.27: nothing is left of a Pod that has ended, so that the status manager's next batch may delete its object. */
export function reclaim(run: Run, worker: Worker): void {
  const { kubelet, id } = worker
  if (!worker.cleaned || kubelet.leaving.has(worker)) return
  setStatus(run, worker, statusFrom(run, worker, viewNow(run.world.truth.sandbox(id), kubelet.born), true))
  worker.reclaimed = true
  worker.stage = 'finished'
  removeSandbox(run, kubelet, id)
  reconcileLater(run, worker)
}

/** SyncTerminatedPod (≥ 1.22; seen here from 1.27): waits for volumes and cgroup to be gone, then lets the API object go. */
export function finishPod(run: Run, worker: Worker): void {
  if (worker.cleaned) finished(run, worker)
}

function finished(run: Run, worker: Worker): void {
  worker.stage = 'finished'
  worker.reclaimed = true
  setStatus(run, worker, worker.status, true)
  endSync(run, worker, { failed: false, acted: false, backoffEnd: Number.POSITIVE_INFINITY })
}

/** Forgets what a Pod left on the machine; its address is free again. */
export function removeSandbox(run: Run, kubelet: Kubelet, pod: PodId): void {
  const sandbox = run.world.truth.sandbox(pod)
  if (sandbox === undefined) return
  run.world.network.releasePodIP(kubelet.machine, sandbox.ip)
  run.world.truth.removeSandbox(run, pod)
}
