import type { EventQueue, Ticket } from './queue.ts'
import { FreeSlots, generationOf, isPending, nextGeneration, slotOf, ticketOf } from './slots.ts'

/** Numbers in the record of a slot: sequence, subject, detail, generation. Side by side they are one cache line to fetch, not four. */
const RECORD = 4
const SUBJECT = 1
const DETAIL = 2
const GENERATION = 3

/**
 * The event queue over typed-array columns: a binary heap of (time, slot), everything else of an event stays in the record of its slot.
 * `push` and `pop` are O(log n) and allocate nothing once the columns have grown; `cancel` is O(1), the heap entry is dropped
 * when it surfaces. After a pop the root stays vacant, for most handlers push: the next push sinks from there and saves one repair.
 */
export class ColumnQueue<Kind> implements EventQueue<Kind> {
  time = 0
  sequence = 0
  subject = 0
  detail = 0
  size = 0

  /** Heap entries, the vacant root and cancelled events included. */
  private heapSize = 0
  private vacant = false
  private times = new Float64Array(64)
  private heapSlots = new Int32Array(64)

  private records = new Float64Array(64 * RECORD)
  /** The kind that is or was last pending in each slot; not cleared, for kinds live as long as the run. */
  private readonly kinds: Kind[] = []
  private readonly free = new FreeSlots()

  get nextTime(): number {
    if (this.vacant) this.closeRoot()
    while (this.heapSize > 0) {
      const slot = this.heapSlots[0] as number
      if (isPending(this.records[slot * RECORD + GENERATION] as number)) return this.times[0] as number
      this.closeRoot()
      this.free.release(slot)
    }
    return Number.POSITIVE_INFINITY
  }

  push(time: number, sequence: number, kind: Kind, subject: number, detail: number): Ticket {
    const slot = this.free.take()
    if (slot >= this.times.length) this.grow(this.free.capacity)
    const { records } = this
    const at = slot * RECORD
    records[at] = sequence
    records[at + SUBJECT] = subject
    records[at + DETAIL] = detail
    const generation = nextGeneration(records[at + GENERATION] as number)
    records[at + GENERATION] = generation
    this.kinds[slot] = kind
    this.size++
    if (this.vacant) {
      this.vacant = false
      this.sink(time, sequence, slot)
    } else {
      this.rise(this.heapSize++, time, sequence, slot)
    }
    return ticketOf(slot, generation)
  }

  pop(): Kind {
    const time = this.nextTime
    if (time === Number.POSITIVE_INFINITY) throw new RangeError('Expected a pending event')
    const slot = this.heapSlots[0] as number
    const { records } = this
    const at = slot * RECORD
    this.time = time
    this.sequence = records[at] as number
    this.subject = records[at + SUBJECT] as number
    this.detail = records[at + DETAIL] as number
    records[at + GENERATION] = nextGeneration(records[at + GENERATION] as number)
    this.free.release(slot)
    this.vacant = true
    this.size--
    return this.kinds[slot] as Kind
  }

  cancel(ticket: Ticket): boolean {
    const slot = slotOf(ticket)
    const generation = generationOf(ticket)
    const at = slot * RECORD + GENERATION
    if (slot < 0 || this.records[at] !== generation) return false
    this.records[at] = nextGeneration(generation)
    this.size--
    return true
  }

  /** Fills the root with the last entry. */
  private closeRoot(): void {
    this.vacant = false
    const last = --this.heapSize
    if (last === 0) return
    const slot = this.heapSlots[last] as number
    this.sink(this.times[last] as number, this.records[slot * RECORD] as number, slot)
  }

  /** Puts an entry into the hole at `start` or above it. */
  private rise(start: number, time: number, sequence: number, slot: number): void {
    const { times, heapSlots, records } = this
    let hole = start
    while (hole > 0) {
      const parent = (hole - 1) >> 1
      const parentTime = times[parent] as number
      const parentSlot = heapSlots[parent] as number
      if (parentTime <= time && (parentTime < time || (records[parentSlot * RECORD] as number) < sequence)) break
      times[hole] = parentTime
      heapSlots[hole] = parentSlot
      hole = parent
    }
    times[hole] = time
    heapSlots[hole] = slot
  }

  /** Puts an entry into the hole at the root or below it. */
  private sink(time: number, sequence: number, slot: number): void {
    const { times, heapSlots, records, heapSize } = this
    let hole = 0
    for (let child = 1; child < heapSize; child = 2 * hole + 1) {
      let childTime = times[child] as number
      if (child + 1 < heapSize) {
        const rightTime = times[child + 1] as number
        if (rightTime <= childTime && (rightTime < childTime || this.precedes(child + 1, child))) {
          child++
          childTime = rightTime
        }
      }
      const childSlot = heapSlots[child] as number
      if (time <= childTime && (time < childTime || sequence < (records[childSlot * RECORD] as number))) break
      times[hole] = childTime
      heapSlots[hole] = childSlot
      hole = child
    }
    times[hole] = time
    heapSlots[hole] = slot
  }

  /** Of two heap entries of one instant: whether the first has the smaller sequence. */
  private precedes(one: number, other: number): boolean {
    const { heapSlots, records } = this
    return (records[(heapSlots[one] as number) * RECORD] as number) < (records[(heapSlots[other] as number) * RECORD] as number)
  }

  private grow(length: number): void {
    this.times = widen(this.times, new Float64Array(length))
    this.heapSlots = widen(this.heapSlots, new Int32Array(length))
    this.records = widen(this.records, new Float64Array(length * RECORD))
  }
}

function widen<Column extends { set(from: Column): void }>(from: Column, to: Column): Column {
  to.set(from)
  return to
}
