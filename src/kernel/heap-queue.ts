import FastPriorityQueue from 'fastpriorityqueue'
import type { EventQueue, Ticket } from './queue.ts'
import { Slots } from './slots.ts'

/** One pending event; the object stays with its slot and is used again. `kind` is undefined when nothing is pending here. */
interface Entry<Kind> {
  time: number
  sequence: number
  kind: Kind | undefined
  subject: number
  detail: number
  readonly slot: number
}

/** FastPriorityQueue is not stable, so the order must be total in itself. */
const precedes = (a: Entry<unknown>, b: Entry<unknown>): boolean => a.time < b.time || (a.time === b.time && a.sequence < b.sequence)

/**
 * The event queue over the package `fastpriorityqueue`: a binary heap of objects. Same order and same tickets as `ColumnQueue`.
 * Cancelling only marks the entry, which is dropped when it surfaces: `removeOne` would search the whole heap.
 */
export class HeapQueue<Kind> implements EventQueue<Kind> {
  time = 0
  sequence = 0
  subject = 0
  detail = 0
  size = 0

  private readonly heap = new FastPriorityQueue<Entry<Kind>>(precedes)
  private readonly entries: Entry<Kind>[] = []
  private readonly slots = new Slots()

  get nextTime(): number {
    for (let top = this.heap.peek(); top !== undefined; top = this.heap.peek()) {
      if (top.kind !== undefined) return top.time
      this.heap.poll()
      this.slots.release(top.slot)
    }
    return Number.POSITIVE_INFINITY
  }

  push(time: number, sequence: number, kind: Kind, subject: number, detail: number): Ticket {
    const slot = this.slots.take()
    let entry = this.entries[slot]
    if (entry === undefined) {
      entry = { time, sequence, kind, subject, detail, slot }
      this.entries[slot] = entry
    } else {
      entry.time = time
      entry.sequence = sequence
      entry.kind = kind
      entry.subject = subject
      entry.detail = detail
    }
    this.heap.add(entry)
    this.size++
    return this.slots.ticket(slot)
  }

  pop(): Kind {
    for (let top = this.heap.poll(); top !== undefined; top = this.heap.poll()) {
      this.slots.release(top.slot)
      if (top.kind === undefined) continue
      this.time = top.time
      this.sequence = top.sequence
      this.subject = top.subject
      this.detail = top.detail
      const kind = top.kind
      top.kind = undefined
      this.size--
      return kind
    }
    throw new RangeError('Expected a pending event')
  }

  cancel(ticket: Ticket): boolean {
    const slot = this.slots.slotOf(ticket)
    const entry = slot < 0 ? undefined : this.entries[slot]
    if (entry?.kind === undefined) return false
    entry.kind = undefined
    this.size--
    return true
  }
}
