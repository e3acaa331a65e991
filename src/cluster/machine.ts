import type { Instant } from '../kernel/time.ts'
import type { MachineSpec } from '../scenario/scenario.ts'
import type { MachineId, PodId } from './objects.ts'
import type { Shutdown } from './shutdown.ts'

/** What a machine can run short of, each with a Node condition of its own. */
export type PressureResource = 'memory' | 'disk' | 'pid'

/** Something on a machine takes so much of a resource that a hard eviction threshold is crossed. */
export interface Pressure {
  readonly resource: PressureResource
  /** Pods that must go until it is relieved; Infinity: no Pod relieves it. */
  pods: number
}

/** A computer. What is on its disk (images, exited containers) survives a crash; what runs does not. */
export interface Machine {
  readonly id: MachineId
  readonly spec: MachineSpec
  /** Powered and booted. */
  up: boolean
  /** Network between the machine and everything else works. */
  reachable: boolean
  /** Faults that keep it without power; the last end restores it. */
  outages: number
  bootID: number
  /** It goes down in good order; null: it does not. */
  shutdown: Shutdown | null
  /** Faults that keep its kubelet stopped; the last end starts it again. */
  stops: number
  /** Faults that cut its network, since when, and how often that was cut or whole again. */
  cuts: number
  cutAt: Instant
  links: number
  /** Faults that have terminated it; while there are any it exists no more. */
  terminations: number
  /** Faults that slow it down, each by its factor. */
  readonly slowness: number[]
  /** Faults that let its container runtime hang. */
  hangs: number
  /** What takes so much of a resource that its kubelet evicts Pods. */
  readonly pressures: Pressure[]
  /** Its network plugin is installed: on a new disk some time after its kubelet has started. */
  configured: boolean
  /** Its disk is new: what ran on it before is forgotten at its first boot. */
  blank: boolean
  /** Counts how often its kubelet was told to start: which start a later event means. */
  kubeletStarts: number
  /** Images on its disk, by reference. */
  readonly images: Set<string>
  /** Pods with a sandbox record on it, running or not. */
  readonly pods: Set<PodId>
}
