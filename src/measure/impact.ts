import type { MachineId, PodId } from '../cluster/objects.ts'
import type { Occurrence, PodStage } from '../cluster/observers.ts'
import type { Instant } from '../kernel/time.ts'
import type { OccurrenceRow, Outcome } from './record.ts'
import { StageLog } from './stage.ts'
import { type Reading, sufferedBetween } from './traffic/exposure.ts'
import type { WorkloadLedger } from './workload-ledger.ts'

/**
 * A lost Pod followed by its replacements: the i-th lost, by deletion commit, is matched with the i-th created; where places are fixed (StatefulSet,
 * DaemonSet, Indexed Job) the Pods of one place.
 */
export interface Lineage {
  readonly workload: string
  readonly log: StageLog
  pod: PodId
  /** The key of the current Pod without its generation: its place. */
  place: string
  machine: MachineId
  /** The kubelet has something to notice and has not yet. */
  undetected: boolean
  podStage: PodStage | null
  /** When the machine of the current Pod lost power. */
  outage: Instant
}

/** Mutable copy of the instants a row reports. */
type Instants = { -readonly [Name in InstantName]: Instant | null }
type InstantName =
  | 'detected'
  | 'evictedFirst'
  | 'evictedLast'
  | 'createdFirst'
  | 'createdLast'
  | 'scheduledLast'
  | 'startedLast'
  | 'readyLast'
  | 'endpoints'

/** A row that does not yet know when its occurrence ended, which may be after the episode. */
export type ImpactRow = Omit<OccurrenceRow, 'end'>

/** What one occurrence does to one workload, gathered while the episode is open. */
export class Impact {
  readonly occurrence: Occurrence
  readonly ledger: WorkloadLedger
  readonly lineages: Lineage[] = []
  /** Opened the episode; `episode` counts the workload's episodes. */
  primary = false
  episode: number | null = null
  lost = 0
  restarts = 0
  believedBroken = false
  private readonly desired: number
  private readonly unservedBefore: number
  private readonly sufferedBefore: Reading
  private minServing = Number.POSITIVE_INFINITY
  private minReady = Number.POSITIVE_INFINITY
  private readonly instants: Instants = {
    detected: null,
    evictedFirst: null,
    evictedLast: null,
    createdFirst: null,
    createdLast: null,
    scheduledLast: null,
    startedLast: null,
    readyLast: null,
    endpoints: null,
  }

  constructor(occurrence: Occurrence, ledger: WorkloadLedger, suffered: Reading) {
    this.sufferedBefore = suffered
    this.occurrence = occurrence
    this.ledger = ledger
    this.desired = ledger.desired
    this.unservedBefore = ledger.unserved
  }

  /** Notes the first time that something happened. */
  first(name: InstantName, now: Instant): void {
    this.instants[name] ??= now
  }

  /** Notes the latest time that something happened. */
  last(name: InstantName, now: Instant): void {
    this.instants[name] = now
  }

  /** Looks at the workload after a change. */
  sample(): void {
    this.minServing = Math.min(this.minServing, this.ledger.serving)
    this.minReady = Math.min(this.minReady, this.ledger.ready)
    if (!this.ledger.believed) this.believedBroken = true
  }

  /** The row, once the episode has closed at `converged`, or the run has ended first. */
  row(converged: Instant | null, horizon: Instant, neverAgain: boolean, suffered: Reading): ImpactRow {
    const { error, noEndpoint } = sufferedBetween(this.sufferedBefore, suffered)
    const { occurrence, ledger, instants } = this
    const since = (instant: Instant | null): number | null => (instant === null ? null : instant - occurrence.time)
    const outcome: Outcome = converged !== null ? 'converged' : neverAgain ? 'lost' : 'censored'
    const unserved = converged === null ? ledger.unserved : ledger.unservedWhenConverged
    return {
      fault: occurrence.fault,
      faultKind: occurrence.faultKind,
      occurrence: occurrence.number,
      targets: occurrence.targets,
      time: occurrence.time,
      workload: ledger.name,
      episode: this.episode,
      primary: this.primary,
      desired: this.desired,
      lost: this.lost,
      detected: since(instants.detected),
      evictedFirst: since(instants.evictedFirst),
      evictedLast: since(instants.evictedLast),
      createdFirst: since(instants.createdFirst),
      createdLast: since(instants.createdLast),
      scheduledLast: since(instants.scheduledLast),
      startedLast: since(instants.startedLast),
      readyLast: since(instants.readyLast),
      believed: this.believedBroken && converged !== null ? since(ledger.believedWhenConverged) : null,
      converged: since(converged),
      observed: since(converged ?? horizon),
      endpoints: since(instants.endpoints),
      minServing: Number.isFinite(this.minServing) ? this.minServing : null,
      minReady: Number.isFinite(this.minReady) ? this.minReady : null,
      unservedPodTime: Math.max(0, unserved - this.unservedBefore),
      errorTime: error,
      noEndpointTime: noEndpoint,
      restarts: this.restarts,
      outcome,
      stages: converged === null ? null : this.slowest(converged),
    }
  }

  /** The stages of the lineage that became whole last; what the episode took beyond it is `settle`. */
  private slowest(converged: Instant): OccurrenceRow['stages'] {
    let slowest = new StageLog()
    let latest = Number.NEGATIVE_INFINITY
    for (const { log } of this.lineages) {
      const whole = log.wholeSince ?? Number.POSITIVE_INFINITY
      if (whole <= latest) continue
      slowest = log
      latest = whole
    }
    return slowest.between(this.occurrence.time, converged)
  }
}
