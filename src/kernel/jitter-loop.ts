import type { Distribution } from './distribution.ts'
import { type Elision, Loop } from './loop.ts'
import type { Random, Uniform } from './random.ts'
import type { EventKind, Run } from './simulation.ts'
import { type Instant, microseconds } from './time.ts'

/** What lies between two firings: period · (1 + jitter · U) + a run time. Source of the shape: wait.JitterUntil with sliding = true. */
export interface Gaps {
  /** Names the draws: the address is (purpose, entity). */
  readonly purpose: string
  /** Whole µs, more than 0. */
  readonly period: number
  /** Greatest share of the period that is added, 0 or more; 0 draws nothing. */
  readonly jitter: number
  /** How long one firing's work takes [µs]. */
  readonly runTime: Distribution
}

/** What one loop has drawn so far: the next firing after the latest time asked for, and the three before it; NaN where there was none. */
interface Walk {
  earlier: number
  before: number
  last: number
  next: number
  readonly stream: Uniform
}

/**
 * Loops that slide: each begins its period anew when its work is done, with a random gap, so that every loop drifts on its own. The gaps
 * come from a kept generator and are drawn only when somebody asks; asking costs one draw per gap passed since. Times may be asked in any
 * order down to one gap before the latest asked one, or more; earlier firings are forgotten.
 */
export class JitterLoop<World, Subject extends number = number> extends Loop<World, Subject> {
  private readonly gaps: Gaps
  private readonly random: Random
  /** The first firing of a loop whose gaps nobody has asked for yet: most loops of a large cluster never get a generator. */
  private readonly firsts: number[] = []
  private readonly entities: string[] = []
  private readonly walks: (Walk | undefined)[] = []
  private readonly starts = new Map<string, number>()

  constructor(kind: EventKind<World, Subject>, rank: number, gaps: Gaps, random: Random, elision: Elision) {
    super(kind, rank, elision)
    if (!(gaps.period > 0 && Number.isInteger(gaps.period))) throw new RangeError(`Expected a period of whole µs, got ${gaps.period}`)
    if (!(gaps.jitter >= 0 && gaps.jitter < Number.POSITIVE_INFINITY))
      throw new RangeError(`Expected a jitter of 0 or more, got ${gaps.jitter}`)
    this.gaps = gaps
    this.random = random
  }

  /**
   * Lets the loop of `subject` fire first at `first`, which may lie in the past. `entity` is its stable identity: the draws depend on it
   * and on how often a loop of that entity was started before, on nothing else.
   */
  start(run: Run<World>, subject: Subject, entity: string, first: Instant): void {
    this.stopped(run, subject)
    const starts = this.starts.get(entity) ?? 0
    this.starts.set(entity, starts + 1)
    this.firsts[subject] = first
    this.entities[subject] = starts === 0 ? entity : `${entity}#${starts}`
    this.walks[subject] = undefined
    this.started(run, subject)
  }

  /** The loop of `subject` fires no more. */
  stop(run: Run<World>, subject: Subject): void {
    this.stopped(run, subject)
    this.firsts[subject] = Number.NaN
    this.walks[subject] = undefined
  }

  running(subject: Subject): boolean {
    const first = this.firsts[subject]
    return first !== undefined && !Number.isNaN(first)
  }

  /** As `Loop.next`. Throws when `time` is earlier than what is still known. */
  next(subject: Subject, time: Instant): Instant {
    const first = this.firsts[subject] ?? Number.NaN
    if (!(time >= first)) return first as Instant
    const walk = this.walkTo(subject, time)
    if (time >= walk.last) return walk.next as Instant
    return (time >= walk.before ? walk.last : walk.before) as Instant
  }

  /** As `Loop.last`; NaN before the first firing. Throws when `time` is earlier than what is still known. */
  last(subject: Subject, time: Instant): Instant {
    const first = this.firsts[subject] ?? Number.NaN
    if (!(time >= first)) return Number.NaN as Instant
    const walk = this.walkTo(subject, time)
    if (time >= walk.last) return walk.last as Instant
    return (time >= walk.before ? walk.before : walk.earlier) as Instant
  }

  /** The walk of `subject`, whose `next` is later than `time`. */
  private walkTo(subject: Subject, time: number): Walk {
    const walk = this.walks[subject] ?? this.begin(subject)
    if (walk.next <= time) this.advance(walk, time)
    if (time < walk.earlier) {
      throw new RangeError(`Expected to be asked about ${walk.earlier} or later, the firings before are forgotten; got ${time}`)
    }
    return walk
  }

  private begin(subject: Subject): Walk {
    const stream = this.random.stream(this.gaps.purpose, this.entities[subject] as string)
    const walk = { earlier: Number.NaN, before: Number.NaN, last: Number.NaN, next: this.firsts[subject] as number, stream }
    this.walks[subject] = walk
    return walk
  }

  /** Draws gaps until `next` is later than `time`. The numbers are kept out of the object while it walks: that halves the time. */
  private advance(walk: Walk, time: number): void {
    const { period, jitter, runTime } = this.gaps
    const { stream } = walk
    let { earlier, before, last, next } = walk
    while (next <= time) {
      earlier = before
      before = last
      last = next
      const stretched = jitter === 0 ? period : period * (1 + jitter * stream())
      next += Math.max(1, microseconds(stretched + (runTime.constant ?? runTime.sample(stream))))
    }
    walk.earlier = earlier
    walk.before = before
    walk.last = last
    walk.next = next
  }
}
