import type { MachineId } from '../../cluster/objects.ts'
import { TokenBucket } from '../../cluster/token-bucket.ts'
import { type Instant, NEVER } from '../../kernel/time.ts'
import { TimedQueue } from './timed-queue.ts'

/** Tokens of a zone's limiter (EvictionRateLimiterBurst, 1.20 … 1.36). */
const BURST = 1
/** The rate that a limiter which never accepts reports (client-go util/flowcontrol/throttle.go:fakeNeverRateLimiter.QPS). */
const NEVER_QPS = 1

const limiterOf = (qps: number, now: Instant): TokenBucket => new TokenBucket(qps, BURST, now, qps > 0 ? BURST : 0)

/**
 * Nodes of one zone that wait for their NoExecute taint, first come first served, with the zone's limiter. A name that was served stays a member, so that it
 * is not queued again, until it is removed. pkg/controller/nodelifecycle/scheduler/rate_limited_queue.go, 1.20 … 1.36.
 */
export class ZoneQueue {
  private readonly entries = new TimedQueue()
  private readonly members = new Set<MachineId>()
  private limiter: TokenBucket
  /** Places in time given so far, and that of the last try. */
  private orders = 0
  private tried = 0

  constructor(qps: number, now: Instant) {
    this.limiter = limiterOf(qps, now)
  }

  /** Entries waiting, duplicates counted. */
  get length(): number {
    return this.entries.length
  }

  get head(): MachineId | undefined {
    return this.entries.head
  }

  /** When the head could be served; never when nothing waits. */
  due(now: Instant): Instant {
    return this.entries.length === 0 ? NEVER : this.limiter.nextToken(now)
  }

  /** Whether the Node waits or has been served. */
  has(machine: MachineId): boolean {
    return this.members.has(machine) || this.waits(machine)
  }

  waits(machine: MachineId): boolean {
    return this.entries.has(machine)
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
    this.entries.push(machine, ++this.orders)
  }

  /** Forgets a Node: one entry of it, and the member. */
  remove(machine: MachineId): void {
    if (this.members.delete(machine)) this.entries.remove(machine)
  }

  /** Whether the head may be served now. */
  tryAccept(now: Instant): boolean {
    if (!this.limiter.tryAccept(now)) return false
    this.tried = ++this.orders
    return true
  }

  /** The Node at the head was served: its entry goes, the member stays. An entry whose member is gone cannot be removed and blocks the queue. */
  served(machine: MachineId): void {
    if (this.members.has(machine)) this.entries.remove(machine)
  }

  /** Serving the Node at the head failed: it waits again, behind all that waited when it was tried (Replace). */
  postpone(machine: MachineId): void {
    if (this.entries.remove(machine)) this.entries.push(machine, this.tried)
  }

  /** Sets another rate: the same one keeps the bucket; an empty bucket is followed by an empty one. */
  swapLimiter(qps: number, now: Instant): void {
    const reported = this.limiter.qps > 0 ? this.limiter.qps : NEVER_QPS
    if (reported === qps) return
    const limiter = limiterOf(qps, now)
    if (qps > 0 && !this.limiter.tryAccept(now)) limiter.tryAccept(now)
    this.limiter = limiter
  }
}
