import { behaviourOf, exitCodeOf } from '../../cluster/behaviour.ts'
import { slowed } from '../../cluster/machine-health.ts'
import type { PodId } from '../../cluster/objects.ts'
import type { Container } from '../../cluster/truth.ts'
import type { Kind, Run } from '../../cluster/world.ts'
import type { ContainerSpec } from '../../scenario/specs.ts'
import { backoffEnd, crashLimits, keptEntry, nextEntry } from './backoff.ts'
import { serviceEnvironment } from './environment.ts'
import { park } from './hang.ts'
import { planImage, pullImage } from './images.ts'
import { isSidecar } from './init-actions.ts'
import { type ContainerRef, type Kubelet, kubeletsOf, nextToken, type Work, type Worker, workerAt } from './state.ts'
import { endContainer, SLEEP_SINCE, scheduleExit } from './termination.ts'
import { endSync, isEnding } from './worker.ts'

const specOf = (worker: Worker, { list, index }: ContainerRef): ContainerSpec => worker.pod.spec[list][index] as ContainerSpec

/** The container whose turn to start it is. */
const currentRef = ({ work }: Worker): ContainerRef => (work as Work).start[(work as Work).started] as ContainerRef

/** Its newest instance. */
const instanceOf = (run: Run, worker: Worker, { list, index }: ContainerRef): Container | undefined =>
  run.world.truth.sandbox(worker.id)?.[list][index]

/** Ends what must end, then starts what must start, one container after the other in spec order. */
export function nextAction(run: Run, worker: Worker): void {
  const work = worker.work as Work
  const kill = work.kill[work.killed]
  if (kill !== undefined) {
    work.killed++
    work.acted = true
    endContainer(run, worker, kill)
    return
  }
  const ref = work.start[work.started]
  const interrupted = isEnding(worker) && run.world.profile.minor >= 27
  if (ref === undefined || interrupted) {
    finishWork(run, worker)
    return
  }
  const container = specOf(worker, ref)
  if (inBackoff(run, worker, container, ref)) {
    fail(run, worker, 'CrashLoopBackOff')
    return
  }
  const step = planImage(run, worker, container)
  if (step === 'pull') pullImage(run, worker, container)
  else if (step === 'present') startContainer(run, worker, container)
  else fail(run, worker, step === 'never' ? 'ErrImageNeverPull' : 'ImagePullBackOff')
}

/**
 * doBackOff: whether the container must wait; if it need not, its back-off doubles. It looks at the newest instance that was dead to the
 * relist the sync began with: not at the one this very sync has killed.
 */
function inBackoff(run: Run, worker: Worker, { name }: ContainerSpec, ref: ContainerRef): boolean {
  const work = worker.work as Work
  const dead = instanceOf(run, worker, ref)
  const failed = dead !== undefined && dead.finishedAt > worker.seen ? dead.lastFinishedAt : dead?.finishedAt
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

/**
 * A container could not be started: its reason is shown from the next sync on, and the next container follows; after an init container that
 * is no sidecar nothing does. kuberuntime_manager.go:SyncPod (1.20 … 1.36).
 */
function fail(run: Run, worker: Worker, reason: string): void {
  const work = worker.work as Work
  const ref = currentRef(worker)
  const { name } = specOf(worker, ref)
  worker.reasons.set(name, reason)
  run.world.observers.podStage(run, worker.id, reason === 'CrashLoopBackOff' ? 'backoff' : 'pull')
  run.world.observers.notice(run, worker.kubelet.process.name, worker.pod.key, reason === 'CrashLoopBackOff' ? 'BackOff' : 'Failed', reason)
  work.failed = true
  work.started = endsByItself(worker, ref, run.world.profile.minor) ? work.start.length : work.started + 1
  nextAction(run, worker)
}

/** The image is there. */
export function imageReady(run: Run, worker: Worker): void {
  startContainer(run, worker, specOf(worker, currentRef(worker)))
}

/** The image could not be had. */
export function imageFailed(run: Run, worker: Worker, reason: string): void {
  if (worker.work !== null) fail(run, worker, reason)
}

function startContainer(run: Run, worker: Worker, container: ContainerSpec): void {
  const attempts = (instanceOf(run, worker, currentRef(worker))?.attempt ?? -1) + 1
  const latency = behaviourOf(run.world, worker.pod, container.name).start ?? run.world.latency['container-start']
  const time = run.random.duration(latency, 'container-start', `${worker.pod.key}/${container.name}`, attempts)
  run.world.observers.podStage(run, worker.id, 'start')
  run.after(slowed(run, worker.kubelet.machine, Math.max(1, time)), ContainerStarted, worker.id, nextToken(run, worker))
}

/** The process of a container runs. */
export const ContainerStarted: Kind<PodId> = {
  name: 'kubelet/container-started',
  on(run, pod, token) {
    const worker = workerAt(run, pod, token)
    const sandbox = run.world.truth.sandbox(pod)
    if (worker === undefined || worker.work === null || sandbox === undefined) return
    if (park(run, worker.kubelet.machine, ContainerStarted, pod, token)) return
    const { work } = worker
    work.acted = true
    const ref = currentRef(worker)
    const { list, index } = ref
    work.started++
    if (sandbox.up) {
      const { name } = specOf(worker, ref)
      worker.reasons.delete(name)
      const behaviour = behaviourOf(run.world, worker.pod, name)
      const entity = `${worker.pod.key}/${name}`
      const attempt = (sandbox[list][index]?.attempt ?? -1) + 1
      const ready = run.random.duration(behaviour.ready ?? run.world.latency['container-ready'], 'container-ready', entity, attempt)
      const environment = serviceEnvironment(run, worker.kubelet.process, worker.pod)
      const container = run.world.truth.startContainer(
        run,
        sandbox,
        list,
        index,
        name,
        slowed(run, worker.kubelet.machine, ready),
        environment,
      )
      const runs =
        behaviour.run ?? (endsByItself(worker, ref, run.world.profile.minor) ? run.world.latency['init-container-run'] : undefined)
      if (runs !== undefined) {
        const time = run.random.duration(runs, 'container-run', entity, attempt)
        scheduleExit(run, pod, container, Math.max(1, time), exitCodeOf(run, behaviour, entity, attempt))
      }
    } else work.failed = true
    const { postStartSleep = 0 } = specOf(worker, ref)
    if (postStartSleep > 0 && run.world.profile.minor >= SLEEP_SINCE) {
      run.after(postStartSleep * 1e6, PostStartEnded, pod, nextToken(run, worker))
    } else nextAction(run, worker)
  },
}

/** The postStart hook of a container has ended: until then the sync waits (kuberuntime_container.go:startContainer, 1.20 … 1.36). */
export const PostStartEnded: Kind<PodId> = {
  name: 'kubelet/post-start-ended',
  on(run, pod, token) {
    const worker = workerAt(run, pod, token)
    if (worker !== undefined && worker.work !== null) nextAction(run, worker)
  },
}

/** An init container has an end even where no behaviour row says when; a sidecar and an app container have none. */
const endsByItself = (worker: Worker, { list, index }: ContainerRef, minor: number): boolean =>
  list === 'initContainers' && !isSidecar(worker.pod.spec.initContainers[index], minor)

function finishWork(run: Run, worker: Worker): void {
  const { failed, acted, start, backoffEnd: end } = worker.work as Work
  if (!failed && start.at(-1)?.list !== 'initContainers' && !worker.status.ready) run.world.observers.podStage(run, worker.id, 'ready')
  endSync(run, worker, { failed, acted, backoffEnd: end })
}
