import { TICKET_SLOTS, type Ticket } from './queue.ts'

/** A generation is counted in 29 bits: with the slot below them a ticket stays under 2^53. */
const LAST_GENERATION = 2 ** 29 - 1

/**
 * What tickets name. Every pending event has a slot; the slot's generation counts up when an event becomes pending in it and again when
 * that is over: odd means pending, and a ticket of another generation is stale. It begins again after 2^28 uses. A slot is free again
 * only once the queue has dropped the event, and then waits its turn, first-in first-out, so that a generation lasts as long as it can;
 * a slot never used before is taken only when none is free.
 */
export class Slots {
  private generations = new Int32Array(64)
  private used = 0
  /** Free slots: a ring as long as there are generations, so it never overflows. */
  private ring = new Int32Array(64)
  private head = 0
  private count = 0

  /** A slot in which an event is pending from now on. Throws when no ticket could name another one. */
  take(): number {
    const slot = this.count === 0 ? this.fresh() : this.nextFree()
    this.advance(slot)
    return slot
  }

  /** Names the present use of `slot`. */
  ticket(slot: number): Ticket {
    return ((this.generations[slot] as number) * TICKET_SLOTS + slot) as Ticket
  }

  isPending(slot: number): boolean {
    return ((this.generations[slot] as number) & 1) === 1
  }

  /** The event in `slot` is pending no more. */
  end(slot: number): void {
    this.advance(slot)
  }

  /** Ends what `ticket` names. Answers false, and does nothing, when that is over or the ticket names nothing. */
  cancel(ticket: Ticket): boolean {
    const slot = ticket % TICKET_SLOTS
    if (slot < 0 || this.generations[slot] !== Math.floor(ticket / TICKET_SLOTS)) return false
    this.advance(slot)
    return true
  }

  /** The slot, in which nothing is pending, is free again. */
  release(slot: number): void {
    const { ring } = this
    const tail = this.head + this.count
    ring[tail >= ring.length ? tail - ring.length : tail] = slot
    this.count++
  }

  private advance(slot: number): void {
    this.generations[slot] = ((this.generations[slot] as number) + 1) & LAST_GENERATION
  }

  private nextFree(): number {
    const slot = this.ring[this.head] as number
    this.head = this.head + 1 === this.ring.length ? 0 : this.head + 1
    this.count--
    return slot
  }

  private fresh(): number {
    if (this.used === TICKET_SLOTS) throw new RangeError(`Expected at most ${TICKET_SLOTS} pending events`)
    if (this.used === this.ring.length) {
      const grown = new Int32Array(2 * this.used)
      grown.set(this.generations)
      this.generations = grown
      this.ring = new Int32Array(2 * this.used)
      this.head = 0
    }
    return this.used++
  }
}
