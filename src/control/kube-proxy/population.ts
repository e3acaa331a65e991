/**
 * Many that follow one course of states, each a fixed time later than the first: proxies by their watch delay, clients by the age of a cached DNS answer.
 *
 * A proxy whose changes all arrive `d` later asks for every sync `d` later, so its runner does the same `d` later. Hence the share of a population that has
 * reached a state which a member without delay reaches at P is, at time t, the share of delays ≤ t − P; and the time that members have spent in it has the closed form
 * below. One runner stands for all.
 */
export class Population {
  /** Delays, ascending [µs]. */
  private readonly delays: readonly number[]
  /** Sums of the first 0, 1, … delays. */
  private readonly sums: readonly number[]

  constructor(delays: readonly number[]) {
    this.delays = [...delays].sort((a, b) => a - b)
    const sums = [0]
    for (const delay of this.delays) sums.push((sums.at(-1) as number) + delay)
    this.sums = sums
  }

  /** How many there are. */
  get size(): number {
    return this.delays.length
  }

  /** The longest delay [µs]; 0 when there is nobody. */
  get slowest(): number {
    return this.delays.at(-1) ?? 0
  }

  /** How many have reached, at `time`, what a member without delay reaches at `since`. */
  reached(since: number, time: number): number {
    return this.atMost(time - since)
  }

  /** Σ over members of the time between `from` and `to` after they reached what a member without delay reaches at `since` [µs]; `since` may be −Infinity. */
  timeSince(since: number, from: number, to: number): number {
    if (since === Number.NEGATIVE_INFINITY) return this.size * (to - from)
    return this.lateness(to - since) - this.lateness(from - since)
  }

  /** Σ max(0, x − delay). */
  private lateness(x: number): number {
    const n = this.atMost(x)
    return n * x - (this.sums[n] as number)
  }

  private atMost(x: number): number {
    let [low, high] = [0, this.delays.length]
    while (low < high) {
      const middle = (low + high) >> 1
      if ((this.delays[middle] as number) <= x) low = middle + 1
      else high = middle
    }
    return low
  }
}
