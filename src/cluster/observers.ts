import type { Instant } from '../kernel/time.ts'
import type { Change } from './change-log.ts'
import type { MachineId, PodId } from './objects.ts'
import type { Run } from './world.ts'

/** What a Pod on a machine is held up by, as its kubelet sees it; `terminate`: by a volume that is attached elsewhere. */
export type PodStage = 'terminate' | 'pull' | 'backoff' | 'start' | 'ready' | 'settle'

/** A machine loses power, has power again, or has booted; its network is cut, or whole again. */
export type MachineEvent = 'down' | 'power' | 'up' | 'cut' | 'linked'

/** A process of the control plane ends, runs again, or has been elected leader. */
export type ControlPlaneEvent = 'stopped' | 'started' | 'leads'

/** One firing of one fault. */
export interface Occurrence {
  readonly id: number
  readonly fault: string
  readonly faultKind: string
  /** 1 for the fault's first firing. */
  readonly number: number
  readonly time: Instant
  /** Names of what was hit, sorted as chosen. */
  readonly targets: readonly string[]
  readonly machines: readonly MachineId[]
  readonly pods: readonly PodId[]
  /** Whether its declared reach is everything (control plane, registry). */
  readonly everywhere: boolean
  readonly lasting: boolean
  /** Its Pods are deleted through the API, a little after it has fired. */
  readonly deletes?: boolean
  /** What it hits falls some time after it has fired. */
  readonly strikesLater?: boolean
}

/** A thing that watches a run from outside: measures, timelines, event rows, invariants. It can never change a run. */
export interface Observer {
  /** A write to the store, at its commit. */
  changed?(run: Run, change: Change): void
  /** A Pod begins or stops to serve (truth). */
  serving?(run: Run, pod: PodId, serves: boolean): void
  /** The kubelet of its machine begins to wait for this before the Pod can be ready. */
  podStage?(run: Run, pod: PodId, stage: PodStage): void
  /** The kubelet has noticed that a container or the sandbox of this Pod is gone. */
  detected?(run: Run, pod: PodId): void
  /** A container's process starts or ends (truth); `index` in spec order of its list. */
  container?(run: Run, pod: PodId, name: string, event: 'started' | 'exited', exitCode: number): void
  /** What happens to a machine. */
  machine?(run: Run, machine: MachineId, event: MachineEvent): void
  /** What happens to a process of the control plane: `kube-scheduler/control-plane-1`. */
  controlPlane?(run: Run, instance: string, event: ControlPlaneEvent): void
  /** The scheduler has taken a Pod for bound: its cache counts it on this node. */
  assumed?(run: Run, pod: PodId, node: MachineId): void
  /** A fault begins or ends. */
  fault?(run: Run, occurrence: Occurrence, event: 'begin' | 'end'): void
  /** An operation was sent. */
  operation?(run: Run, name: string, of: string): void
  /** What kubectl prints, or its exit code; `command`: drain. */
  kubectl?(run: Run, command: string, event: 'output' | 'exit', text: string): void
  /** A component says something to the users: a Kubernetes Event. */
  notice?(run: Run, source: string, object: string, reason: string, message: string): void
  /** Something a reader of the results must know: a target that was gone, a bound that was reached. */
  remark?(run: Run, text: string): void
}

type Hook = keyof Observer

/** Calls every observer that implements a hook, in the order they were added. */
export class Observers {
  private readonly hooks: { [Name in Hook]: Required<Observer>[Name][] } = {
    changed: [],
    serving: [],
    podStage: [],
    detected: [],
    container: [],
    machine: [],
    controlPlane: [],
    assumed: [],
    fault: [],
    operation: [],
    kubectl: [],
    notice: [],
    remark: [],
  }

  add(observer: Observer): void {
    for (const name of Object.keys(this.hooks) as Hook[]) {
      const hook = observer[name]
      if (hook !== undefined) (this.hooks[name] as unknown[]).push(hook.bind(observer))
    }
  }

  changed(run: Run, change: Change): void {
    for (const hook of this.hooks.changed) hook(run, change)
  }
  serving(run: Run, pod: PodId, serves: boolean): void {
    for (const hook of this.hooks.serving) hook(run, pod, serves)
  }
  podStage(run: Run, pod: PodId, stage: PodStage): void {
    for (const hook of this.hooks.podStage) hook(run, pod, stage)
  }
  detected(run: Run, pod: PodId): void {
    for (const hook of this.hooks.detected) hook(run, pod)
  }
  container(run: Run, pod: PodId, name: string, event: 'started' | 'exited', exitCode: number): void {
    for (const hook of this.hooks.container) hook(run, pod, name, event, exitCode)
  }
  machine(run: Run, machine: MachineId, event: MachineEvent): void {
    for (const hook of this.hooks.machine) hook(run, machine, event)
  }
  controlPlane(run: Run, instance: string, event: ControlPlaneEvent): void {
    for (const hook of this.hooks.controlPlane) hook(run, instance, event)
  }
  assumed(run: Run, pod: PodId, node: MachineId): void {
    for (const hook of this.hooks.assumed) hook(run, pod, node)
  }
  fault(run: Run, occurrence: Occurrence, event: 'begin' | 'end'): void {
    for (const hook of this.hooks.fault) hook(run, occurrence, event)
  }
  operation(run: Run, name: string, of: string): void {
    for (const hook of this.hooks.operation) hook(run, name, of)
  }
  kubectl(run: Run, command: string, event: 'output' | 'exit', text: string): void {
    for (const hook of this.hooks.kubectl) hook(run, command, event, text)
  }
  notice(run: Run, source: string, object: string, reason: string, message: string): void {
    for (const hook of this.hooks.notice) hook(run, source, object, reason, message)
  }
  remark(run: Run, text: string): void {
    for (const hook of this.hooks.remark) hook(run, text)
  }
}
