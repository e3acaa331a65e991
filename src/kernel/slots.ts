import { TICKET_SLOTS, type Ticket } from './queue.ts'

/** A generation is counted in 29 bits: with the slot above them a ticket stays below 2^53. It begins again after that many uses. */
const LAST_GENERATION = 2 ** 29 - 1

/**
 * Hands out slot numbers and takes them back. Slots are reused first-in first-out, so that a generation lasts as long as it can; a slot
 * never used before is taken only when none is free.
 */
export class Slots {
  /** Slots that exist: columns this long hold them all. */
  capacity = 64
  private used = 0
  private generations = new Uint32Array(64)
  /** A ring of free slots; as long as the columns, so it never overflows. */
  private free = new Int32Array(64)
  private head = 0
  private count = 0

  /** A free slot; `capacity` may have doubled afterwards. Throws when a ticket could not name it. */
  take(): number {
    if (this.count === 0) return this.fresh()
    const slot = this.free[this.head] as number
    this.head = this.head + 1 === this.capacity ? 0 : this.head + 1
    this.count--
    return slot
  }

  /** The slot is free again, and tickets that name it are stale. */
  release(slot: number): void {
    this.generations[slot] = ((this.generations[slot] as number) + 1) & LAST_GENERATION
    const tail = this.head + this.count
    this.free[tail >= this.capacity ? tail - this.capacity : tail] = slot
    this.count++
  }

  /** The ticket of the present use of `slot`. */
  ticket(slot: number): Ticket {
    return ((this.generations[slot] as number) * TICKET_SLOTS + slot) as Ticket
  }

  /** The slot that `ticket` names, or −1 when that use of it is over. */
  slotOf(ticket: Ticket): number {
    if (ticket < 0) return -1
    const slot = ticket % TICKET_SLOTS
    return this.generations[slot] === (ticket - slot) / TICKET_SLOTS ? slot : -1
  }

  private fresh(): number {
    if (this.used === TICKET_SLOTS) throw new RangeError(`Expected fewer than ${TICKET_SLOTS} pending events`)
    if (this.used === this.capacity) {
      this.capacity *= 2
      const generations = new Uint32Array(this.capacity)
      generations.set(this.generations)
      this.generations = generations
      this.free = new Int32Array(this.capacity)
      this.head = 0
    }
    return this.used++
  }
}
