import { RESOLVER_ATTEMPTS, RESOLVER_TIMEOUT } from '../../cluster/dns.ts'
import type { Run } from '../../cluster/world.ts'
import { Population } from '../../control/kube-proxy/population.ts'
import { strata } from './courses.ts'

/** How many clients stand for all, and how many queries for those of a slow DNS: equal shares of each distribution. */
const STRATA = 60

/** The share of lookups that fail when the DNS is as slow as it is now: every attempt has run into its timeout. */
export function failingLookups(run: Run): number {
  const { latency, slowness } = run.world
  const slowing = slowness.calm ? null : slowness.of('lookup')
  if (slowing === null) return 0
  const query = (n: number): number => run.random.sample(slowing.latency ?? latency['dns-lookup'], 'dns-lookup', 'client', n)
  const times = strata(slowing.latency ?? latency['dns-lookup'], STRATA, query)
  return (times.filter((time) => time * slowing.factor >= RESOLVER_TIMEOUT).length / STRATA) ** RESOLVER_ATTEMPTS
}

/**
 * Clients that cannot turn the name of a Service into an address: more and more of them while the DNS fails, as the answers that they have
 * get too old.
 */
export class Names {
  private readonly clients: Population
  private failing = 0
  private since = 0

  constructor(run: Run) {
    const left = (n: number): number => run.random.sample(run.world.latency['dns-cache'], 'dns-cache', 'client', n)
    this.clients = new Population(strata(run.world.latency['dns-cache'], STRATA, left))
  }

  /** Whether `set` would change anything. */
  differs(failing: number): boolean {
    return failing !== this.failing
  }

  /** From now on this share of lookups fails. */
  set(now: number, failing: number): void {
    if (this.failing === 0) this.since = now
    this.failing = failing
  }

  /** The mean share of requests without an address between two instants, in which nothing was set. */
  share(from: number, to: number): number {
    if (this.failing === 0 || to <= from) return 0
    return (this.failing * this.clients.timeSince(this.since, from, to)) / this.clients.size / (to - from)
  }
}
