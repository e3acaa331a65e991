import type { MachineId } from '../../cluster/objects.ts'
import { type Instant, NEVER } from '../../kernel/time.ts'

/**
 * The limiter of one zone's NoExecute taints: a token bucket of one (EvictionRateLimiterBurst), or never. With one token, what matters is when the next one is there, so
 * polling it often or seldom comes to the same. client-go util/flowcontrol/throttle.go, 1.20 … 1.36.
 */
export class TaintLimiter {
  /** As the limiter reports it: one that never accepts reports 1 (fakeNeverRateLimiter.QPS). */
  readonly qps: number
  /** From when on there is a token. */
  private available: Instant
  private readonly interval: number

  /** A full bucket of `qps` tokens per second; 0 never accepts. */
  constructor(qps: number, now: Instant) {
    this.qps = qps > 0 ? qps : 1
    this.interval = qps > 0 ? Math.ceil(1e6 / qps) : Number.POSITIVE_INFINITY
    this.available = qps > 0 ? now : NEVER
  }

  /** Takes the token if there is one. */
  tryAccept(now: Instant): boolean {
    if (now < this.available) return false
    this.available = (now + this.interval) as Instant
    return true
  }

  /** The first instant at which `tryAccept` would succeed. */
  get next(): Instant {
    return this.available
  }
}

/**
 * Nodes of one zone that wait for their NoExecute taint, first come first served, with the zone's limiter. A name that was served stays a member, so that it
 * is not queued again, until it is removed. pkg/controller/nodelifecycle/scheduler/rate_limited_queue.go, 1.20 … 1.36.
 */
export class ZoneQueue {
  private readonly entries: MachineId[] = []
  private readonly members = new Set<MachineId>()
  private limiter: TaintLimiter

  constructor(qps: number, now: Instant) {
    this.limiter = new TaintLimiter(qps, now)
  }

  /** Entries waiting, duplicates counted. */
  get length(): number {
    return this.entries.length
  }

  get head(): MachineId | undefined {
    return this.entries[0]
  }

  /** When the head could be served; never when nothing waits. */
  get due(): Instant {
    return this.entries.length === 0 ? NEVER : this.limiter.next
  }

  /** Whether the Node waits or has been served. */
  has(machine: MachineId): boolean {
    return this.members.has(machine) || this.entries.includes(machine)
  }

  /**
   * Queues a Node that is not `tainted` anew, at the end. Kubernetes 1.20.2 forgot the member but not its entry, hence `duplicates`: the Node then waits twice
   * (markNodeForTainting with SetRemove; fixed by PR #96876).
   */
  mark(machine: MachineId, tainted: boolean, duplicates: boolean): void {
    if (!tainted && duplicates) this.members.delete(machine)
    else if (!tainted) this.remove(machine)
    if (this.members.has(machine)) return
    this.members.add(machine)
    this.entries.push(machine)
  }

  /** Forgets a Node: one entry of it, and the member. */
  remove(machine: MachineId): void {
    if (this.members.delete(machine)) this.drop(machine)
  }

  tryAccept(now: Instant): boolean {
    return this.limiter.tryAccept(now)
  }

  /** The Node at the head was served: its entry goes, the member stays. An entry whose member is gone cannot be removed and blocks the queue. */
  served(machine: MachineId): void {
    if (this.members.has(machine)) this.drop(machine)
  }

  /** Serving the Node at the head failed: it waits again, at the end. */
  postpone(machine: MachineId): void {
    if (!this.members.has(machine)) return
    this.drop(machine)
    this.entries.push(machine)
  }

  /** Sets another rate: the same one keeps the bucket; an empty bucket is followed by an empty one. */
  swapLimiter(qps: number, now: Instant): void {
    if (this.limiter.qps === qps) return
    const limiter = new TaintLimiter(qps, now)
    if (qps > 0 && !this.limiter.tryAccept(now)) limiter.tryAccept(now)
    this.limiter = limiter
  }

  private drop(machine: MachineId): void {
    const index = this.entries.indexOf(machine)
    if (index >= 0) this.entries.splice(index, 1)
  }
}
