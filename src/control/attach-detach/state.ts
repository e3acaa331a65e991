import type { Client } from '../../cluster/client.ts'
import type { MachineId, PodId } from '../../cluster/objects.ts'
import type { Process } from '../../cluster/process.ts'
import { stateKey, type World } from '../../cluster/world.ts'
import type { Ticker } from '../../kernel/loop.ts'

/** A volume attached to a Node, as the controller believes. */
export interface Attached {
  readonly node: MachineId
  /** Id of the VolumeAttachment. */
  readonly attachment: number
  /** `MountedByNode`: assumed until the Node reports otherwise. */
  mounted: boolean
  /** Listed in the Node's `volumesAttached`. */
  reported: boolean
  /** When its detach was first wanted; null: it is wanted where it is. */
  requested: number | null
  /** The end of the wait for its unmount is an event. */
  watched: boolean
}

/** What is under way for one volume: one operation at a time. */
export interface Operation {
  readonly verb: 'attach' | 'detach'
  readonly node: MachineId
  /** A detach without a look whether it is safe. */
  readonly force: boolean
}

/** One volume, by its claim. */
export interface Volume {
  readonly claim: number
  readonly key: string
  readonly pods: Set<PodId>
  readonly attached: Attached[]
  operation: Operation | null
  failures: number
  /** No operation begins before; −Infinity: none has failed. */
  retryAt: number
  /** Pods that were told of the Multi-Attach error. */
  readonly refused: Set<PodId>
}

/** The memory of the attach/detach controller. */
export interface State {
  readonly process: Process
  readonly client: Client
  readonly loop: Ticker<World>
  readonly forceDisabled: boolean
  readonly minor: number
  readonly volumes: Map<number, Volume>
  /** Ids of claims by namespace and name. */
  readonly names: Map<string, number>
  /** Claims of each Pod that wants volumes. */
  readonly claims: Map<PodId, readonly number[]>
  /** Pods whose claims are not all known. */
  readonly unresolved: Set<PodId>
  /** Nodes whose `volumesAttached` is to be written by the end of the pass. */
  readonly dirty: Set<MachineId>
  /** Operations begun, by volume: addresses draws, kept across restarts. */
  readonly operations: Map<string, number>
}

/** Where that memory is kept. */
export const attachDetachState = stateKey<State>('attach-detach')
