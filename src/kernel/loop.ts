import { NO_TICKET, type Ticket } from './queue.ts'
import type { EventKind, Run } from './simulation.ts'
import type { Instant } from './time.ts'

/** How loops become events: only while something wants them, or every firing (the reference that elision is tested against). */
export type Elision = 'elided' | 'unelided'

/**
 * A population of loops of one kind, one per subject, whose firing times do not depend on what the firings do. So a firing that would
 * change nothing need not be an event: a loop is in the queue only while somebody `want`s its next firing. Unelided, every firing is
 * an event; its handler finds nothing to do and changes nothing. Firings precede ordinary events of the same instant, ordered by rank
 * and subject, so both modes handle the same events in the same order.
 */
export abstract class Loop<World, Subject extends number = number> {
  private readonly kind: EventKind<World, Subject>
  private readonly rank: number
  private readonly elision: Elision
  private readonly firing: EventKind<World, Subject>
  private readonly tickets: Ticket[] = []
  /** Whether somebody waits for the next firing; outlives a stop, so that whoever waits is served when the loop starts again. */
  private readonly wanted: boolean[] = []

  /** `rank` (0 … 255) orders loops that fire in the same instant; it must be unique among the loops of a run. */
  constructor(kind: EventKind<World, Subject>, rank: number, elision: Elision) {
    if (!(Number.isInteger(rank) && rank >= 0 && rank <= 255)) throw new RangeError(`Expected a rank from 0 to 255, got ${rank}`)
    this.kind = kind
    this.rank = rank
    this.elision = elision
    this.firing = { name: kind.name, on: (run, subject, detail) => this.fire(run, subject, detail) }
  }

  /** Whether the loop of `subject` runs. */
  abstract running(subject: Subject): boolean

  /** The first firing of `subject` later than `time`; NaN when the loop does not run. */
  abstract next(subject: Subject, time: Instant): Instant

  /** The last firing of `subject` at or before `time`, even one still to come in this very instant; NaN when there is none. */
  abstract last(subject: Subject, time: Instant): Instant

  /** Makes the next firing of `subject` an event, if need be the first one after the next start. Does nothing when it already is one. */
  want(run: Run<World>, subject: Subject): void {
    this.wanted[subject] = true
    this.schedule(run, subject)
  }

  /** To be called when the loop of `subject` has started. */
  protected started(run: Run<World>, subject: Subject): void {
    if (this.elision === 'unelided' || this.wanted[subject] === true) this.schedule(run, subject)
  }

  /** To be called when the loop of `subject` stops: its next firing is no event any more. */
  protected stopped(run: Run<World>, subject: Subject): void {
    const ticket = this.tickets[subject]
    if (ticket !== undefined && ticket !== NO_TICKET) run.cancel(ticket)
    this.tickets[subject] = NO_TICKET
  }

  private schedule(run: Run<World>, subject: Subject): void {
    if (!this.running(subject) || (this.tickets[subject] ?? NO_TICKET) !== NO_TICKET) return
    const after = run.ahead(this.rank, subject) ? run.now - 1 : run.now
    this.tickets[subject] = run.loop(this.next(subject, after as Instant), this.rank, this.firing, subject)
  }

  private fire(run: Run<World>, subject: Subject, detail: number): void {
    this.tickets[subject] = NO_TICKET
    this.wanted[subject] = false
    this.kind.on(run, subject, detail)
    if (this.elision === 'unelided') this.schedule(run, subject)
  }
}

/** Loops at a fixed rate: that of subject s fires at anchor(s) + k · period, k = 0, 1, 2 … */
export class Ticker<World, Subject extends number = number> extends Loop<World, Subject> {
  private readonly period: number
  private readonly anchors: number[] = []

  /** `period` in whole µs, more than 0. */
  constructor(kind: EventKind<World, Subject>, rank: number, period: number, elision: Elision) {
    super(kind, rank, elision)
    if (!(period > 0 && Number.isInteger(period))) throw new RangeError(`Expected a period of whole µs, got ${period}`)
    this.period = period
  }

  /**
   * Lets the loop of `subject` fire first at `first`, then every period. `first` may lie in the past, to set a phase. Restarting it
   * forgets the old phase.
   */
  start(run: Run<World>, subject: Subject, first: Instant): void {
    this.stopped(run, subject)
    this.anchors[subject] = first
    this.started(run, subject)
  }

  /** The loop of `subject` fires no more. */
  stop(run: Run<World>, subject: Subject): void {
    this.stopped(run, subject)
    this.anchors[subject] = Number.NaN
  }

  running(subject: Subject): boolean {
    const anchor = this.anchors[subject]
    return anchor !== undefined && !Number.isNaN(anchor)
  }

  next(subject: Subject, time: Instant): Instant {
    const anchor = this.anchors[subject] ?? Number.NaN
    if (time < anchor) return anchor as Instant
    return (anchor + (Math.floor((time - anchor) / this.period) + 1) * this.period) as Instant
  }

  /** As `Loop.last`, but counted back beyond the first firing too. */
  last(subject: Subject, time: Instant): Instant {
    const anchor = this.anchors[subject] ?? Number.NaN
    return (anchor + Math.floor((time - anchor) / this.period) * this.period) as Instant
  }
}
