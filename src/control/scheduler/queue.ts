import FastPriorityQueue from 'fastpriorityqueue'
import type { Pod } from '../../cluster/objects.ts'
import { type ClusterEvent, WILDCARD } from './cluster-event.ts'
import { mayRequeue, type Rules } from './hints.ts'
import {
  type Backoff,
  backoffDuration,
  expiresBefore,
  failuresOf,
  newEntry,
  type Place,
  precedes,
  type QueueEntry,
  type Ticket,
} from './queue-entry.ts'

/** What the queue depends on: its release's rules, and what it must tell. */
export interface QueueOptions {
  readonly backoff: Backoff
  readonly rules: Rules
  /** The window of one second that contains `time`, from 1.33 on: its start [µs]. */
  readonly windowStart: (time: number) => number
  /** Whether the Pod may not be queued now: its preemption is under way (PreEnqueue, 1.33 on). */
  readonly gated: (pod: number) => boolean
  /** Someone entered a back-off queue, or became unschedulable: the flush loop of that kind matters. */
  readonly want: (loop: 'backoff' | 'unschedulable') => void
}

/**
 * kube-scheduler's three queues: active, back-off, unschedulable. pkg/scheduler/internal/queue/scheduling_queue.go (1.20), backend/queue
 * (1.32 … 1.36).
 */
export class SchedulingQueue {
  private readonly options: QueueOptions
  private readonly rules: Rules
  private readonly entries = new Map<number, QueueEntry>()
  private readonly active = new FastPriorityQueue<Ticket>(precedes)
  private readonly backoff = new FastPriorityQueue<Ticket>(expiresBefore)
  private readonly errors = new FastPriorityQueue<Ticket>(expiresBefore)
  private readonly unschedulable = new Set<QueueEntry>()
  /** Counts pops; and the count at which Pods were last asked to move. */
  private cycle = 0
  private moveRequestCycle = -1
  /** 1.32 on: what happened while Pods were in flight, and where each came in. */
  private readonly events: ClusterEvent[] = []
  private readonly inFlight = new Map<number, number>()

  constructor(options: QueueOptions) {
    this.options = options
    this.rules = options.rules
  }

  entry(pod: number): QueueEntry | undefined {
    return this.entries.get(pod)
  }

  /** Where a Pod waits. */
  placeOf(pod: number): Place {
    return this.entries.get(pod)?.place ?? 'nowhere'
  }

  /** Pods that wait until something happens. */
  get unschedulablePods(): Iterable<QueueEntry> {
    return this.unschedulable
  }

  /** An unbound Pod has appeared. */
  add(pod: Pod, now: number): void {
    const entry = newEntry(pod, now)
    this.entries.set(pod.id, entry)
    this.toActive(entry)
  }

  /** A Pod that was found unschedulable before this process began to watch it. */
  addUnschedulable(pod: Pod, rejectors: number, since: number): void {
    const entry = newEntry(pod, since)
    entry.rejectors = rejectors
    this.entries.set(pod.id, entry)
    this.toUnschedulable(entry)
  }

  /**
   * A waiting Pod has a new version; with `relevant` changes (labels, spec) it may have become schedulable. In 1.20 no back-off outlasts
   * that, and one that has begun not even the scheduler's own status write (PR #98829, 1.21).
   */
  update(pod: Pod, relevant: boolean, now: number): void {
    const entry = this.entries.get(pod.id)
    if (entry === undefined) return
    entry.pod = pod
    const impatient = this.rules.minor < 21
    if (impatient && entry.place === 'backoff') this.toActive(entry)
    else if (relevant && entry.place === 'unschedulable') {
      entry.failure = null
      if (impatient) this.toActive(entry)
      else this.requeue(entry, now)
    }
  }

  /** The Pod is gone, or bound. */
  delete(pod: number): void {
    const entry = this.entries.get(pod)
    if (entry === undefined) return
    this.leave(entry)
    this.done(pod)
    this.entries.delete(pod)
  }

  /** Takes the next Pod; null when none waits. From 1.33 on an idle scheduler takes Pods out of their back-off, errors excepted (KEP-5142). */
  pop(): QueueEntry | null {
    const entry = take(this.active) ?? (this.rules.minor >= 33 ? take(this.backoff) : null)
    if (entry === null) return null
    this.leave(entry)
    entry.place = 'in-flight'
    entry.attempts++
    this.cycle++
    this.inFlight.set(entry.pod.id, this.events.length)
    return entry
  }

  /** The Pod's cycle has ended well, its binding too. */
  done(pod: number): void {
    this.inFlight.delete(pod)
    if (this.inFlight.size === 0) this.events.length = 0
  }

