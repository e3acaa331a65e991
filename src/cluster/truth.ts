import { type Instant, NEVER } from '../kernel/time.ts'
import type { MachineSpec } from '../scenario/scenario.ts'
import { ApplicationReady } from './application-ready.ts'
import type { Machine } from './machine.ts'
import type { MachineId, Pod, PodId } from './objects.ts'
import type { Kind, Run } from './world.ts'

export type { Machine } from './machine.ts'

/** One container of a Pod on its machine: its newest instance. */
export interface Container {
  readonly name: string
  /** Counts the containers of the run: which instance a later event means. */
  readonly instance: number
  /** Attempt of the sandbox it was started in. */
  readonly sandbox: number
  state: 'running' | 'exited'
  /** Counts instances of this container name in the Pod, from 0: restartCount. */
  attempt: number
  startedAt: Instant
  finishedAt: Instant
  exitCode: number
  /** Completed, Error, OOMKilled. */
  reason: string
  /** When the application would pass its readiness probe; NEVER: it hangs. */
  readyAt: Instant
  /** Faults that keep its application from passing a readiness probe. */
  blocked: number
  /** Exit code of the instance before, and when it ended; null for the first. */
  readonly lastExitCode: number | null
  readonly lastFinishedAt: Instant | null
  /** Services whose environment variables (`NAME_SERVICE_HOST` …) it was created with, by name. */
  readonly environment: readonly string[]
  /** Exit code it will end with, once it has been told to stop. */
  stopCode: number
}

/** A Pod on its machine: the pause container that holds its network, and its containers in spec order; absent until first started. */
export interface Sandbox {
  readonly pod: PodId
  readonly machine: MachineId
  /** Stable identity of the Pod, for draws. */
  readonly key: string
  /** `terminationGracePeriodSeconds`, as recorded with its containers. */
  readonly graceSeconds: number
  /** The pause container runs. */
  up: boolean
  /** When the pause container last died. */
  stoppedAt: Instant
  /** Counts sandboxes of this Pod, from 0; a new one has a new IP. */
  attempt: number
  ip: string
  readonly containers: (Container | undefined)[]
  readonly initContainers: (Container | undefined)[]
  /** How many app containers the Pod has. */
  readonly size: number
  /** Its applications have the Services that they cannot do without. */
  supplied: boolean
  serves: boolean
}

/** Who must hear of what happens on machines: bridges between truth and belief (kubelet). */
export interface TruthListener {
  /** The machine has lost power. */
  down(run: Run, machine: MachineId): void
  /** The machine has booted. */
  up(run: Run, machine: MachineId): void
  /** A sandbox or container of this Pod has changed state by itself (or by a fault). */
  runtime(run: Run, machine: MachineId, pod: PodId): void
  /** A container of this Pod has started. */
  started?(run: Run, pod: PodId, name: string): void
  /** The machine is to shut down; whether that must wait until `proceed` (cluster/shutdown.ts). */
  shutsDown?(run: Run, machine: MachineId): boolean
  /** The kubelet of the machine is stopped, or started again. */
  kubelet?(run: Run, machine: MachineId, event: 'stops' | 'starts'): void
  /** The network of the machine is cut, or whole again. */
  network?(run: Run, machine: MachineId, event: 'cut' | 'linked'): void
  /** The container runtime of the machine hangs, or answers again. */
  hangs?(run: Run, machine: MachineId, event: 'begins' | 'ends'): void
  /** The machine comes under pressure. */
  pressed?(run: Run, machine: MachineId): void
  /** This Pod begins or stops to serve. */
  serving?(run: Run, pod: PodId): void
  /** An application of this Pod answers, or stops answering, at another time than was known. */
  application?(run: Run, machine: MachineId, pod: PodId): void
}

/** What is: machines, sandboxes, containers, and which Pods serve. Written by faults and by kubelets; read by no controller. */
export class Truth {
  readonly machines: Machine[] = []
  readonly listeners: TruthListener[] = []
  private readonly names = new Map<string, MachineId>()
  private readonly sandboxes: (Sandbox | undefined)[] = []
  private instances = 0

  addMachine(spec: MachineSpec): Machine {
    const id = this.machines.length as MachineId
    const faults = {
      up: true,
      reachable: true,
      outages: 0,
      stops: 0,
      cuts: 0,
      cutAt: NEVER,
      links: 0,
      terminations: 0,
      blank: false,
      hangs: 0,
      configured: true,
    }
    const machine: Machine = {
      id,
      spec,
      ...faults,
      bootID: 1,
      shutdown: null,
      kubeletStarts: 0,
      images: new Set(),
      pods: new Set(),
      slowness: [],
      pressures: [],
    }
    this.machines.push(machine)
    this.names.set(spec.name, id)
    return machine
  }

  machine(id: MachineId): Machine {
    return this.machines[id] as Machine
  }

  machineNamed(name: string): MachineId | undefined {
    return this.names.get(name)
  }

  sandbox(pod: PodId): Sandbox | undefined {
    return this.sandboxes[pod]
  }

