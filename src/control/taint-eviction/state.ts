import type { MachineId, PodId, Taint } from '../../cluster/objects.ts'
import type { Process } from '../../cluster/process.ts'
import type { WorkQueue } from '../../cluster/work-queue.ts'
import { stateKey } from '../../cluster/world.ts'
import type { Ticket } from '../../kernel/queue.ts'

/** The memory of taint eviction: all of it is lost with its process, timers included (upstream issue #108268). */
export interface TaintEviction {
  readonly process: Process
  /** Not with `--enable-taint-manager=false`. */
  readonly active: boolean
  /** The name of its client. */
  readonly client: string
  /** NoExecute taints of each Node as last handled; absent: none. */
  readonly tainted: Map<MachineId, readonly Taint[]>
  /** Evictions to come. */
  readonly timers: Map<PodId, Ticket>
  /** Pods that were evicted: not again, until their eviction is cancelled. */
  readonly evicted: Set<PodId>
  /** Tries of evictions under way. */
  readonly tries: Map<PodId, number>
  /** One per worker; a Node and its Pods have the same one. */
  readonly queues: readonly WorkQueue[]
}

/** Where the world keeps the memory of taint eviction. */
export const taintEvictionState = stateKey<TaintEviction>('taint-eviction')
