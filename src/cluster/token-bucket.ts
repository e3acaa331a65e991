import type { Instant } from '../kernel/time.ts'

/**
 * A token bucket in virtual time, after golang.org/x/time/rate as used by client-go's `flowcontrol.NewTokenBucketRateLimiter`: full at first, callers
 * are served first-in first-out because each reserves its token when it asks.
 */
export class TokenBucket {
  /** Tokens per second; `Infinity` never limits. */
  readonly qps: number
  readonly burst: number
  private tokens: number
  private last: number

  constructor(qps: number, burst: number, now = 0, tokens = burst) {
    this.qps = qps
    this.burst = burst
    this.tokens = tokens
    this.last = now
  }

  /** Takes the next token, waiting for it; answers when the caller may go [≥ now]. */
  reserve(now: Instant): Instant {
    if (this.qps === Number.POSITIVE_INFINITY) return now
    this.refill(now)
    this.tokens -= 1
    return this.tokens >= 0 ? now : ((now + Math.ceil((-this.tokens * 1e6) / this.qps)) as Instant)
  }

  /** Takes a token if there is one now. */
  tryAccept(now: Instant): boolean {
    if (this.qps === Number.POSITIVE_INFINITY) return true
    this.refill(now)
    if (this.tokens < 1) return false
    this.tokens -= 1
    return true
  }

  /** Tokens there would be at `now`; negative while callers wait. */
  level(now: Instant): number {
    this.refill(now)
    return this.tokens
  }

  /** The first instant at which `tryAccept` would succeed, when nobody takes a token before. */
  nextToken(now: Instant): Instant {
    this.refill(now)
    if (this.tokens >= 1) return now
    if (this.qps <= 0) return Number.POSITIVE_INFINITY as Instant
    return (now + Math.ceil(((1 - this.tokens) * 1e6) / this.qps)) as Instant
  }

  private refill(now: number): void {
    this.tokens = Math.min(this.burst, this.tokens + ((now - this.last) * this.qps) / 1e6)
    this.last = now
  }
}
