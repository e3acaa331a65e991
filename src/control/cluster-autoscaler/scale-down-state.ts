import type { MachineId, Pod, PodId } from '../../cluster/objects.ts'
import type { Rows } from '../../cluster/rows.ts'

/** A Node that could go. */
export interface Unneeded {
  /** When a scan first found so [µs]. */
  readonly since: number
  /** Pods that must find another place; none: the Node is empty. */
  readonly pods: readonly Pod[]
  /** Its Pods cannot all be evicted at once: budgets allow fewer. */
  readonly risky: boolean
}

/** A machine that is going. */
export interface Deletion {
  readonly group: number
  readonly drains: boolean
  /** Evictions are tried until then [µs]. */
  until: number
  /** Evictions without an end yet. */
  waits: number
  failed: boolean
  /** Pods that must be gone before the machine goes: those still to be looked for. */
  pods: readonly Pod[]
  /** When the wait for them began [µs]. */
  begun: number
}

/** Machines that are tainted together before any of them goes. */
export interface Batch {
  readonly machines: readonly MachineId[]
  /** Taints without an answer. */
  waits: number
  failed: boolean
  /** The batch after it; −1: none. */
  readonly next: number
}

/** An eviction under way. */
export interface Eviction {
  readonly machine: MachineId
  readonly pod: Pod & { readonly id: PodId }
  /** Its failure does not matter: a Pod of a DaemonSet. */
  readonly bestEffort: boolean
}

/** What the autoscaler remembers to make groups smaller. */
export interface ScaleDown {
  unneeded: ReadonlyMap<MachineId, Unneeded>
  /** Nodes that could not go, and until when that is believed [µs]. */
  readonly unremovable: Map<MachineId, number>
  readonly deletions: Map<MachineId, Deletion>
  readonly batches: Batch[]
  readonly evictions: Rows<Eviction>
  /** When machines were last asked for, when a removal last began, and when one last could not begin [µs]. */
  lastAdd: number
  lastDelete: number
  lastFailure: number
  /** Taints of the process before have been taken off. */
  cleaned: boolean
}
