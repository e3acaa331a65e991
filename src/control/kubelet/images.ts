import { behaviourOf } from '../../cluster/behaviour.ts'
import type { MachineId } from '../../cluster/objects.ts'
import type { Kind, Run, World } from '../../cluster/world.ts'
import type { ContainerSpec } from '../../scenario/specs.ts'
import { type BackoffEntry, backoffEnd, DEFAULT_LIMITS, keptEntry, nextEntry } from './backoff.ts'
import { imageFailed, imageReady } from './containers.ts'
import { park } from './hang.ts'
import { type Kubelet, kubeletsOf, type Pull, type Worker } from './state.ts'

/** What is to be done about an image before its container can start. */
export type ImageStep = 'present' | 'never' | 'backoff' | 'pull'

/** EnsureImageExists, up to the pull (pkg/kubelet/images/image_manager.go, 1.20 … 1.36). */
export function imageStep(policy: ContainerSpec['imagePullPolicy'], present: boolean, inBackoff: boolean): ImageStep {
  if (policy === 'Never') return present ? 'present' : 'never'
  if (present && policy === 'IfNotPresent') return 'present'
  return inBackoff ? 'backoff' : 'pull'
}

/** What the image of this container needs now. */
export function planImage(run: Run, worker: Worker, container: ContainerSpec): ImageStep {
  const present = run.world.truth.machine(worker.kubelet.machine).images.has(container.image)
  const entry = imageEntry(run, worker, container.image)
  const inBackoff = entry !== undefined && run.now < backoffEnd(entry, entry.updated)
  return imageStep(container.imagePullPolicy, present, inBackoff)
}

function imageEntry(run: Run, worker: Worker, image: string): BackoffEntry | undefined {
  return keptEntry(worker.pulls.get(image), kubeletsOf(run.world).housekeeping.last(worker.kubelet.machine, run.now))
}

/** How many pulls a kubelet has under way at most. */
export function parallelPulls(serialize: boolean, max: number, minor: number): number {
  if (serialize) return 1
  return minor >= 27 && max > 0 ? max : Number.POSITIVE_INFINITY
}

/** The worker waits for an image: pulls are served first-in first-out (pkg/kubelet/images/puller.go). */
export function pullImage(run: Run, worker: Worker, container: ContainerSpec): void {
  const state = kubeletsOf(run.world)
  const pull: Pull = { id: ++state.tokens, worker, image: container.image, container: container.name, cancelled: false }
  worker.pull = pull
  worker.kubelet.queue.push(pull)
  run.world.observers.podStage(run, worker.id, 'pull')
  beginPulls(run, worker.kubelet)
}

function beginPulls(run: Run, kubelet: Kubelet): void {
  const { serializeImagePulls, maxParallelImagePulls } = kubelet.flags
  const most = parallelPulls(serializeImagePulls, maxParallelImagePulls, run.world.profile.minor)
  while (kubelet.pulling < most) {
    const pull = kubelet.queue.shift()
    if (pull === undefined) return
    if (pull.cancelled) continue
    if (!kubelet.registryBucket.tryAccept(run.now)) {
      failPull(run, pull)
      continue
    }
    kubelet.pulling++
    kubeletsOf(run.world).pulls.set(pull.id, pull)
    run.released('pull')
    run.after(atRegistry(run, pullTime(run, pull)), PullEnded, pull.id)
  }
}

/** What a call to the registry takes while faults slow that down. */
function atRegistry(run: Run, time: number): number {
  const { registrySlowness } = kubeletsOf(run.world)
  return registrySlowness.length === 0 ? time : Math.round(registrySlowness.reduce((product, factor) => product * factor, time))
}

/** A full pull when layers are missing and the registry answers; otherwise one round trip to it. */
function pullTime(run: Run, { worker, image, container }: Pull): number {
  const { latency, truth } = run.world
  const { name, machine } = worker.kubelet
  const { pullCounts } = kubeletsOf(run.world)
  const entity = `${name}|${image}`
  const count = pullCounts.get(entity) ?? 0
  pullCounts.set(entity, count + 1)
  if (truth.machine(machine).images.has(image) || !registryAvailable(run.world, machine)) {
    return Math.max(1, run.random.duration(latency['image-check'], 'image-check', entity, count))
  }
  const bytes = behaviourOf(run.world, worker.pod, container).image
  if (bytes === undefined) return Math.max(1, run.random.duration(latency['image-pull'], 'image-pull', entity, count))
  const rate = run.random.sample(latency['image-pull-rate'], 'image-pull-rate', entity, count)
  return Math.max(1, Math.round((bytes / rate) * 1e6))
}

/** Whether pulls that end now succeed: the machine has a network, and there is no outage of the registry. */
export const registryAvailable = (world: World, machine: MachineId): boolean =>
  world.truth.machine(machine).reachable && kubeletsOf(world).registryOutages === 0

/** A pull is over. */
export const PullEnded: Kind = {
  name: 'kubelet/pull-ended',
  on(run, id) {
    const { pulls } = kubeletsOf(run.world)
    const pull = pulls.get(id)
    if (pull === undefined || park(run, pull.worker.kubelet.machine, PullEnded, id, 0)) return
    pulls.delete(id)
    const { worker, image, cancelled } = pull
    const { kubelet } = worker
    if (!kubelet.up) return
    kubelet.pulling--
    if (!cancelled) {
      if (registryAvailable(run.world, kubelet.machine)) {
        run.world.truth.machine(kubelet.machine).images.add(image)
        worker.pull = null
        imageReady(run, worker)
      } else failPull(run, pull)
    }
    beginPulls(run, kubelet)
  },
}

/** ErrImagePull: the back-off of this Pod and image begins or doubles. */
function failPull(run: Run, { worker, image }: Pull): void {
  const entry = imageEntry(run, worker, image)
  worker.pulls.set(image, nextEntry(entry, run.now, run.now, DEFAULT_LIMITS))
  worker.pull = null
  imageFailed(run, worker, 'ErrImagePull')
}

/** The worker waits for no image any more; answers whether it did. */
export function cancelPull(run: Run, worker: Worker): boolean {
  const { pull, kubelet } = worker
  if (pull === null) return false
  worker.pull = null
  pull.cancelled = true
  if (kubeletsOf(run.world).pulls.delete(pull.id)) {
    kubelet.pulling--
    beginPulls(run, kubelet)
  }
  return true
}

/** The Pod is to end: its sync does not wait for an image any more (context of the sync cancelled, pod_workers.go from 1.22). */
export function interruptPull(run: Run, worker: Worker): void {
  if (cancelPull(run, worker)) imageFailed(run, worker, 'ErrImagePull')
}
