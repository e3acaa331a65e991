import type { Distribution } from '../kernel/distribution.ts'
import type { Random, Uniform } from '../kernel/random.ts'
import { type Instant, microseconds, NEVER } from '../kernel/time.ts'
import type { Slowness } from './slowness.ts'

/** A heartbeat as the control plane can know it: sent, and visible in the controller manager's cache. */
export interface Heartbeat {
  readonly sent: Instant
  readonly visible: Instant
}

/** Timeout of the heartbeat client [µs] (cmd/kubelet/app/server.go, 1.20 … 1.36). */
const TIMEOUT_US = 10_000_000
/** Tries one after the other, then pauses that double up to 7 s (component-helpers apimachinery/lease/controller.go, 1.20 … 1.36). */
const TRIES = 5
const FIRST_PAUSE_US = 200_000
const LONGEST_PAUSE_US = 7_000_000

/** The pause after so many failed tries of a heartbeat before this one [µs]. */
export const pauseAfter = (failures: number): number =>
  failures + 1 < TRIES ? 0 : Math.min(FIRST_PAUSE_US * 2 ** Math.min(failures + 1 - TRIES, 10), LONGEST_PAUSE_US)

/** What paces one heartbeat loop of one kubelet; times in µs. */
export interface Pace {
  /** From the end of one call to the next, before jitter. */
  readonly period: number
  /** Greatest share of the period that is added at random. */
  readonly jitter: number
  /** A firing sends a heartbeat only when the last one is this old; 0: always. */
  readonly report: number
  readonly call: Distribution
  readonly watch: Distribution
}

const draw = (distribution: Distribution, stream: Uniform): number =>
  Math.max(1, microseconds(distribution.constant ?? distribution.sample(stream)))

/**
 * The firings of one heartbeat loop from one start of its kubelet to the next, walked only as far as somebody asks: sliding, each gap being the
 * period, its jitter, and the duration of the call.
 */
export class HeartbeatWalk {
  /** The next firing, if the kubelet still runs then. */
  next: Instant
  /** The last instant at which it may fire. */
  end: Instant = NEVER
  private readonly pace: Pace
  private readonly random: Random
  private readonly purpose: string
  private readonly entity: string
  /** Made by the first firing: in a large cluster most loops are never asked for. */
  private stream: Uniform | undefined
  /** From when on a firing sends a heartbeat. */
  private due = Number.NEGATIVE_INFINITY
  /** Sent and not known to be outdated, oldest first. */
  private readonly sent: Heartbeat[] = []
  /** Tries of the present heartbeat that took too long. */
  private failures = 0
  private readonly slowness: Slowness

  /** The kept generator is that of (`purpose`, `entity`); the first firing is at `first`, which may lie in the past. */
  constructor(pace: Pace, random: Random, purpose: string, entity: string, first: Instant, slowness: Slowness) {
    this.pace = pace
    this.slowness = slowness
    this.random = random
    this.purpose = purpose
    this.entity = entity
    this.next = first
  }

  /** Replaces the wait for the next heartbeat after the first one by `wait` [µs]. */
  displace(wait: number): void {
    this.advance(this.next)
    this.due = (this.sent.at(-1)?.sent ?? this.next) + wait
  }

  /** Lets every firing due by `time` happen. */
  advance(time: Instant): void {
    const until = Math.min(time, this.end)
    while (this.next <= until) this.fire()
  }

  /** The newest heartbeat visible at `time`, which must not be earlier than in the call before. */
  seen(time: Instant): Heartbeat | null {
    this.advance(time)
    while (this.sent[1] !== undefined && this.sent[1].visible <= time) this.sent.shift()
    const oldest = this.sent[0]
    return oldest !== undefined && oldest.visible <= time ? oldest : null
  }

  /** Whether nothing will be seen after `time` (as for `seen`): the loop has ended and all it sent has arrived. */
  over(time: Instant): boolean {
    return this.end !== NEVER && this.seen(time) === (this.sent.at(-1) ?? null)
  }

  private fire(): void {
    const { period, jitter, report, call, watch } = this.pace
    this.stream ??= this.random.stream(this.purpose, this.entity)
    const sent = this.next
    const slowing = this.slowness.writesAt(sent)
    const time = draw(slowing?.latency ?? call, this.stream) * (slowing?.factor ?? 1)
    if (slowing !== null && time > TIMEOUT_US) {
      this.next = (sent + TIMEOUT_US + pauseAfter(this.failures++)) as Instant
      return
    }
    this.failures = 0
    const answered = sent + Math.round(time)
    if (sent >= this.due) {
      const visible = Math.max(this.sent.at(-1)?.visible ?? answered, answered + draw(watch, this.stream)) as Instant
      this.sent.push({ sent, visible })
      this.due = report === 0 ? this.due : answered + report
    }
    const stretched = jitter === 0 ? period : period * (1 + jitter * this.stream())
    this.next = (answered + microseconds(stretched)) as Instant
  }
}
