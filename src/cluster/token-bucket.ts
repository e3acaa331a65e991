import type { Instant } from '../kernel/time.ts'

/**
 * A token bucket in virtual time, after golang.org/x/time/rate as used by client-go's `flowcontrol.NewTokenBucketRateLimiter`: full at first, callers
 * are served first-in first-out because each reserves its token when it asks. It keeps the instant at which it will be full again, so that
 * rates whose interval is a whole number of µs give exact times.
 */
export class TokenBucket {
  /** Tokens per second; `Infinity` never limits, 0 never adds a token. */
  readonly qps: number
  readonly burst: number
  /** Between two tokens [µs]. */
  private readonly interval: number
  /** When the bucket is full if nobody takes a token [µs]; only while `qps` is positive and finite. */
  private full: number
  /** Tokens left of a bucket that gets no more. */
  private left: number

  constructor(qps: number, burst: number, now = 0, tokens = burst) {
    this.qps = qps
    this.burst = burst
    this.interval = 1e6 / qps
    this.full = qps > 0 ? now + (burst - tokens) * this.interval : Number.POSITIVE_INFINITY
    this.left = tokens
  }

  /** Takes the next token, waiting for it; answers when the caller may go [≥ now, Infinity when there will be none]. */
  reserve(now: Instant): Instant {
    if (this.qps === Number.POSITIVE_INFINITY) return now
    if (this.qps <= 0) return (--this.left >= 0 ? now : Number.POSITIVE_INFINITY) as Instant
    this.full = Math.max(this.full, now) + this.interval
    return Math.max(now, Math.ceil(this.full - this.burst * this.interval)) as Instant
  }

  /** When the last token that was taken is, or was, to be had [µs]. */
  get last(): number {
    return Math.ceil(this.full - this.burst * this.interval)
  }

  /** Between two tokens of an exhausted bucket [µs]. */
  get period(): number {
    return this.interval
  }

  /** Takes `count` tokens of an exhausted bucket, each by a caller who asked before it was to be had. */
  skip(count: number): void {
    this.full += count * this.interval
  }

  /** Takes a token if there is one now. */
  tryAccept(now: Instant): boolean {
    if (this.nextToken(now) > now) return false
    this.reserve(now)
    return true
  }

  /** Tokens there would be at `now`; negative while callers wait. */
  level(now: Instant): number {
    if (this.qps === Number.POSITIVE_INFINITY) return this.burst
    if (this.qps <= 0) return this.left
    return this.burst - Math.max(0, this.full - now) / this.interval
  }

  /** The first instant at which `tryAccept` would succeed, when nobody takes a token before. */
  nextToken(now: Instant): Instant {
    if (this.qps === Number.POSITIVE_INFINITY) return now
    if (this.qps <= 0) return (this.left >= 1 ? now : Number.POSITIVE_INFINITY) as Instant
    return Math.max(now, Math.ceil(this.full - (this.burst - 1) * this.interval)) as Instant
  }
}