  /** Makes the Pod's sandbox, or a new one after the old one died; all its containers have yet to start. */
  createSandbox(pod: Pod, machine: MachineId, ip: string): Sandbox {
    const id = pod.id as PodId
    const old = this.sandboxes[id]
    if (old !== undefined) {
      old.up = true
      old.attempt++
      old.ip = ip
      return old
    }
    const { containers, initContainers, terminationGracePeriodSeconds } = pod.spec
    const sandbox: Sandbox = {
      pod: id,
      machine,
      key: pod.key,
      graceSeconds: terminationGracePeriodSeconds,
      up: true,
      stoppedAt: NEVER,
      attempt: 0,
      ip,
      containers: containers.map(() => undefined),
      initContainers: initContainers.map(() => undefined),
      size: containers.length,
      supplied: true,
      serves: false,
    }
    while (this.sandboxes.length < id) this.sandboxes.push(undefined)
    this.sandboxes[id] = sandbox
    this.machine(machine).pods.add(id)
    return sandbox
  }

  /** Removes the sandbox and every container record. */
  removeSandbox(run: Run, pod: PodId): void {
    const sandbox = this.sandboxes[pod]
    if (sandbox === undefined) return
    sandbox.up = false
    this.settle(run, sandbox)
    this.sandboxes[pod] = undefined
    this.machine(sandbox.machine).pods.delete(pod)
  }

  /**
   * Starts the next instance of a container; `readyAfter` [µs] is when its application would pass its readiness probe, `environment` the
   * Services it is told of.
   */
  startContainer(
    run: Run,
    sandbox: Sandbox,
    list: 'containers' | 'initContainers',
    index: number,
    name: string,
    readyAfter: number,
    environment: readonly string[] = [],
  ): Container {
    const old = sandbox[list][index]
    const container: Container = {
      name,
      instance: this.instances++,
      sandbox: sandbox.attempt,
      state: 'running',
      attempt: old === undefined ? 0 : old.attempt + 1,
      startedAt: run.now,
      finishedAt: run.now,
      exitCode: 0,
      reason: '',
      readyAt: (run.now + readyAfter) as Instant,
      blocked: 0,
      lastExitCode: old === undefined ? null : old.exitCode,
      lastFinishedAt: old === undefined ? null : old.finishedAt,
      environment,
      stopCode: 0,
    }
    sandbox[list][index] = container
    run.world.observers.container(run, sandbox.pod, name, 'started', 0)
    for (const listener of this.listeners) listener.started?.(run, sandbox.pod, name)
    if (list === 'containers' && readyAfter > 0 && readyAfter < NEVER) run.at(container.readyAt, ApplicationReady, sandbox.pod)
    this.settle(run, sandbox)
    return container
  }

  /** The container of this Pod with that instance number, unless it has been replaced. */
  instance(pod: PodId, instance: number): Container | undefined {
    const sandbox = this.sandboxes[pod]
    if (sandbox === undefined) return undefined
    const is = (container: Container | undefined): boolean => container?.instance === instance
    return sandbox.containers.find(is) ?? sandbox.initContainers.find(is)
  }

  /** A container's process ends. Does nothing unless it runs. */
  exitContainer(run: Run, sandbox: Sandbox, container: Container, name: string, exitCode: number, reason: string): void {
    if (container.state !== 'running') return
    container.state = 'exited'
    container.finishedAt = run.now
    container.exitCode = exitCode
    container.reason = reason
    run.world.observers.container(run, sandbox.pod, name, 'exited', exitCode)
    this.settle(run, sandbox)
    for (const listener of this.listeners) listener.runtime(run, sandbox.machine, sandbox.pod)
  }

  /** The application of a running container hangs: it answers nobody any more, until it is restarted. */
  stopAnswering(run: Run, sandbox: Sandbox, container: Container): void {
    if (container.state !== 'running') return
    container.readyAt = NEVER
    this.settle(run, sandbox)
    this.changed(run, sandbox)
  }

  /** The pause container dies: the Pod serves no more, though its containers run on until somebody ends them. */
  killPause(run: Run, sandbox: Sandbox): void {
    if (!sandbox.up) return
    sandbox.stoppedAt = run.now
    sandbox.up = false
    this.settle(run, sandbox)
    for (const listener of this.listeners) listener.runtime(run, sandbox.machine, sandbox.pod)
  }

  /** The sandbox is stopped, and with it every container of the Pod. */
  stopSandbox(run: Run, sandbox: Sandbox, exitCode: number): void {
    for (const container of [...sandbox.initContainers, ...sandbox.containers]) {
      if (container !== undefined) this.exitContainer(run, sandbox, container, container.name, exitCode, 'Error')
    }
    this.killPause(run, sandbox)
  }

  /** The machine loses power: everything on it stops at once, unannounced. Counted, so that overlapping faults each need their end. */
  powerOff(run: Run, id: MachineId): void {
    const machine = this.machine(id)
    machine.outages++
    if (machine.outages > 1) return
    machine.up = false
    run.world.observers.machine(run, id, 'down')
    for (const listener of this.listeners) listener.down(run, id)
    for (const pod of machine.pods) this.stopSandbox(run, this.sandboxes[pod] as Sandbox, 137)
  }

