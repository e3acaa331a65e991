import { NO_TICKET, type Ticket } from './queue.ts'
import type { EventKind, Run } from './simulation.ts'
import type { Instant } from './time.ts'

/** How loops become events: only while something wants them, or every firing (the reference that elision is tested against). */
export type Elision = 'elided' | 'unelided'

/**
 * A population of fixed-rate loops of one kind, one per subject: subject s fires at anchor(s) + k · period.
 * The firing times are a pure function of the last anchor, so a firing that would change nothing need not be an event: a loop is in the
 * queue only while somebody `want`s its next firing. Unelided, every firing is an event; its handler finds nothing to do and changes
 * nothing. Firings precede ordinary events of the same instant, ordered by rank and subject, so both modes handle the same events in
 * the same order.
 */
export class Ticker<World, Subject extends number = number> {
  private readonly kind: EventKind<World, Subject>
  private readonly rank: number
  private readonly period: number
  private readonly elision: Elision
  private readonly firing: EventKind<World, Subject>
  private readonly anchors: number[] = []
  private readonly tickets: Ticket[] = []

  /** `rank` (0 … 255) orders loops that fire in the same instant; it must be unique among the loops of a run. */
  constructor(kind: EventKind<World, Subject>, rank: number, period: number, elision: Elision) {
    if (!(period > 0 && Number.isInteger(period))) throw new RangeError(`Expected a period of whole µs, got ${period}`)
    this.kind = kind
    this.rank = rank
    this.period = period
    this.elision = elision
    this.firing = { name: kind.name, on: (run, subject, detail) => this.fire(run, subject, detail) }
  }

  /** Lets the loop of `subject` fire first at `first`, then every period. Restarting it forgets the old phase. */
  start(run: Run<World>, subject: Subject, first: Instant): void {
    this.stop(run, subject)
    this.anchors[subject] = first
    if (this.elision === 'unelided') this.want(run, subject)
  }

  /** The loop of `subject` fires no more. */
  stop(run: Run<World>, subject: Subject): void {
    const ticket = this.tickets[subject]
    if (ticket !== undefined && ticket !== NO_TICKET) run.cancel(ticket)
    this.tickets[subject] = NO_TICKET
    this.anchors[subject] = Number.NaN
  }

  /** Whether the loop of `subject` runs. */
  running(subject: Subject): boolean {
    const anchor = this.anchors[subject]
    return anchor !== undefined && !Number.isNaN(anchor)
  }

  /** The first firing of `subject` later than `time`; NaN when the loop does not run. */
  next(subject: Subject, time: Instant): Instant {
    const anchor = this.anchors[subject] ?? Number.NaN
    if (time < anchor) return anchor as Instant
    return (anchor + (Math.floor((time - anchor) / this.period) + 1) * this.period) as Instant
  }

  /** The last firing of `subject` at or before `time`, counted back beyond the first one too; NaN when the loop does not run. */
  last(subject: Subject, time: Instant): Instant {
    const anchor = this.anchors[subject] ?? Number.NaN
    return (anchor + Math.floor((time - anchor) / this.period) * this.period) as Instant
  }

  /** Makes the next firing of `subject` an event. Does nothing when it already is one, or the loop does not run. */
  want(run: Run<World>, subject: Subject): void {
    if (!this.running(subject) || (this.tickets[subject] ?? NO_TICKET) !== NO_TICKET) return
    this.tickets[subject] = run.loop(this.next(subject, run.now), this.rank, this.firing, subject)
  }

  private fire(run: Run<World>, subject: Subject, detail: number): void {
    this.tickets[subject] = NO_TICKET
    this.kind.on(run, subject, detail)
    if (this.elision === 'unelided') this.want(run, subject)
  }
}
