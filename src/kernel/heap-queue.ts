import FastPriorityQueue from 'fastpriorityqueue'
import type { EventQueue, Ticket } from './queue.ts'
import { Slots } from './slots.ts'

/** One pending event; the object stays with its slot and is used again. */
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
 * The event queue over the package `fastpriorityqueue`: a binary heap of objects. Same order as `ColumnQueue`.
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
  /** After a pop the top stays until the next push replaces it. */
  private vacant = false

  get nextTime(): number {
    if (this.vacant) {
      this.vacant = false
      this.heap.poll()
    }
    for (let top = this.heap.peek(); top !== undefined; top = this.heap.peek()) {
      if (this.slots.isPending(top.slot)) return top.time
      this.heap.poll()
      this.slots.release(top.slot)
    }
    return Number.POSITIVE_INFINITY
  }

  push(time: number, sequence: number, kind: Kind, subject: number, detail: number): Ticket {
    const entry = this.entry(this.slots.take())
    entry.time = time
    entry.sequence = sequence
    entry.kind = kind
    entry.subject = subject
    entry.detail = detail
    this.size++
    if (this.vacant) {
      this.vacant = false
      this.heap.replaceTop(entry)
    } else {
      this.heap.add(entry)
    }
    return this.slots.ticket(entry.slot)
  }

  pop(): Kind {
    const time = this.nextTime
    const top = this.heap.peek()
    if (top === undefined) throw new RangeError('Expected a pending event')
    this.time = time
    this.sequence = top.sequence
    this.subject = top.subject
    this.detail = top.detail
    this.slots.end(top.slot)
    this.slots.release(top.slot)
    this.vacant = true
    this.size--
    return top.kind as Kind
  }

  cancel(ticket: Ticket): boolean {
    if (!this.slots.cancel(ticket)) return false
    this.size--
    return true
  }

  private entry(slot: number): Entry<Kind> {
    const known = this.entries[slot]
    if (known !== undefined) return known
    const entry = { time: 0, sequence: 0, kind: undefined, subject: 0, detail: 0, slot }
    this.entries[slot] = entry
    return entry
  }
}
