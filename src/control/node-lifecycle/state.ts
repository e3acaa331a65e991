import type { Client } from '../../cluster/client.ts'
import type { ConditionStatus, MachineId, Node, Pod, PodId } from '../../cluster/objects.ts'
import type { Process } from '../../cluster/process.ts'
import type { WorkQueue } from '../../cluster/work-queue.ts'
import { type Run, stateKey, type World } from '../../cluster/world.ts'
import type { JitterLoop } from '../../kernel/jitter-loop.ts'
import type { Ticker } from '../../kernel/loop.ts'
import type { Instant } from '../../kernel/time.ts'
import type { PodEviction } from './delete-pods.ts'
import type { NodeLifecycleFlags } from './flags.ts'
import type { Health } from './health.ts'
import type { TaintChange } from './taint-change.ts'
import type { TickLog, TickRecord } from './tick-log.ts'
import type { ZoneQueue } from './zone-queue.ts'
import type { ZoneState } from './zones.ts'

/** What one worker of the monitor is doing with one Node. */
export interface Job {
  readonly machine: MachineId
  /** The version it works with; replaced when a write failed and the Node was read again. */
  node: Node
  stage: 'health' | 'taint' | 'pods'
  /** Ready before this look changed it. */
  observed: ConditionStatus
  current: ConditionStatus | null
  tries: number
  /** Pods to be marked not ready, and how far that has come. */
  pods: readonly Pod[]
  marked: number
  failed: boolean
}

/** How the Nodes of one zone were found in one tick; all others are ready. */
export interface ZoneCount {
  notReady: number
  /** Their status could not be written: they count for nothing. */
  skipped: number
}

/** One look at all Nodes that is an event. */
export interface Tick {
  readonly record: TickRecord
  phase: 'added' | 'nodes' | 'disruption' | 'end'
  /** Phases `added` and `disruption`: Nodes whose NoExecute taints are taken off one after the other. */
  serial: MachineId[]
  /**
   * The Nodes that this tick looks at, and those changed since it began, as they were then (nodeLister.List at the top of
   * monitorNodeHealth).
   */
  readonly listed: Map<MachineId, Node>
  /** Nodes that still wait for a worker, in the order of this tick. */
  readonly pending: MachineId[]
  readonly looked: MachineId[]
  readonly jobs: (Job | null)[]
  busy: number
  /** Whether an API call was waited for: then the next tick counts from the end of this one. */
  waited: boolean
  /** Whether the end of a taint pass is waited for. */
  awaitsPass: boolean
  readonly counts: Map<string, ZoneCount>
}

/** One zone: its state, its queue, and how many Nodes it has (`counted`: not excluded from disruption checks). */
export interface Zone {
  state: ZoneState | null
  queue: ZoneQueue
  nodes: number
  counted: number
  /** Those of `counted` that are dormant. */
  dormant: number
}

/** The memory of the node lifecycle controller: all of it is lost with its process. */
export interface NodeLifecycle {
  readonly process: Process
  readonly client: Client
  readonly flags: NodeLifecycleFlags
  /** Nodes the monitor looks at at a time: 1 up to 1.26, 8 from 1.27 (PR #114296). */
  readonly workers: number
  readonly monitor: JitterLoop<World>
  readonly ticks: TickLog
  tick: Tick | null
  /** Ticks that waited for calls. */
  waits: number
  /** Nodes that exist. */
  nodes: number
  /** Names of Nodes, also of those that are gone. */
  readonly names: string[]
  readonly health: (Health | undefined)[]
  /** Whether heartbeats of a Node come so often that ticks need not look for a late one. */
  readonly elidable: boolean[]
  /** Nodes the monitor has seen. */
  readonly known: Set<MachineId>
  /** Nodes that came or went since the last tick. */
  readonly touched: Set<MachineId>
  /** Nodes that a tick could do something about. */
  readonly suspects: Set<MachineId>
  /** Nodes that are silent, Unknown and tainted: ticks only count them, in this zone (null: in none). */
  readonly dormant: Map<MachineId, Zone | null>
  /** Nodes whose Pods could not all be marked not ready. */
  readonly retry: Set<MachineId>
  readonly zones: Map<string, Zone>
  readonly pass: Ticker<World>
  passZones: string[]
  passing: boolean
  /** When a pass has been asked for. */
  passDue: Instant
  readonly changes: (TaintChange | undefined)[]
  /** Whether NoExecute taints evict; otherwise, up to 1.26, --pod-eviction-timeout does. */
  readonly taintManager: boolean
  /** Without the taint manager: Nodes whose Pods were deleted, and Pods under deletion by Node. */
  readonly evicted: Set<MachineId>
  readonly evictions: Map<MachineId, PodEviction>
  readonly taintQueue: WorkQueue<MachineId>
  readonly podQueue: WorkQueue<PodId>
  /** A pass that waited for calls has ended. */
  readonly passEnded: (run: Run, state: NodeLifecycle) => void
  /** The look of a worker at one Node has ended after calls. */
  readonly resume: (run: Run, state: NodeLifecycle, worker: number) => void
}

/** Where the world keeps the controller's memory. */
export const nodeLifecycleState = stateKey<NodeLifecycle>('node-lifecycle')

/** Pods bound to a Node, as the cache has them, in order of id. */
export function podsOf({ process: { cache } }: NodeLifecycle, machine: MachineId): Pod[] {
  const ids = [...cache.podsOfNode(machine)].sort((a, b) => a - b)
  return ids.map((id) => cache.get('Pod', id) as Pod)
}
