import { NO_TICKET, type Ticket } from '../kernel/queue.ts'
import type { Instant } from '../kernel/time.ts'
import { progressOf, type Round, roundOf } from './resting.ts'
import { workTime } from './slowness.ts'
import { TokenBucket } from './token-bucket.ts'
import type { Kind, Run } from './world.ts'

/** Default controller limiter: 5 ms · 2^failures up to 1000 s, and 10/s with burst 100 over the whole queue (default_rate_limiters.go, 1.20 … 1.36). */
const BASE_DELAY_US = 5_000
const MAX_DELAY_US = 1_000_000_000
const OVERALL_QPS = 10
const OVERALL_BURST = 100
/** A check that has nothing to do takes no longer than this [µs] (model), so that checks limited to 10/s never wait for one another. */
const LONGEST_CHECK_US = 90_000

/** A back-off of its own, for queues that do not use the default one [µs]. */
export interface ItemBackoff {
  readonly base: number
  readonly max: number
}

/**
 * client-go's work queue with its workers: a key waits once however often it is added, is never processed by two workers at a time, and is queued again
 * when it was added while in process. A free worker starts a sync `computation` after it takes the key: the kind `sync` runs then and must
 * call `done(run, key)` when the sync has ended, API calls included.
 * While all that waits are idle checks at the pace of the overall limiter, none of them is an event, unless the run is unelided. Triggers: every call that
 * adds a key or stops the queue first works out how far they have come.
 * client-go util/workqueue; kubernetes-semantics §0.2.
 */
export class WorkQueue<Key extends number = number> {
  private readonly name: string
  private readonly workers: number
  private readonly sync: Kind<Key>
  private readonly later: Kind<Key>
  private readonly limiter: TokenBucket
  private readonly backoff: ItemBackoff
  private queue: Key[] = []
  private head = 0
  private busy = 0
  private readonly identity: (run: Run, key: Key) => string
  private readonly syncs = new Map<Key, number>()
  private readonly dirty = new Set<Key>()
  private readonly processing = new Map<Key, Ticket>()
  private readonly failures = new Map<Key, number>()
  private readonly due = new Map<Key, { readonly time: number; readonly ticket: Ticket }>()
  /** Keys whose delay ends in a check that will have nothing to do, unless they are added before. */
  private readonly idle = new Set<Key>()
  private readonly checking = new Set<Key>()
  private resting: Round<Key> | null = null

  /**
   * `later` must be a kind whose handler calls `arrive(run, key)`: it carries `addAfter`. `identity` answers the stable identity of a key (an object's `key`), which the
   * draws of its syncs are addressed by.
   */
  constructor(
    name: string,
    workers: number,
    sync: Kind<Key>,
    later: Kind<Key>,
    identity: (run: Run, key: Key) => string,
    backoff: ItemBackoff = { base: BASE_DELAY_US, max: MAX_DELAY_US },
  ) {
    this.identity = identity
    this.name = name
    this.workers = workers
    this.sync = sync
    this.later = later
    this.backoff = backoff
    this.limiter = new TokenBucket(OVERALL_QPS, OVERALL_BURST)
  }

  /** Keys that wait for a worker. */
  get length(): number {
    return this.queue.length - this.head
  }

  add(run: Run, key: Key): void {
    this.wake(run)
    this.idle.delete(key)
    if (this.dirty.has(key)) return
    this.dirty.add(key)
    if (this.processing.has(key)) return
    this.queue.push(key)
    this.startWorkers(run)
  }

  /** Adds after a delay [µs]; of several delays of one key the earliest counts. */
  addAfter(run: Run, key: Key, delay: number): void {
    this.wake(run)
    if (delay <= 0) {
      this.add(run, key)
      return
    }
    const time = run.now + delay
    const waiting = this.due.get(key)
    if (waiting !== undefined) {
      if (waiting.time <= time) return
      run.cancel(waiting.ticket)
    }
    this.due.set(key, { time, ticket: run.after(delay, this.later, key) })
  }

  /** The handler of `later` calls this: a delay is over. */
  arrive(run: Run, key: Key): void {
    this.due.delete(key)
    if (this.idle.has(key)) this.checking.add(key)
    this.add(run, key)
  }

