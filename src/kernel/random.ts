import seedrandom from 'seedrandom'
import { firstDouble } from './alea.ts'
import type { Distribution } from './distribution.ts'
import type { Duration } from './time.ts'
import { microseconds } from './time.ts'

/** A source of uniform numbers in [0, 1). */
export type Uniform = () => number

/**
 * Addressed random numbers: what is drawn depends on its address alone, never on what was drawn before. So adding a node, a Pod or
 * a fault moves nobody else's draws, and two scenarios that share an entity share its luck (common random numbers).
 * An address is [purpose, entity, n]: `purpose` names the quantity, `entity` a stable identity, `n` counts that entity's draws.
 */
export class Random {
  private readonly prefix: string

  /** `seed` is any text; equal seeds and replications give equal draws on every machine. */
  constructor(seed: string, replication: number) {
    this.prefix = `[${JSON.stringify(seed)},${replication}`
  }

  /** One uniform number in [0, 1) with 53 bits. */
  draw(purpose: string, entity: string, n = 0): number {
    return firstDouble(this.address(purpose, entity, n))
  }

  /** One variate of `distribution`, in its own unit. */
  sample(distribution: Distribution, purpose: string, entity: string, n = 0): number {
    if (distribution.constant !== undefined) return distribution.constant
    if (distribution.quantile !== undefined) return distribution.quantile(this.draw(purpose, entity, n))
    return distribution.sample(seedrandom.alea(this.address(purpose, entity, n)).double)
  }

  /** One variate of a distribution of µs, rounded to whole µs. */
  duration(distribution: Distribution, purpose: string, entity: string, n = 0): Duration {
    return microseconds(this.sample(distribution, purpose, entity, n))
  }

  /** A generator that keeps its state: only for loops and hazards, whose n-th draw follows the (n−1)-th. */
  stream(purpose: string, entity: string): Uniform {
    return seedrandom.alea(this.address(purpose, entity, -1)).double
  }

  private address(purpose: string, entity: string, n: number): string {
    return `${this.prefix},${JSON.stringify(purpose)},${JSON.stringify(entity)},${n}]`
  }
}
