import type { MachineId } from '../../cluster/objects.ts'
import { Population } from '../../control/kube-proxy/population.ts'

/** A proxy that was cut off and hears of no change until `until`: it alone has a state of its own. */
export interface StaleProxy {
  readonly machine: MachineId
  readonly delay: number
  readonly until: number
}

/** Whose requests count: who follows the course of the population, and who is behind for a while. Replaced as a whole when a machine comes or goes. */
export class Clients {
  readonly stale: readonly StaleProxy[]
  private readonly population: Population

  constructor(delays: readonly number[], stale: readonly StaleProxy[]) {
    this.population = new Population(delays)
    this.stale = stale
  }

  /** How many there are, the stale ones included. */
  get count(): number {
    return this.population.size + this.stale.length
  }

  /** The longest delay [µs]. */
  get slowest(): number {
    return this.stale.reduce((slowest, { delay }) => Math.max(slowest, delay), this.population.slowest)
  }

  /** Σ over all of the time between `from` and `to` after they had what a proxy without delay has at `since`; a stale one has it from `until` on at the earliest. */
  timeSince(since: number, from: number, to: number): number {
    let time = this.population.timeSince(since, from, to)
    for (const { delay, until } of this.stale) time += Math.max(0, to - Math.max(from, until, since + delay))
    return time
  }
}
