import type { EventQueue, Ticket } from './queue.ts'
import { Slots } from './slots.ts'

/**
 * The event queue over typed-array columns: a binary heap of (time, sequence, slot) whose payloads stay in their slot.
 * `push` and `pop` are O(log n) and allocate nothing once the columns have grown; `cancel` is O(1), the heap entry is dropped
 * when it surfaces.
 */
export class ColumnQueue<Kind> implements EventQueue<Kind> {
  time = 0
  sequence = 0
  subject = 0
  detail = 0
  size = 0

  private heapSize = 0
  private heapTime = new Float64Array(64)
  private heapSequence = new Float64Array(64)
  private heapSlot = new Int32Array(64)

  private kinds: (Kind | undefined)[] = []
  private subjects = new Float64Array(64)
  private details = new Float64Array(64)
  private readonly slots = new Slots()

  get nextTime(): number {
    while (this.heapSize > 0) {
      const slot = this.heapSlot[0] as number
      if (this.kinds[slot] !== undefined) return this.heapTime[0] as number
      this.removeTop()
      this.slots.release(slot)
    }
    return Number.POSITIVE_INFINITY
  }

  push(time: number, sequence: number, kind: Kind, subject: number, detail: number): Ticket {
    const slot = this.slots.take()
    if (slot >= this.subjects.length) this.grow(this.slots.capacity)
    this.kinds[slot] = kind
    this.subjects[slot] = subject
    this.details[slot] = detail
    this.siftUp(this.heapSize++, time, sequence, slot)
    this.size++
    return this.slots.ticket(slot)
  }

  pop(): Kind {
    if (this.nextTime === Number.POSITIVE_INFINITY) throw new RangeError('Expected a pending event')
    const slot = this.heapSlot[0] as number
    this.time = this.heapTime[0] as number
    this.sequence = this.heapSequence[0] as number
    this.subject = this.subjects[slot] as number
    this.detail = this.details[slot] as number
    const kind = this.kinds[slot] as Kind
    this.removeTop()
    this.kinds[slot] = undefined
    this.slots.release(slot)
    this.size--
    return kind
  }

  cancel(ticket: Ticket): boolean {
    const slot = this.slots.slotOf(ticket)
    if (slot < 0 || this.kinds[slot] === undefined) return false
    this.kinds[slot] = undefined
    this.size--
    return true
  }

  private removeTop(): void {
    const last = --this.heapSize
    if (last > 0) {
      this.siftDown(this.heapTime[last] as number, this.heapSequence[last] as number, this.heapSlot[last] as number)
    }
  }

  private siftUp(start: number, time: number, sequence: number, slot: number): void {
    const { heapTime, heapSequence, heapSlot } = this
    let hole = start
    while (hole > 0) {
      const parent = (hole - 1) >> 1
      const parentTime = heapTime[parent] as number
      if (parentTime < time || (parentTime === time && (heapSequence[parent] as number) < sequence)) break
      heapTime[hole] = parentTime
      heapSequence[hole] = heapSequence[parent] as number
      heapSlot[hole] = heapSlot[parent] as number
      hole = parent
    }
    heapTime[hole] = time
    heapSequence[hole] = sequence
    heapSlot[hole] = slot
  }

  private siftDown(time: number, sequence: number, slot: number): void {
    const { heapTime, heapSequence, heapSlot, heapSize } = this
    let hole = 0
    for (let child = 1; child < heapSize; child = 2 * hole + 1) {
      const right = child + 1
      if (right < heapSize) {
        const rightTime = heapTime[right] as number
        const leftTime = heapTime[child] as number
        if (rightTime < leftTime) child = right
        else if (rightTime === leftTime && (heapSequence[right] as number) < (heapSequence[child] as number)) child = right
      }
      const childTime = heapTime[child] as number
      if (time < childTime || (time === childTime && sequence < (heapSequence[child] as number))) break
      heapTime[hole] = childTime
      heapSequence[hole] = heapSequence[child] as number
      heapSlot[hole] = heapSlot[child] as number
      hole = child
    }
    heapTime[hole] = time
    heapSequence[hole] = sequence
    heapSlot[hole] = slot
  }

  private grow(length: number): void {
    this.heapTime = widen(this.heapTime, new Float64Array(length))
    this.heapSequence = widen(this.heapSequence, new Float64Array(length))
    this.heapSlot = widen(this.heapSlot, new Int32Array(length))
    this.subjects = widen(this.subjects, new Float64Array(length))
    this.details = widen(this.details, new Float64Array(length))
  }
}

function widen<Column extends { set(from: Column): void }>(from: Column, to: Column): Column {
  to.set(from)
  return to
}
