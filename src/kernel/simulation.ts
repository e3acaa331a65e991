import type { EventQueue, Ticket } from './queue.ts'
import type { Random } from './random.ts'
import type { Instant } from './time.ts'

/**
 * One way the world can change: a constant, declared in the file of the component that reacts to it.
 * The kind *is* the handler: there is no table from tag to function and no registration.
 */
export interface EventKind<World, Subject extends number = number> {
  /** Stable name, e.g. `node-crash/begin`: what traces and fingerprints hold. */
  readonly name: string
  /** Reacts to one occurrence, to completion. May write `run.world` and schedule; nothing else. */
  readonly on: (run: Run<World>, subject: Subject, detail: number) => void
}

/** All that a handler sees of the run. */
export interface Run<World> {
  readonly now: Instant
  readonly world: World
  readonly random: Random
  /** Lets `kind` happen to `subject` after `delay` [whole µs, ≥ 0]; equal times keep the order of these calls. */
  after<S extends number>(delay: number, kind: EventKind<World, S>, subject: S, detail?: number): Ticket
  /** The same at an absolute time, not before `now`. */
  at<S extends number>(time: Instant, kind: EventKind<World, S>, subject: S, detail?: number): Ticket
  /**
   * The same for what must be there before anything of its instant looks at it: at equal times it precedes ordinary events and follows
   * loops. So what a handler sees of an instant is all that came with it, whoever was scheduled first.
   */
  early<S extends number>(time: Instant, kind: EventKind<World, S>, subject: S, detail?: number): Ticket
  /** The same for a loop's firing: at equal times it precedes all other events, in order of `rank`, then subject (see loop.ts). */
  loop<S extends number>(time: Instant, rank: number, kind: EventKind<World, S>, subject: S): Ticket
  /** Whether a firing due at this very instant, of the loop with this `rank` and `subject`, is still to come rather than past. */
  ahead(rank: number, subject: number): boolean
  /** Answers whether the event was still pending. */
  cancel(ticket: Ticket): boolean
  /** Says what the events scheduled from here on last waited for (`bucket`, `worker`, `ticker` …); seen only by a tracer. */
  released(label: string): void
}

/** Sees every event just before it is handled: fingerprints, counters, profiles. Never changes the run. */
export type Observer<World> = (now: Instant, kind: EventKind<World, never>, subject: number, detail: number, sequence: number) => void

/**
 * Sees, with tracing on, which event scheduled which: the two links of design decision 13. Never changes the run.
 * `because` is the sequence of the event being handled, −Infinity before the first; a loop fires with the same sequence every time.
 */
export interface Tracer {
  scheduled(sequence: number, kind: string, subject: number, time: Instant, because: number, label: string): void
}

/** Why `runUntil` came back: the horizon was reached, or the bound on events was. */
export type Ending = 'horizon' | 'event limit'

/** Early events take the sequences from here up to zero, more than a run can have events, and loop firings those below. */
const EARLIEST = -(2 ** 44)
const RANKS = 256
const SUBJECTS = 2 ** 32
const firingSequence = (rank: number, subject: number): number => EARLIEST + (rank - RANKS) * SUBJECTS + subject

/** A clock, a queue and a loop. Knows nothing of Kubernetes. */
export class Simulation<World> implements Run<World> {
  now = 0 as Instant
  readonly world: World
  readonly random: Random
  /** Events handled so far. */
  handled = 0

  private readonly queue: EventQueue<EventKind<World, never>>
  private readonly observe: Observer<World> | undefined
  private readonly tracer: Tracer | undefined
  private pushed = 0
  private label = ''
  /** Sequence of the event being handled: −Infinity before the first, Infinity when an instant is over. */
  private current = Number.NEGATIVE_INFINITY

  constructor(world: World, random: Random, queue: EventQueue<EventKind<World, never>>, observe?: Observer<World>, tracer?: Tracer) {
    this.world = world
    this.random = random
    this.queue = queue
    this.observe = observe
    this.tracer = tracer
  }

  /** Events pending. */
  get pending(): number {
    return this.queue.size
  }

  after<S extends number>(delay: number, kind: EventKind<World, S>, subject: S, detail = 0): Ticket {
    if (!(delay >= 0 && Number.isInteger(delay))) {
      throw new RangeError(`Expected the delay of ${kind.name} to be a whole number of µs, 0 or more, got ${delay}`)
    }
    return this.schedule(this.now + delay, this.pushed++, kind, subject, detail)
  }

  at<S extends number>(time: Instant, kind: EventKind<World, S>, subject: S, detail = 0): Ticket {
    if (!(time >= this.now && Number.isInteger(time))) {
      throw new RangeError(`Expected ${kind.name} at a whole number of µs, ${this.now} or later, got ${time}`)
    }
    return this.schedule(time, this.pushed++, kind, subject, detail)
  }

  early<S extends number>(time: Instant, kind: EventKind<World, S>, subject: S, detail = 0): Ticket {
    if (!(time >= this.now && Number.isInteger(time))) {
      throw new RangeError(`Expected ${kind.name} early at a whole number of µs, ${this.now} or later, got ${time}`)
    }
    return this.schedule(time, EARLIEST + this.pushed++, kind, subject, detail)
  }

  loop<S extends number>(time: Instant, rank: number, kind: EventKind<World, S>, subject: S): Ticket {
    if (!(time >= this.now && Number.isInteger(time))) {
      throw new RangeError(`Expected ${kind.name} to fire at a whole number of µs, ${this.now} or later, got ${time}`)
    }
    return this.schedule(time, firingSequence(rank, subject), kind, subject, 0)
  }

  ahead(rank: number, subject: number): boolean {
    return firingSequence(rank, subject) > this.current
  }

  cancel(ticket: Ticket): boolean {
    return this.queue.cancel(ticket)
  }

  released(label: string): void {
    this.label = label
  }

  /** Handles every event due by `horizon`, at most `limit` in all; `now` is the horizon afterwards unless the limit struck. */
  runUntil(horizon: Instant, limit: number): Ending {
    const { queue, observe } = this
    while (queue.nextTime <= horizon) {
      if (this.handled >= limit) return 'event limit'
      const kind = queue.pop()
      const { subject, detail } = queue
      this.now = queue.time as Instant
      if (observe !== undefined) observe(this.now, kind, subject, detail, queue.sequence)
      this.current = queue.sequence
      if (this.tracer !== undefined) this.label = ''
      this.handled++
      kind.on(this, subject as never, detail)
    }
    this.now = horizon
    this.current = Number.POSITIVE_INFINITY
    return 'horizon'
  }

  private schedule(time: number, sequence: number, kind: EventKind<World, never>, subject: number, detail: number): Ticket {
    if (this.tracer !== undefined) {
      this.tracer.scheduled(sequence, kind.name, subject, time as Instant, this.current, this.label)
    }
    return this.queue.push(time, sequence, kind, subject, detail)
  }
}
