import { TICKET_SLOTS, type Ticket } from './queue.ts'

/** A generation is counted in 29 bits: with the slot below them a ticket stays under 2^53. */
const LAST_GENERATION = 2 ** 29 - 1

/**
 * The generation of a slot counts up when something becomes pending in it and again when that is over: odd means pending, and a ticket of
 * another generation is stale. It begins again after 2^28 uses.
 */
export const nextGeneration = (generation: number): number => (generation + 1) & LAST_GENERATION

/** Whether something is pending in a slot of this generation. */
export const isPending = (generation: number): boolean => (generation & 1) === 1

/** Names the present use of a slot. */
export const ticketOf = (slot: number, generation: number): Ticket => (generation * TICKET_SLOTS + slot) as Ticket

/** The generation that a ticket names. */
export const generationOf = (ticket: Ticket): number => Math.floor(ticket / TICKET_SLOTS)

/** The slot that a ticket names; negative for the ticket that names nothing. */
export const slotOf = (ticket: Ticket): number => ticket % TICKET_SLOTS

/**
 * Numbers of free slots, handed out first-in first-out, so that a generation lasts as long as it can; a slot never used before is taken
 * only when none is free.
 */
export class FreeSlots {
  /** Slots that fit: columns this long hold them all. */
  capacity = 64
  private used = 0
  /** A ring as long as the columns, so it never overflows. */
  private ring = new Int32Array(64)
  private head = 0
  private count = 0

  /** A free slot; `capacity` may have doubled afterwards. Throws when a ticket could not name it. */
  take(): number {
    if (this.count === 0) return this.fresh()
    const slot = this.ring[this.head] as number
    this.head = this.head + 1 === this.capacity ? 0 : this.head + 1
    this.count--
    return slot
  }

  /** The slot is free again. */
  release(slot: number): void {
    const tail = this.head + this.count
    this.ring[tail >= this.capacity ? tail - this.capacity : tail] = slot
    this.count++
  }

  private fresh(): number {
    if (this.used === TICKET_SLOTS) throw new RangeError(`Expected at most ${TICKET_SLOTS} pending events`)
    if (this.used === this.capacity) {
      this.capacity *= 2
      this.ring = new Int32Array(this.capacity)
      this.head = 0
    }
    return this.used++
  }
}
