import type { MachineId } from '../../cluster/objects.ts'
import type { World } from '../../cluster/world.ts'
import type { Loop } from '../../kernel/loop.ts'
import type { Instant } from '../../kernel/time.ts'

/** One look at all Nodes: when it began, and how far it had come by later instants. */
export interface TickRecord {
  readonly start: Instant
  /**
   * Place of a Node in this tick, 0 … 1. Every tick lists the Nodes anew, and a list is the iteration of a Go map: in no order (client-go
   * tools/cache/thread_safe_store.go:List, 1.20 … 1.36).
   */
  readonly place: (machine: MachineId) => number
  /** The place of the last Node looked at by `times[i]` is `upTo[i]`; both ascending. Empty: nothing had to be waited for. */
  readonly upTo: number[]
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
  private readonly place: (machine: MachineId, tick: number) => number
  private latest: Instant

  /** Keeps what began less than `window` [µs] before the newest, and at least 64 ticks; `place` says where a Node comes in the tick of a number. */
  constructor(window: number, since: Instant, place: (machine: MachineId, tick: number) => number) {
    this.window = window
    this.since = since
    this.place = place
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
    const number = this.end
    const tick: TickRecord = { start, place: (machine) => this.place(machine, number), upTo: [], times: [], rest: Number.NaN as Instant }
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
  if (tick.upTo.length === 0) return tick.rest
  const place = tick.place(machine)
  for (let i = 0; i < tick.upTo.length; i++) if ((tick.upTo[i] as number) >= place) return tick.times[i] as Instant
  return tick.rest
}

/** `machine` has its turn now. */
export function takeTurn(tick: TickRecord, machine: MachineId, now: Instant): void {
  const place = tick.place(machine)
  if (tick.times.at(-1) === now) tick.upTo[tick.upTo.length - 1] = place
  else {
    tick.upTo.push(place)
    tick.times.push(now)
  }
}

/** Nodes in the order in which a tick looks at them. */
export function inTurn(tick: TickRecord, machines: Iterable<MachineId>): MachineId[] {
  const placed = Array.from(machines, (machine) => ({ machine, place: tick.place(machine) }))
  return placed.sort((a, b) => a.place - b.place || a.machine - b.machine).map(({ machine }) => machine)
}
