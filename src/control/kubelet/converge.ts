import { admitPod } from '../../cluster/admission.ts'
import { behaviourOf, exitCodeOf } from '../../cluster/behaviour.ts'
import { attachableOf } from '../../cluster/claims.ts'
import { isTerminal, type Pod, type PodId } from '../../cluster/objects.ts'
import type { Process } from '../../cluster/process.ts'
import type { Sandbox } from '../../cluster/truth.ts'
import type { Run } from '../../cluster/world.ts'
import type { Instant } from '../../kernel/time.ts'
import { serviceEnvironment } from './environment.ts'
import { isSidecar } from './init-actions.ts'
import { kubeletProcess, prepareKubelets } from './memory.ts'
import { mirrorOf, staticPodsOf } from './mirror.ts'
import { podStatus, statusOf } from './pod-status.ts'
import { scheduleExit } from './termination.ts'
import { viewNow } from './view.ts'

/** When what runs at t = 0 is taken to have started: a day ago [µs]. */
export const LONG_AGO = -86_400_000_000 as Instant

/**
 * What kubelets would have done by the time nothing changes any more: static Pods have their mirrors, every bound Pod that has not ended
 * runs and is ready with an address, and images lie where `images:` says. A container with a `run` behaviour starts it now.
 */
export function convergePods(run: Run): void {
  prepareKubelets(run)
  const { store, truth } = run.world
  for (const { id } of truth.machines) {
    for (const pod of staticPodsOf(run, id)) store.create(run, 'Pod', admitPod(run, mirrorOf(pod)))
  }
  for (const pod of [...store.pods]) {
    if (pod.node >= 0 && !isTerminal(pod) && pod.deletionTimestamp === null && hasVolumes(run, pod)) runPod(run, pod)
  }
}

/** Whether the volumes of a Pod are attached where it is. */
function hasVolumes(run: Run, pod: Pod): boolean {
  const { volumesAttached = [] } = run.world.store.tables.Node.get(pod.node) ?? {}
  return attachableOf(run, pod).every(({ id }) => volumesAttached.includes(id))
}

function runPod(run: Run, pod: Pod): void {
  const { network, profile, scenario, store, truth } = run.world
  const ip = pod.spec.hostNetwork ? network.machineIP(pod.node) : network.allocatePodIP(pod.node)
  if (ip === '') {
    run.world.observers.remark(run, `${pod.namespace}/${pod.name}: no address left on ${truth.machine(pod.node).spec.name}`)
    return
  }
  const sandbox = truth.createSandbox(pod, pod.node, ip)
  startAll(run, pod, sandbox)
  const { images } = truth.machine(pod.node)
  if (scenario.images === 'used') {
    for (const { image } of [...pod.spec.initContainers, ...pod.spec.containers]) images.add(image)
  }
  const status = podStatus({
    spec: pod.spec,
    view: viewNow(sandbox, run.now),
    reasons: new Map(),
    probed: () => ({ started: true, ready: true }),
    previous: {
      ...statusOf(pod),
      readyTransition: LONG_AGO,
      ready: true,
      startTime: pod.spec.activeDeadlineSeconds === undefined ? LONG_AGO : run.now,
    },
    terminal: false,
    deleted: false,
    now: run.now,
    minor: profile.minor,
    hostIP: network.machineIP(pod.node),
  })
  store.update(run, pod, status)
}

function startAll(run: Run, pod: Pod, sandbox: Sandbox): void {
  const { profile, truth } = run.world
  const process = kubeletProcess(run.world, pod.node) as Process
  const environment = serviceEnvironment(run, process, pod)
  pod.spec.initContainers.forEach((spec, index) => {
    const container = truth.startContainer(run, sandbox, 'initContainers', index, spec.name, 0, environment)
    container.startedAt = LONG_AGO
    if (isSidecar(spec, profile.minor)) return
    container.state = 'exited'
    container.finishedAt = LONG_AGO
    container.reason = 'Completed'
  })
  pod.spec.containers.forEach(({ name }, index) => {
    const container = truth.startContainer(run, sandbox, 'containers', index, name, 0, environment)
    container.startedAt = LONG_AGO
    container.readyAt = LONG_AGO
    const behaviour = behaviourOf(run.world, pod, name)
    const { run: runs } = behaviour
    if (runs === undefined) return
    const time = run.random.duration(runs, 'container-run', `${pod.key}/${name}`, 0)
    scheduleExit(run, pod.id as PodId, container, Math.max(1, time), exitCodeOf(run, behaviour, `${pod.key}/${name}`, 0))
  })
}
