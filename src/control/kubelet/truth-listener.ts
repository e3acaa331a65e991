import type { MachineId } from '../../cluster/objects.ts'
import { startProcess, stopProcess } from '../../cluster/processes.ts'
import { proceed } from '../../cluster/shutdown.ts'
import type { TruthListener } from '../../cluster/truth.ts'
import type { Kind, Run } from '../../cluster/world.ts'
import { feelPressure } from './eviction-manager.ts'
import { runtimeAnswers, runtimeHangs } from './hang.ts'
import { placeImages } from './image-placement.ts'
import { kubeletProcess } from './memory.ts'
import { cutOff, linked } from './partition.ts'
import { runtimeChanged } from './pleg.ts'
import { planProbes } from './probes.ts'
import { beginShutdown } from './shutdown.ts'
import { kubeletOn, kubeletsOf } from './state.ts'
import { removeSandbox } from './termination.ts'
import { workerOf } from './worker.ts'

/** How kubelets hear of what happens on their machines. A kubelet that does not run hears nothing, and finds out when it starts. */
export const truthListener: TruthListener = {
  down(run, machine) {
    const process = kubeletProcess(run.world, machine)
    if (process !== undefined) stopProcess(run, process)
  },
  up(run, machine) {
    const { bootID, spec, pods, blank } = run.world.truth.machine(machine)
    const kubelet = kubeletsOf(run.world).byMachine[machine]
    if (blank) placeImages(run, run.world.truth.machine(machine))
    const forgets = blank || kubelet?.flags['forgets-containers-on-reboot'] === true
    if (forgets && kubelet !== undefined) for (const pod of [...pods]) removeSandbox(run, kubelet, pod)
    startLater(run, machine, spec.name, bootID)
  },
  shutsDown(run, machine) {
    const kubelet = kubeletOn(run.world, machine)
    return kubelet !== undefined && beginShutdown(run, kubelet)
  },
  kubelet(run, machine, event) {
    const { spec, kubeletStarts } = run.world.truth.machine(machine)
    const process = kubeletProcess(run.world, machine)
    if (process === undefined) return
    if (event === 'stops') {
      stopProcess(run, process)
      proceed(run, machine)
    } else startLater(run, machine, `${spec.name}|restart`, kubeletStarts)
  },
  network(run, machine, event) {
    const { spec, stops, up, kubeletStarts } = run.world.truth.machine(machine)
    if (event === 'cut') cutOff(run, machine)
    else if (kubeletProcess(run.world, machine)?.up === true) linked(run, machine)
    else if (up && stops === 0) startLater(run, machine, `${spec.name}|restart`, kubeletStarts)
  },
  hangs(run, machine, event) {
    if (event === 'begins') runtimeHangs(run, machine)
    else runtimeAnswers(run, machine)
  },
  pressed(run, machine) {
    const kubelet = kubeletOn(run.world, machine)
    if (kubelet !== undefined) feelPressure(run, kubelet, false)
  },
  runtime(run, machine, pod) {
    const kubelet = kubeletOn(run.world, machine)
    if (kubelet !== undefined) runtimeChanged(run, kubelet, pod, true)
  },
  started(run, pod) {
    const machine = run.world.truth.sandbox(pod)?.machine
    const kubelet = machine === undefined ? undefined : kubeletOn(run.world, machine)
    if (kubelet !== undefined) runtimeChanged(run, kubelet, pod, false)
  },
  application(run, machine, pod) {
    const kubelet = kubeletOn(run.world, machine)
    const reported = kubelet?.process.cache.get('Pod', pod)
    const definition = kubeletsOf(run.world).staticPods.get(pod) ?? reported
    if (kubelet !== undefined && definition !== undefined) planProbes(run, workerOf(run, kubelet, definition, reported))
  },
}

/** The kubelet of a machine will run when it has started; `entity` and `n` address how long that takes. */
function startLater(run: Run, id: MachineId, entity: string, n: number): void {
  if (kubeletProcess(run.world, id) === undefined) return
  const machine = run.world.truth.machine(id)
  machine.kubeletStarts++
  const time = run.random.duration(run.world.latency['kubelet-start'], 'kubelet-start', entity, n)
  run.after(Math.max(1, time), KubeletBoots, id, machine.kubeletStarts)
}

/** A kubelet that was told to start runs, unless the machine has lost power or its network, or the kubelet was stopped since; without an API server it waits for one. Detail: which start. */
export const KubeletBoots: Kind<MachineId> = {
  name: 'kubelet/boots',
  on(run, id, start) {
    const machine = run.world.truth.machine(id)
    const process = kubeletProcess(run.world, id)
    if (!machine.up || !machine.reachable || machine.stops > 0 || machine.kubeletStarts !== start) return
    if (process === undefined || process.up || run.world.controlPlane.away) return
    startProcess(run, process)
  },
}
