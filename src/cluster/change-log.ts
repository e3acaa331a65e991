import { type Instant, plus } from '../kernel/time.ts'
import type { ApiObject } from './objects.ts'
import type { Process } from './process.ts'
import { workTime } from './slowness.ts'
import type { Kind, Run } from './world.ts'

/** One write of one object, as a watch reports it. `before` absent: created; `after` absent: gone. */
export interface Change<Object extends ApiObject = ApiObject> {
  readonly before: Object | undefined
  readonly after: Object | undefined
  readonly resourceVersion: number
  readonly time: Instant
}

/** The object a change is about, whichever side it is on. */
export const subjectOf = <Object extends ApiObject>(change: Change<Object>): Object => (change.after ?? change.before) as Object

/** Told of each delivered change, after the process' cache holds it; `before` is what the cache held. */
export type ChangeHandler<Object extends ApiObject> = (run: Run, process: Process, change: Change<Object>) => void

/** The changes of one kind (or of the Pods of one machine) in resourceVersion order, as far back as its slowest watch has read. */
export class ChangeLog<Object extends ApiObject> {
  readonly watches: Watch<Object>[] = []
  private entries: Change<Object>[] = []
  private base = 0

  /** Position after the newest change. */
  get end(): number {
    return this.base + this.entries.length
  }

  at(position: number): Change<Object> {
    return this.entries[position - this.base] as Change<Object>
  }

  append(run: Run, change: Change<Object>): void {
    if (this.watches.length === 0) {
      this.base++
      return
    }
    this.entries.push(change)
    for (const watch of this.watches) watch.notify(run)
  }

  /** Forgets what every watch has read; amortised O(1) per change. */
  trim(): void {
    let slowest = this.end
    for (const watch of this.watches) if (watch.position < slowest) slowest = watch.position
    const read = slowest - this.base
    if (read < 64 || read * 2 < this.entries.length) return
    this.entries = this.entries.slice(read)
    this.base = slowest
  }
}

/**
 * A cursor on a change log: each change arrives at max(previous arrival, commit + delay), in resourceVersion order, with at most one
 * delivery pending. The delay of a change is addressed by process, object and version, so it depends on nothing else. A change is in the
 * cache before any worker reads that at the instant of its arrival: whether a worker sees it must not depend on which of the two was
 * scheduled first.
 */
export class Watch<Object extends ApiObject> {
  /** The next change to deliver. */
  position: number
  private readonly id: number
  private readonly log: ChangeLog<Object>
  private readonly process: Process
  private readonly deliver: (run: Run, change: Change<Object>) => void
  private pending = false
  private stopped = false
  private paused = false
  private arrival = 0 as Instant

  constructor(run: Run, log: ChangeLog<Object>, process: Process, deliver: (run: Run, change: Change<Object>) => void) {
    this.log = log
    this.process = process
    this.deliver = deliver
    this.position = log.end
    this.id = run.world.watches.length
    run.world.watches.push(this as unknown as Watch<ApiObject>)
    log.watches.push(this)
  }

  /** The log has grown. */
  notify(run: Run): void {
    if (this.pending || this.stopped || this.paused) return
    this.pending = true
    const change = this.log.at(this.position)
    const subject = subjectOf(change)
    const version = change.after === undefined ? subject.version + 1 : subject.version
    const delay = workTime(run, 'watch', 'watch', 'watch', `${this.process.name}|${subject.key}`, version)
    const earliest = plus(change.time, Math.max(1, delay))
    this.arrival = Math.max(this.arrival, earliest, run.now) as Instant
    run.released('watch')
    run.early(this.arrival, DeliverChange, this.id)
  }

  /** Ends the watch: its process has died. A pending delivery is dropped when it comes due. */
  stop(): void {
    this.stopped = true
    const index = this.log.watches.indexOf(this)
    if (index >= 0) this.log.watches.splice(index, 1)
  }

  /** Nothing arrives any more until `resume`: the network is cut. */
  pause(): void {
    this.paused = true
  }

  /** The process watches again from where it was: what it has missed arrives. */
  resume(run: Run): void {
    if (!this.paused) return
    this.paused = false
    this.arrival = Math.max(this.arrival, run.now + 1) as Instant
    if (this.position < this.log.end) this.notify(run)
  }

  arrive(run: Run): void {
    if (this.stopped) return
    this.pending = false
    if (this.paused) return
    const change = this.log.at(this.position)
    this.position++
    if ((this.position & 63) === 0) this.log.trim()
    if (this.position < this.log.end) this.notify(run)
    this.deliver(run, change)
  }
}

/** A change reaches a watch. */
export const DeliverChange: Kind = {
  name: 'watch/deliver',
  on(run, watch) {
    ;(run.world.watches[watch] as Watch<ApiObject>).arrive(run)
  },
}
