import type { Client } from '../../cluster/client.ts'
import type { Pod, PodId } from '../../cluster/objects.ts'
import type { Process } from '../../cluster/process.ts'
import { type Run, stateKey, type World } from '../../cluster/world.ts'
import type { Ticker } from '../../kernel/loop.ts'
import type { ClusterState } from './cluster-state.ts'
import type { Decision, Search } from './decide.ts'
import type { SchedulerFlags } from './flags.ts'
import type { Nominator } from './nominator.ts'
import type { Preemption } from './preemption.ts'
import type { SchedulingQueue } from './queue.ts'
import type { QueueEntry } from './queue-entry.ts'

/** Victims of one Pod on their way out. */
export interface Eviction {
  readonly current: Current
  readonly node: number
  /** Victims whose calls are under way. */
  pending: number
  /** Victims that follow one by one when the others are answered; and the very last, once it has been sent. */
  readonly later: Pod[]
  lastSent: Pod | null
  /** Up to 1.32 the scheduling loop waits for every answer. */
  readonly blocking: boolean
}

/** The cycle under way. */
export interface Current {
  readonly entry: QueueEntry
  readonly decision: Decision
  readonly preemption: Preemption | null
}

/** The memory of kube-scheduler. */
export interface SchedulerState {
  readonly process: Process
  readonly flags: SchedulerFlags
  readonly client: Client
  /** Notices go through a clientset of their own. */
  readonly notices: Client
  readonly cluster: ClusterState
  readonly nominator: Nominator
  readonly search: Search
  readonly percentageOfNodesToScore: number
  readonly queue: SchedulingQueue
  /** Takes the next Pod, unless the loop is busy. */
  readonly advance: (run: Run, state: SchedulerState) => void
  readonly flushes: { readonly backoff: Ticker<World>; readonly unschedulable: Ticker<World> }
  /** Pods placed in the cache whose binding the watch has not confirmed yet. */
  readonly assumed: Set<PodId>
  /** Bindings answered: when an assumed Pod expires, in order (up to 1.24). */
  readonly expiries: { readonly pod: PodId; readonly time: number }[]
  /** The loop is in a cycle, or waits for an answer. */
  busy: boolean
  current: Current | null
  /** Pods whose preemption is under way (1.33 on). */
  readonly preempting: Map<number, Eviction>
  /** One row per victim: the subject of the calls about it. */
  readonly evictions: { readonly victim: Pod; readonly eviction: Eviction }[]
}

/** Where the world keeps it. */
export const schedulerState = stateKey<SchedulerState>('scheduler')

/** Pods that fitted nowhere at t = 0, and the filters that rejected them: what the process finds in its queue when it starts. */
export const leftovers = stateKey<Map<number, number>>('scheduler/leftovers')

/** The cache that placed the Pods at t = 0, for the scheduler's first start to take over: undefined once it has. */
export const placement = stateKey<ClusterState | undefined>('scheduler/placement')
