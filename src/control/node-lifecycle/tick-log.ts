import type { MachineId } from '../../cluster/objects.ts'
import type { World } from '../../cluster/world.ts'
import type { Loop } from '../../kernel/loop.ts'
import type { Instant } from '../../kernel/time.ts'

/** One look at all Nodes, in order of id: when it began, and how far it had come by later instants. */
export interface TickRecord {
  readonly start: Instant
  /** The last Node looked at by `times[i]` is `upTo[i]`; both ascending. Empty: nothing had to be waited for. */
  readonly upTo: MachineId[]
  readonly times: Instant[]
  /** When the Nodes after the last of `upTo` had their turn; NaN while they still wait. */
  rest: Instant
}

/** Ticks kept at least: far more than fit between two heartbeats. */
const KEPT = 64

/** The recent ticks of the monitor, events or not: from them follows when a Node's last heartbeat was first seen. */
export class TickLog {
  private ticks: TickRecord[] = []
  /** Number of the oldest kept tick. */
  base = 0
  /** Ticks of the log begin later than that. */
  readonly since: Instant
  private readonly window: number
  private latest: Instant

  /** Keeps what began less than `window` [µs] before the newest, and at least 64 ticks. */
  constructor(window: number, since: Instant) {
    this.window = window
    this.since = since
    this.latest = since
  }

  /** One more than the number of the newest tick. */
  get end(): number {
    return this.base + this.ticks.length
  }

  at(number: number): TickRecord {
    return this.ticks[number - this.base] as TickRecord
  }

  /** Adds the firings of `loop` up to `time` that were no events. */
  advance(loop: Loop<World>, time: Instant): void {
    for (let next = loop.next(0, this.latest); next <= time; next = loop.next(0, this.latest)) this.add(next).rest = next
  }

  /** Adds a tick that begins now; nobody has had his turn in it. */
  add(start: Instant): TickRecord {
    const tick: TickRecord = { start, upTo: [], times: [], rest: Number.NaN as Instant }
    this.ticks.push(tick)
    this.latest = start
    if (this.ticks.length > 2 * KEPT) this.trim(start)
    return tick
  }

  private trim(now: Instant): void {
    let old = 0
    while (this.ticks.length - old > KEPT && (this.ticks[old + 1] as TickRecord).start < now - this.window) old++
    this.ticks = this.ticks.slice(old)
    this.base += old
  }
}

/** When `machine` had its turn in a tick; NaN when it has not yet had it. */
export function turnOf(tick: TickRecord, machine: MachineId): Instant {
  for (let i = 0; i < tick.upTo.length; i++) if ((tick.upTo[i] as MachineId) >= machine) return tick.times[i] as Instant
  return tick.rest
}

/** `machine` has its turn now. */
export function takeTurn(tick: TickRecord, machine: MachineId, now: Instant): void {
  if (tick.times.at(-1) === now) tick.upTo[tick.upTo.length - 1] = machine
  else {
    tick.upTo.push(machine)
    tick.times.push(now)
  }
}
