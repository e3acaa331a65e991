/** Names one scheduled event: slot number plus the slot's generation, so an old ticket never hits a new event. */
export type Ticket = number & { readonly unit: 'ticket' }

/**
 * The future event set. Events leave in order of (time, sequence); sequences of pending events are distinct.
 * `pop` leaves the event's columns in the public fields, so nothing is allocated per event.
 */
export interface EventQueue<Kind> {
  /** Time of the event popped last [µs]. */
  readonly time: number
  /** Sequence of the event popped last. */
  readonly sequence: number
  /** Subject of the event popped last. */
  readonly subject: number
  /** Detail of the event popped last. */
  readonly detail: number
  /** Events pending, cancelled ones excluded. */
  readonly size: number
  /** Time of the next event [µs], `Infinity` when there is none. */
  readonly nextTime: number
  push(time: number, sequence: number, kind: Kind, subject: number, detail: number): Ticket
  /** Removes the next event and returns its kind. Throws when there is none. */
  pop(): Kind
  /** The event will not happen. Answers false, and does nothing, when it already has or was cancelled before. */
  cancel(ticket: Ticket): boolean
}

/** Slots a ticket can name; the generation counts above it. */
export const TICKET_SLOTS = 2 ** 24

/** The ticket that names nothing. */
export const NO_TICKET = -1 as Ticket
