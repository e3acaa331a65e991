import { FarEvents, FEW } from './far-events.ts'
import { NearHeap } from './near-heap.ts'
import type { EventQueue, Ticket } from './queue.ts'
import { Slots } from './slots.ts'

/** The least number of events that are too many for the heap alone. Twice `FEW`, so that a queue at the limit does not flap. */
const MANY = 2 * FEW

/**
 * The event queue over typed-array columns, in two levels: a heap of the events that come next, and buckets of those that come later. When
 * the heap runs empty, the next bucket is poured into it. With few events pending there is the heap alone.
 * `push` and `pop` are amortised O(log n) at worst, and nearly constant when times are spread; they allocate nothing once the columns have
 * grown. `cancel` is O(1): the entry is dropped when it surfaces, or when the cancelled ones outnumber the pending ones.
 */
export class ColumnQueue<Kind> implements EventQueue<Kind> {
  time = 0
  sequence = 0
  subject = 0
  detail = 0
  size = 0

  private readonly slots = new Slots()
  private readonly near = new NearHeap<Kind>()
  private readonly far = new FarEvents<Kind>(this.slots)
  /** Entries that the heap may have before everything is rearranged. */
  private mostNear = MANY

  get nextTime(): number {
    const { near, far, slots } = this
    near.settle()
    for (;;) {
      while (near.size > 0) {
        const slot = near.firstSlot
        if (slots.isPending(slot)) return near.firstTime
        near.removeFirst()
        slots.release(slot)
      }
      if (far.count === 0) return Number.POSITIVE_INFINITY
      this.pour()
    }
  }

  push(time: number, sequence: number, kind: Kind, subject: number, detail: number): Ticket {
    const slot = this.slots.take()
    this.size++
    if (this.far.admits(time)) {
      this.far.push(time, sequence, kind, subject, detail, slot)
    } else {
      this.near.push(time, sequence, kind, subject, detail, slot)
      if (this.near.size > this.mostNear) this.rearrange()
    }
    return this.slots.ticket(slot)
  }

  pop(): Kind {
    const time = this.nextTime
    if (time === Number.POSITIVE_INFINITY) throw new RangeError('Expected a pending event')
    const { near, slots } = this
    const slot = near.firstSlot
    this.time = time
    this.sequence = near.firstSequence
    this.subject = near.firstSubject
    this.detail = near.firstDetail
    slots.end(slot)
    slots.release(slot)
    this.size--
    near.vacate()
    return near.firstKind
  }

  cancel(ticket: Ticket): boolean {
    if (!this.slots.cancel(ticket)) return false
    this.size--
    if (this.near.size + this.far.count > 2 * this.size + MANY) this.rearrange()
    return true
  }

  /**
   * Fills the heap, which is empty, from the next bucket. It may then grow to twice its entries, or a share of all, before everything is
   * rearranged: however the times lie, that work stays in proportion to the events pushed.
   */
  private pour(): void {
    const { near, far } = this
    far.pour(near)
    this.mostNear = Math.max(MANY, 2 * near.size, far.count >> 3)
  }

  /** Sorts all entries into buckets anew and drops the cancelled ones. */
  private rearrange(): void {
    const { near, far, slots } = this
    far.gather()
    near.settle()
    for (; near.size > 0; near.removeFirst()) {
      const slot = near.firstSlot
      if (slots.isPending(slot)) far.push(near.firstTime, near.firstSequence, near.firstKind, near.firstSubject, near.firstDetail, slot)
      else slots.release(slot)
    }
    this.pour()
  }
}
