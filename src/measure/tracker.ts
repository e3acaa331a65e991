import type { PodId } from '../cluster/objects.ts'
import type { Occurrence } from '../cluster/observers.ts'
import type { Duration, Instant } from '../kernel/time.ts'
import { Impact, type ImpactRow, type Lineage } from './impact.ts'
import { type Exposure, NOBODY } from './traffic/exposure.ts'
import { WorkloadLedger } from './workload-ledger.ts'

/** Where a tracker's rows go when an episode closes, and who forgets its lineages. */
export interface Rows {
  add(impact: Impact, row: ImpactRow): void
  forget(lineage: Lineage): void
}

/**
 * The episodes of one workload (design §2): one opens when it is no longer converged and closes at the first instant from which it is converged for `stableFor`. That
 * is only known later, so an episode is closed by the next change, or by the end of the run.
 */
export class Tracker {
  readonly ledger: WorkloadLedger
  /** Impacts whose rows are not written yet. */
  readonly impacts: Impact[] = []
  /** Lineages whose Pod is lost and not yet replaced, in order of the deletion commits. */
  readonly awaiting: Lineage[] = []
  /** An episode is open. */
  open = false
  private episodes = 0
  /** Some occurrence answers for the open episode. */
  private owned = false
  private readonly stableFor: Duration
  private readonly exposure: Exposure

  constructor(name: string, now: Instant, windowFrom: Instant, stableFor: Duration, exposure: Exposure) {
    this.ledger = new WorkloadLedger(name, now, windowFrom)
    this.exposure = exposure
    this.stableFor = stableFor
  }

  /** The initial state stands: what was done to make it is no episode. */
  begin(): void {
    this.open = !this.ledger.converged
    this.episodes = this.open ? 1 : 0
  }

  /** The impact of `occurrence` on this workload, begun now if there is none: inside an open episode it joins it. */
  touch(occurrence: Occurrence, now: Instant, rows: Rows): Impact {
    this.closeSettled(now, rows)
    const known = this.impacts.find((impact) => impact.occurrence === occurrence)
    if (known !== undefined) return known
    const impact = new Impact(occurrence, this.ledger, this.exposure.read(now))
    if (this.open) {
      impact.episode = this.episodes
      impact.primary = !this.owned
      this.owned = true
    }
    this.impacts.push(impact)
    return impact
  }

  /** Whether the change that was just made can still count for an open episode: it is open, or has been converged for no longer than `stableFor`. */
  unsettled(now: Instant): boolean {
    return this.open && !(this.ledger.converged && now - this.ledger.convergedSince > this.stableFor)
  }

  /** Looks at the workload after a change; answers whether an episode opens now. */
  settle(now: Instant, rows: Rows): boolean {
    const { converged, convergedSince } = this.ledger
    const changed = this.ledger.settle(now)
    let opens = false
    if (changed && converged) {
      if (this.open && now - convergedSince >= this.stableFor) this.close(convergedSince, now, rows)
      if (!this.open) {
        this.open = true
        this.owned = false
        this.episodes++
        opens = true
      }
    }
    if (changed && converged) this.exposure.broken()
    else if (changed && this.open) this.exposure.converged(now)
    for (const impact of this.impacts) impact.sample()
    return opens
  }

  /** An impact opened the episode that has just opened. */
  opened(impact: Impact): void {
    impact.episode = this.episodes
    impact.primary = true
    this.owned = true
    impact.sample()
  }

  /** The run has ended: what is open is closed or censored. */
  finish(horizon: Instant, neverAgain: boolean, rows: Rows): void {
    this.ledger.advance(horizon)
    this.closeSettled(horizon, rows)
    const suffered = this.impacts.length === 0 ? NOBODY : this.exposure.read(horizon)
    for (const impact of this.impacts) {
      const untouched = impact.episode === null
      rows.add(impact, impact.row(untouched ? impact.occurrence.time : null, horizon, neverAgain, suffered))
    }
    this.impacts.length = 0
  }

  /** An open episode that has been converged for `stableFor` is over, though nothing has happened to say so. */
  closeSettled(now: Instant, rows: Rows): void {
    const { converged, convergedSince } = this.ledger
    if (this.open && converged && now - convergedSince >= this.stableFor) this.close(convergedSince, now, rows)
  }

  private close(converged: Instant, now: Instant, rows: Rows): void {
    const suffered = this.impacts.length === 0 ? NOBODY : this.exposure.settled(now)
    for (const impact of this.impacts) {
      const at = impact.episode === null ? impact.occurrence.time : converged
      rows.add(impact, impact.row(Math.max(at, impact.occurrence.time) as Instant, converged, false, suffered))
      for (const lineage of impact.lineages) rows.forget(lineage)
    }
    this.impacts.length = 0
    this.awaiting.length = 0
    this.open = false
  }
}

/** Lineages by their current Pod. */
export type LineageIndex = Map<PodId, Lineage>
