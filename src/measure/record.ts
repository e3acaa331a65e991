import type { Instant } from '../kernel/time.ts'

/** The states that partition the time between a fault and the convergence of the slowest lineage, in their usual order. */
export const STAGES = [
  'repair',
  'detect',
  'taint',
  'tolerate',
  'terminate',
  'create',
  'schedule',
  'capacity',
  'pull',
  'backoff',
  'start',
  'ready',
  'settle',
] as const
export type Stage = (typeof STAGES)[number]

/** How it ended for one workload: `lost` is never restored by anything, `censored` was cut by the horizon. */
export type Outcome = 'converged' | 'censored' | 'lost' | 'unaffected'

/**
 * What one occurrence of a fault did to one workload (`*`: the maximum over its rows). Times are whole µs after the fault (`time`, `end`: since the
 * run began); null where nothing of the kind happened.
 */
export interface OccurrenceRow {
  readonly fault: string
  readonly faultKind: string
  /** 1 for the fault's first firing. */
  readonly occurrence: number
  readonly targets: readonly string[]
  readonly time: Instant
  readonly end: Instant | null
  /** `kind/namespace/name`, lower case, of the top-most controller; `*` for the occurrence itself. */
  readonly workload: string
  /** Counts the workload's episodes, from 1; null when it opened none. */
  readonly episode: number | null
  /** Whether this occurrence opened the episode. */
  readonly primary: boolean
  readonly desired: number | null
  readonly lost: number
  readonly detected: number | null
  readonly evictedFirst: number | null
  readonly evictedLast: number | null
  readonly createdFirst: number | null
  readonly createdLast: number | null
  readonly scheduledLast: number | null
  readonly startedLast: number | null
  readonly readyLast: number | null
  readonly believed: number | null
  readonly converged: number | null
  readonly observed: number | null
  readonly endpoints: number | null
  readonly minServing: number | null
  readonly minReady: number | null
  /** ∫ max(0, desired − serving) dt over the episode [Pod·µs]. */
  readonly unservedPodTime: number | null
  readonly errorTime: number | null
  readonly noEndpointTime: number | null
  readonly restarts: number
  readonly outcome: Outcome
  /** Whole µs in each stage; their sum equals `converged`. Null when censored or unaffected. */
  readonly stages: Readonly<Record<Stage, number>> | null
}

/** One number of one replication. Times in µs, shares in 0 … 1. */
export interface MeasureValue {
  readonly measure: string
  /** e.g. `fault="power-loss"`; empty for the whole replication. Canonical: label names in alphabetical order, joined by commas. */
  readonly labels: string
  readonly value: number
  /** The horizon cut it: the true value is larger. */
  readonly censored: boolean
  /** Means of successive batches of one long course, all but independent: how far to trust `value` where there are few replications. */
  readonly batches?: readonly number[]
}

/** One step of the timeline of a workload: what holds from `time` on. */
export interface TimelineRow {
  readonly time: Instant
  readonly workload: string
  readonly desired: number
  readonly serving: number
  readonly ready: number
  readonly available: number
}

/** One row of `--events`, in the vocabulary of the recorded observations. */
export interface EventRow {
  readonly time: Instant
  readonly kind: string
  readonly object: string
  readonly event: string
  readonly detail: string
}

/** A Pod that never got a node at t = 0 of `initial: converged`, or is Pending at the horizon, and why no node takes it. */
export interface UnplacedPod {
  readonly pod: string
  /** kube-scheduler's message: `0/6 nodes are available: 6 Insufficient cpu.` */
  readonly reason: string
}

/** What a run was asked to record beside its rows. */
export interface Recording {
  readonly timeline: boolean
  readonly events: boolean
}

/** Everything one replication answers. Plain data: it crosses worker threads. */
export interface ReplicationResult {
  readonly replication: number
  readonly rows: readonly OccurrenceRow[]
  readonly measures: readonly MeasureValue[]
  readonly timeline: readonly TimelineRow[]
  readonly events: readonly EventRow[]
  readonly unplaced: readonly UnplacedPod[]
  /** Targets that were gone when their fault fired, and bounds that were reached: reported, never silent. */
  readonly remarks: readonly string[]
  /** Events handled. */
  readonly handled: number
  /** Rolling hash over (time, kind, subject) of every event. */
  readonly fingerprint: string
}
