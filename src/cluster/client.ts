import type { Instant } from '../kernel/time.ts'
import type { Process } from './process.ts'
import { TokenBucket } from './token-bucket.ts'
import type { Kind, Run } from './world.ts'

/** Notices a recorder holds before it drops (watch.Broadcaster, client-go tools/record, 1000). */
const RECORDER_QUEUE = 1000
/** Spam filter per (source, object): burst 25, one more every 300 s (client-go tools/record/events_cache.go, 1.20 … 1.36). */
const SPAM_BURST = 25
const SPAM_QPS = 1 / 300

/**
 * One clientset of one process: a token bucket that all its calls share, served first-in first-out, notices included.
 * client-go kubernetes/clientset.go:NewForConfig; kubernetes-semantics §0.3.
 */
export class Client {
  readonly id: number
  readonly process: Process
  /** The controller's name: each controller of the controller manager has a clientset of its own. */
  readonly name: string
  readonly bucket: TokenBucket
  /** After how long it gives a call up [µs]; Infinity: it waits for the server to do so. */
  readonly timeout: number
  private waiting = 0
  private busy = false
  private sent = 0
  private readonly spam = new Map<string, TokenBucket>()

  /** Registers itself with its process and in `clients`, the list of the API server. */
  constructor(clients: Client[], process: Process, name: string, qps: number, burst: number, timeout = Number.POSITIVE_INFINITY) {
    this.id = clients.length
    clients.push(this)
    this.process = process
    this.name = name
    this.bucket = new TokenBucket(qps, burst)
    this.timeout = timeout
    process.clients.set(name, this)
  }

  /** When a call asked for now may be sent. */
  admit(now: Instant): Instant {
    return this.bucket.reserve(now)
  }

  /**
   * Sends a Kubernetes Event about `object`. The recorder is one more caller of the bucket: one notice at a time, each waiting for its token; the
   * spam filter and a full queue drop it at no cost.
   */
  notice(run: Run, object: string, reason: string, message: string): void {
    run.world.observers.notice(run, this.name, object, reason, message)
    if (this.bucket.qps === Number.POSITIVE_INFINITY) return
    let filter = this.spam.get(object)
    if (filter === undefined) {
      filter = new TokenBucket(SPAM_QPS, SPAM_BURST, run.now)
      this.spam.set(object, filter)
    }
    if (!filter.tryAccept(run.now) || this.waiting >= RECORDER_QUEUE) return
    this.waiting++
    if (!this.busy) this.sendNotice(run)
  }

  /** The notice under way has arrived; the next one asks for its token. */
  noticeArrived(run: Run): void {
    this.busy = false
    if (this.waiting > 0) this.sendNotice(run)
  }

  /** The process has died: what waited is forgotten. */
  forget(): void {
    this.waiting = 0
    this.spam.clear()
  }

  private sendNotice(run: Run): void {
    this.waiting--
    this.busy = true
    const sent = this.admit(run.now)
    const latency = run.random.duration(run.world.latency['api-request'], 'notice', `${this.process.name}|${this.name}`, this.sent++)
    run.at((sent + Math.max(1, latency)) as Instant, NoticeArrived, this.id)
  }
}

/** A notice has been stored. */
export const NoticeArrived: Kind = {
  name: 'client/notice',
  on(run, client) {
    ;(run.world.api.clients[client] as Client).noticeArrived(run)
  },
}
