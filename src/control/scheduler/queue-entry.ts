import type { Pod } from '../../cluster/objects.ts'
import type { Decision } from './decide.ts'
import type { Preemption } from './preemption.ts'

/** Where a Pod waits. */
export type Place = 'nowhere' | 'active' | 'backoff' | 'error-backoff' | 'unschedulable' | 'in-flight'

/** A Pod in the scheduling queue (framework.QueuedPodInfo). */
export interface QueueEntry {
  pod: Pod
  place: Place
  /** When it was queued first, or put back last [µs]. */
  timestamp: number
  /** Scheduling cycles so far. */
  attempts: number
  /** Cycles that found no node, and errors since the last such cycle: what the back-off counts from 1.33 on. */
  rejections: number
  errors: number
  /** Bits of the filters that rejected it last; 0 after an error. */
  rejectors: number
  /** Goes up whenever it changes place: older tickets in the heaps are void. */
  ticket: number
  /** What the last attempt found, and the version of the cache it was found at. */
  failure: { readonly version: number; readonly decision: Decision; readonly preemption: Preemption } | null
}

/** A Pod that was never tried. */
export const newEntry = (pod: Pod, timestamp: number): QueueEntry => ({
  pod,
  place: 'nowhere',
  timestamp,
  attempts: 0,
  rejections: 0,
  errors: 0,
  rejectors: 0,
  ticket: 0,
  failure: null,
})

/** An entry's claim in a heap; void once the entry has moved on. */
export interface Ticket {
  readonly entry: QueueEntry
  readonly ticket: number
  readonly priority: number
  readonly timestamp: number
  readonly id: number
  /** Back-off heaps: when the back-off ends [µs]. */
  readonly expiry: number
}

/** The order of the active queue: priority, then the time of queueing, then the Pod's id (queuesort/priority_sort.go, 1.20 … 1.36). */
export function precedes(a: Ticket, b: Ticket): boolean {
  if (a.priority !== b.priority) return a.priority > b.priority
  if (a.timestamp !== b.timestamp) return a.timestamp < b.timestamp
  return a.id < b.id
}

/** The order of the back-off queues: the end of the back-off, then that of the active queue. */
export const expiresBefore = (a: Ticket, b: Ticket): boolean => (a.expiry === b.expiry ? precedes(a, b) : a.expiry < b.expiry)

/** How a Pod's back-off grows. */
export interface Backoff {
  readonly initial: number
  readonly max: number
}

/**
 * How long a Pod is kept back after so many failures [µs]: initial · 2^(failures − 1), at most `max`; before the first failure nothing from 1.33 on,
 * `initial` up to 1.32. pkg/scheduler/internal/queue/scheduling_queue.go:calculateBackoffDuration, backend/queue/backoff_queue.go.
 */
export function backoffDuration(failures: number, { initial, max }: Backoff, minor: number): number {
  if (failures === 0 && minor >= 33) return 0
  return Math.min(initial * 2 ** Math.min(Math.max(0, failures - 1), 40), max)
}

/** What the back-off counts: attempts up to 1.32; from 1.33 on errors in a row, else rejections (KEP-5142). */
export function failuresOf({ attempts, errors, rejections }: QueueEntry, minor: number): number {
  if (minor < 33) return attempts
  return errors > 0 ? errors : rejections
}