  /** One outage ends; with the last, the machine boots. */
  powerOn(run: Run, id: MachineId): void {
    const machine = this.machine(id)
    machine.outages--
    if (machine.outages > 0) return
    machine.bootID++
    run.world.observers.machine(run, id, 'power')
    const boot = run.random.duration(run.world.latency.boot, 'boot', machine.spec.name, machine.bootID)
    run.after(boot, MachineBooted, id, machine.bootID)
  }

  /** The machine is gone with its disk. Counted, as power is. */
  terminate(run: Run, id: MachineId): void {
    const machine = this.machine(id)
    machine.terminations++
    machine.blank = true
    machine.configured = false
    this.powerOff(run, id)
    machine.images.clear()
  }

  /** One termination ends; with the last, a new machine of the same name boots from an empty disk. */
  replace(run: Run, id: MachineId): void {
    this.machine(id).terminations--
    this.powerOn(run, id)
  }

  /** The kubelet of a machine stops; what it has started runs on. Counted, so that overlapping faults each need their end. */
  stopKubelet(run: Run, id: MachineId): void {
    const machine = this.machine(id)
    machine.stops++
    if (machine.stops === 1) for (const listener of this.listeners) listener.kubelet?.(run, id, 'stops')
  }

  /** One such fault ends; with the last, the kubelet starts again, or with the machine's next boot. */
  startKubelet(run: Run, id: MachineId): void {
    const machine = this.machine(id)
    machine.stops--
    if (machine.stops === 0 && machine.up) for (const listener of this.listeners) listener.kubelet?.(run, id, 'starts')
  }

  /** The network between a machine and everything else is cut; what runs there runs on. Counted, as power is. */
  cutOff(run: Run, id: MachineId): void {
    const machine = this.machine(id)
    machine.cuts++
    if (machine.cuts > 1) return
    machine.cutAt = run.now
    this.setReachable(run, machine, false)
  }

  /** One cut ends; with the last, the network is whole again. */
  link(run: Run, id: MachineId): void {
    const machine = this.machine(id)
    machine.cuts--
    if (machine.cuts === 0) this.setReachable(run, machine, true)
  }

  private setReachable(run: Run, machine: Machine, reachable: boolean): void {
    const event = reachable ? 'linked' : 'cut'
    machine.reachable = reachable
    machine.links++
    run.world.observers.machine(run, machine.id, event)
    for (const listener of this.listeners) listener.network?.(run, machine.id, event)
    for (const pod of machine.pods) this.settle(run, this.sandboxes[pod] as Sandbox)
  }

  /** The applications of a Pod have the Services that they need, or lack one: then they answer nobody. */
  supply(run: Run, sandbox: Sandbox, supplied: boolean): void {
    if (sandbox.supplied === supplied) return
    sandbox.supplied = supplied
    this.settle(run, sandbox)
    this.changed(run, sandbox)
  }

  /** To be called when `readyAt` of a container was changed: whoever probes it must think again. */
  changed(run: Run, sandbox: Sandbox): void {
    for (const listener of this.listeners) listener.application?.(run, sandbox.machine, sandbox.pod)
  }

  /** Recomputes whether the Pod serves, and tells the observers when that changed. */
  settle(run: Run, sandbox: Sandbox): void {
    const serves = this.serves(sandbox, run.now)
    if (serves === sandbox.serves) return
    sandbox.serves = serves
    run.world.observers.serving(run, sandbox.pod, serves)
    for (const listener of this.listeners) listener.serving?.(run, sandbox.pod)
  }

  /** The sandbox and all app containers of a Pod run on a machine with power, whoever can reach them. */
  runs(pod: PodId): boolean {
    const sandbox = this.sandboxes[pod]
    if (sandbox === undefined || !sandbox.up || !this.machine(sandbox.machine).up) return false
    return sandbox.containers.every((container) => container?.state === 'running')
  }

  /** The sandbox and all app containers run on a machine that is up and reachable, and the application would pass its readiness probe. */
  private serves(sandbox: Sandbox, now: Instant): boolean {
    const machine = this.machine(sandbox.machine)
    if (!sandbox.up || !sandbox.supplied || !machine.up || !machine.reachable) return false
    for (const container of sandbox.containers) {
      if (container === undefined || container.state !== 'running' || now < container.readyAt || container.blocked > 0) return false
    }
    return true
  }
}

/** A machine has booted, unless it has lost power again since. */
export const MachineBooted: Kind<MachineId> = {
  name: 'machine/booted',
  on(run, id, bootID) {
    const machine = run.world.truth.machine(id)
    if (machine.bootID !== bootID || machine.outages > 0 || machine.up) return
    machine.up = true
    run.world.observers.machine(run, id, 'up')
    for (const listener of run.world.truth.listeners) listener.up(run, id)
    machine.blank = false
  },
}
