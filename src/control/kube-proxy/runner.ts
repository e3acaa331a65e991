import { TokenBucket } from '../../cluster/token-bucket.ts'
import { type Instant, NEVER } from '../../kernel/time.ts'

/** How often a proxy may sync its rules. Times in µs. */
export interface RunnerRules {
  /** From the end of one sync to the start of the next. */
  readonly minInterval: number
  /** How long a sync takes: what it programs holds from its end on. */
  readonly sync: number
  /** Syncs that a quiet time saves up, one per `minInterval`; 0: none, every sync keeps its distance. */
  readonly burst: number
}

/**
 * The bounded-frequency runner of one kube-proxy: each change asks for a sync, which starts at once if the frequency allows it and else when it next
 * does; changes that come meanwhile share it. A change that comes during a sync is part of the next one. The periodic sync once an hour programs nothing new
 * and is left out.
 * pkg/util/async/bounded_frequency_runner.go:tryRun (1.20 … 1.33), pkg/proxy/runner/bounded_frequency_runner.go:Loop (1.34 … 1.36).
 */
export class SyncRunner {
  /** When the sync that was asked for starts; NEVER when none was. */
  due: Instant = NEVER
  private readonly rules: RunnerRules
  private readonly bucket: TokenBucket
  /** When the last sync ended. */
  private ended = Number.NEGATIVE_INFINITY

  constructor(rules: RunnerRules) {
    this.rules = rules
    this.bucket = new TokenBucket(1e6 / rules.minInterval, rules.burst)
  }

  /** A change has reached the proxy. The sync that is due before `now` must have been started. */
  ask(now: Instant): void {
    const heard = Math.max(now, this.ended) as Instant
    const spaced = Math.max(heard, this.ended + this.rules.minInterval) as Instant
    const saved = this.rules.burst > 0 && this.bucket.nextToken(heard) <= heard
    this.due = Math.min(this.due, saved ? heard : spaced) as Instant
  }

  /** Starts the sync that is due; answers when what it programs holds. */
  start(): Instant {
    if (this.rules.burst > 0) this.bucket.reserve(this.due)
    this.ended = this.due + this.rules.sync
    this.due = NEVER
    return this.ended as Instant
  }
}
