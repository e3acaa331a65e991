import type { Instant } from '../kernel/time.ts'
import type { MachineId } from './objects.ts'
import type { Run } from './world.ts'

/** A heartbeat as the control plane can know it: sent, and visible in the controller manager's cache. */
export interface Heartbeat {
  readonly sent: Instant
  readonly visible: Instant
}

/**
 * Lease renewals and Node status posts of every kubelet. Both refresh the node monitor's record alike, and while a Node is healthy nothing else depends on them,
 * so neither is an event unless the run is unelided: what the monitor would have seen is computed when somebody asks.
 */
export interface Heartbeats {
  /** The kubelet of `machine` runs and reaches the API: its first heartbeat is sent at `first`. */
  start(run: Run, machine: MachineId, first: Instant): void
  /** The kubelet is gone, or reaches the API no more. What was sent before `run.now` still arrives. */
  stop(run: Run, machine: MachineId): void
  /** The newest heartbeat of `machine` that was visible at `time`; null when there was none. */
  seen(machine: MachineId, time: Instant): Heartbeat | null
  /** Who must look at a Node whose heartbeats start or stop: the node monitor, so that its ticks become events. */
  readonly suspects: ((run: Run, machine: MachineId) => void)[]
}