  /**
   * The Pod's attempt has failed: `rejectors` are the filters that said no, 0 for an error. What happened since it was taken may send it to back-off at once.
   * AddUnschedulableIfNotPresent.
   */
  putBack(entry: QueueEntry, rejectors: number, now: number): void {
    if (this.entries.get(entry.pod.id) !== entry) return
    entry.place = 'nowhere'
    entry.rejectors = rejectors
    entry.timestamp = now
    if (rejectors === 0) entry.errors++
    else {
      entry.errors = 0
      entry.rejections++
    }
    const moved = this.movedMeanwhile(entry)
    this.done(entry.pod.id)
    if (moved && !this.options.gated(entry.pod.id)) this.requeue(entry, now)
    else this.toUnschedulable(entry)
  }

  /** Something happened: moves those unschedulable Pods that it may help. `only` restricts them, `preCheck` is asked up to 1.31. */
  move(
    event: ClusterEvent,
    now: number,
    preCheck: ((pod: Pod) => boolean) | null = null,
    only: ((pod: Pod) => boolean) | null = null,
  ): void {
    for (const entry of [...this.unschedulable]) {
      if (only !== null && !only(entry.pod)) continue
      if (preCheck !== null && !preCheck(entry.pod)) continue
      if (mayRequeue(this.rules, entry, event)) this.requeue(entry, now)
    }
    this.moveRequestCycle = this.cycle
    if (this.rules.minor >= 32 && this.inFlight.size > 0) this.events.push(event)
  }

  /** The back-off loop fires: Pods whose back-off is over become active. */
  flushBackoff(now: number): void {
    for (const heap of [this.backoff, this.errors]) {
      for (let top = peek(heap); top !== null && !this.backingOff(top.entry, now); top = peek(heap)) {
        heap.poll()
        this.toActive(top.entry)
      }
      if (peek(heap) !== null) this.options.want('backoff')
    }
  }

  /** The loop of leftovers fires: Pods that have been unschedulable longer than `max` [µs] are tried again. */
  flushUnschedulable(now: number, max: number): void {
    const old = [...this.unschedulable].filter((entry) => now - entry.timestamp > max)
    for (const entry of old) this.requeue(entry, now)
    if (old.length > 0) this.moveRequestCycle = this.cycle
    if (old.length > 0 && this.rules.minor >= 32 && this.inFlight.size > 0) this.events.push({ action: WILDCARD })
    if (this.unschedulable.size > 0) this.options.want('unschedulable')
  }

  private movedMeanwhile(entry: QueueEntry): boolean {
    if (this.rules.minor < 32) return this.moveRequestCycle >= this.cycle || (entry.rejectors === 0 && this.rules.minor >= 22)
    if (entry.rejectors === 0) return true
    const since = this.inFlight.get(entry.pod.id) ?? this.events.length
    return this.events.slice(since).some((event) => mayRequeue(this.rules, entry, event))
  }

  private requeue(entry: QueueEntry, now: number): void {
    if (this.options.gated(entry.pod.id)) return
    if (this.backingOff(entry, now)) this.toBackoff(entry)
    else this.toActive(entry)
  }

  private expiry(entry: QueueEntry): number {
    const { backoff, windowStart } = this.options
    const { minor } = this.rules
    const end = entry.timestamp + backoffDuration(failuresOf(entry, minor), backoff, minor)
    return minor >= 33 ? windowStart(end) : end
  }

  /** From 1.33 on back-offs end with the one-second window that they end in. */
  private backingOff(entry: QueueEntry, now: number): boolean {
    const { minor } = this.rules
    const { windowStart } = this.options
    if (minor < 33) return this.expiry(entry) > now
    return failuresOf(entry, minor) > 0 && this.expiry(entry) >= windowStart(now)
  }

  private toActive(entry: QueueEntry): void {
    this.enter(entry, 'active')
    this.active.add(ticketOf(entry, 0))
  }

  private toBackoff(entry: QueueEntry): void {
    const failed = entry.rejectors === 0 && this.rules.minor >= 33
    this.enter(entry, failed ? 'error-backoff' : 'backoff')
    const heap = failed ? this.errors : this.backoff
    heap.add(ticketOf(entry, this.expiry(entry)))
    this.options.want('backoff')
  }

  private toUnschedulable(entry: QueueEntry): void {
    this.enter(entry, 'unschedulable')
    this.unschedulable.add(entry)
    this.options.want('unschedulable')
  }

  private enter(entry: QueueEntry, place: Place): void {
    this.leave(entry)
    entry.place = place
  }

  private leave(entry: QueueEntry): void {
    this.unschedulable.delete(entry)
    entry.ticket++
    entry.place = 'nowhere'
  }
}

const ticketOf = (entry: QueueEntry, expiry: number): Ticket => ({
  entry,
  ticket: entry.ticket,
  priority: entry.pod.spec.priority,
  timestamp: entry.timestamp,
  id: entry.pod.id,
  expiry,
})

/** The first ticket that is not void. */
function peek(heap: FastPriorityQueue<Ticket>): Ticket | null {
  for (let top = heap.peek(); top !== undefined; top = heap.peek()) {
    if (top.entry.ticket === top.ticket) return top
    heap.poll()
  }
  return null
}

function take(heap: FastPriorityQueue<Ticket>): QueueEntry | null {
  const top = peek(heap)
  heap.poll()
  return top?.entry ?? null
}
