import { HeapQueue } from '../../src/kernel/heap-queue.ts'
import type { EventQueue, Ticket } from '../../src/kernel/queue.ts'
import { Random } from '../../src/kernel/random.ts'

const LOW = 2 ** 22
/** The first sequence of early events; those of loops are below. */
const EARLIEST = -(LOW ** 2)

/**
 * An event queue that lets the ordinary events of one instant, and the early ones before them, leave in an order of its own, drawn by address, rather than in that in
 * which they were scheduled. Whatever an event causes at its own instant is scheduled when it is handled, hence still comes after it; and firings of loops keep the
 * place that they have by rank.
 */
export class ShuffledQueue<Kind> implements EventQueue<Kind> {
  /** Events that left at the instant of the one before, in another order than that of their scheduling. */
  overtaken = 0
  private readonly queue = new HeapQueue<Kind>()
  private readonly random: Random
  private readonly scheduled = new Map<number, number>()
  private lastTime = Number.NaN
  private lastScheduled = 0

  constructor(seed: string) {
    this.random = new Random(seed, 0)
  }

  get time(): number {
    return this.queue.time
  }

  get sequence(): number {
    return this.queue.sequence
  }

  get subject(): number {
    return this.queue.subject
  }

  get detail(): number {
    return this.queue.detail
  }

  get size(): number {
    return this.queue.size
  }

  get nextTime(): number {
    return this.queue.nextTime
  }

  push(time: number, sequence: number, kind: Kind, subject: number, detail: number): Ticket {
    const place = this.placeOf(sequence)
    if (sequence >= EARLIEST) this.scheduled.set(place, sequence)
    return this.queue.push(time, place, kind, subject, detail)
  }

  pop(): Kind {
    const kind = this.queue.pop()
    const { time, sequence } = this.queue
    const scheduled = this.scheduled.get(sequence)
    if (scheduled === undefined) return kind
    this.scheduled.delete(sequence)
    if (time === this.lastTime && scheduled < this.lastScheduled) this.overtaken++
    this.lastTime = time
    this.lastScheduled = scheduled
    return kind
  }

  cancel(ticket: Ticket): boolean {
    return this.queue.cancel(ticket)
  }

  private placeOf(sequence: number): number {
    if (sequence < EARLIEST) return sequence
    const from = sequence < 0 ? EARLIEST : 0
    return from + Math.floor(this.random.draw('tie', '', sequence) * LOW) * LOW + ((sequence - from) % LOW)
  }
}