  /** The process of the queue has died: no sync starts and no delay ends any more. */
  stop(run: Run): void {
    this.resting = null
    for (const ticket of this.processing.values()) run.cancel(ticket)
    for (const { ticket } of this.due.values()) run.cancel(ticket)
  }

  /** The sync of `key` asks to be repeated after the back-off of a first failure, and will have nothing to do then either unless the key is added before. */
  checkAgain(run: Run, key: Key): void {
    this.addRateLimited(run, key)
    this.idle.add(key)
  }

  /** Adds after the key's back-off: the longer of its own and of the overall limiter's. */
  addRateLimited(run: Run, key: Key): void {
    this.wake(run)
    const failures = this.failures.get(key) ?? 0
    this.failures.set(key, failures + 1)
    const own = Math.min(this.backoff.base * 2 ** Math.min(failures, 40), this.backoff.max)
    const overall = this.limiter.reserve(run.now) - run.now
    run.released('back-off')
    this.addAfter(run, key, Math.max(own, overall))
  }

  /** The key's sync succeeded: its next failure is its first. */
  forget(key: Key): void {
    this.failures.delete(key)
  }

  /** Failures in a row. */
  retries(key: Key): number {
    return this.failures.get(key) ?? 0
  }

  /** The sync of `key` has ended; its worker is free. */
  done(run: Run, key: Key): void {
    this.processing.delete(key)
    this.busy--
    if (this.dirty.has(key)) this.queue.push(key)
    this.startWorkers(run)
    this.rest(run)
  }

  /** Takes idle checks out of the queue of events when nothing else is going on. */
  private rest(run: Run): void {
    if (run.world.elision === 'unelided' || this.busy > 0 || this.length > 0 || this.idle.size === 0) return
    const waiting = [...this.due].map(([key, { time }]) => ({ key, at: time }))
    if (!waiting.every(({ key }) => this.idle.has(key))) return
    this.resting = roundOf(waiting, this.limiter.period, this.limiter.last)
    if (this.resting === null) return
    for (const { ticket } of this.due.values()) run.cancel(ticket)
    this.due.clear()
  }

  /** Puts checks that were left out back to where they would be by now. */
  private wake(run: Run): void {
    if (this.resting === null) return
    const { keys } = this.resting
    const { begun, last, due } = progressOf(this.resting, run.now)
    this.resting = null
    for (const [k, key] of keys.entries()) this.syncs.set(key, (this.syncs.get(key) ?? 0) + (begun[k] as number))
    const total = begun.reduce((sum, count) => sum + count, 0)
    const end =
      last === null ? Number.NEGATIVE_INFINITY : last.at + this.computation(run, last.key, (this.syncs.get(last.key) as number) - 1, true)
    const busy = last !== null && end >= run.now
    this.limiter.skip(busy ? total - 1 : total)
    for (const { key, at } of busy ? due.slice(0, -1) : due) this.due.set(key, { time: at, ticket: run.at(at as Instant, this.later, key) })
    if (!busy) return
    this.idle.delete(last.key)
    this.busy = 1
    this.processing.set(last.key, run.at(end as Instant, this.sync, last.key))
  }

  private computation(run: Run, key: Key, n: number, checks: boolean): number {
    const drawn = workTime(run, 'sync', 'controller-sync', 'sync', `${this.name}|${this.identity(run, key)}`, n)
    return Math.max(1, checks ? Math.min(drawn, LONGEST_CHECK_US) : drawn)
  }

  private startWorkers(run: Run): void {
    while (this.busy < this.workers && this.head < this.queue.length) {
      const key = this.queue[this.head++] as Key
      if (this.head > 1024 && this.head * 2 > this.queue.length) {
        this.queue = this.queue.slice(this.head)
        this.head = 0
      }
      this.dirty.delete(key)
      this.processing.set(key, NO_TICKET)
      this.busy++
      const syncs = this.syncs.get(key) ?? 0
      this.syncs.set(key, syncs + 1)
      this.processing.set(key, run.after(this.computation(run, key, syncs, this.checking.delete(key)), this.sync, key))
    }
  }
}
