import type { MachineId } from '../../cluster/objects.ts'
import type { MachineEvent } from '../../cluster/observers.ts'
import type { Run } from '../../cluster/world.ts'
import { rulesOf } from '../../control/kube-proxy/rules.ts'
import { SyncRunner } from '../../control/kube-proxy/runner.ts'
import { reconnectDelay } from '../../control/reconnect.ts'
import type { Distribution } from '../../kernel/distribution.ts'
import { Clients, type StaleProxy } from './clients.ts'

/** How many clients of headless Services stand for all: equal shares of the distribution of the age of their DNS answers. */
const STRATA = 60

/** The kube-proxy of one machine. */
interface Proxy {
  readonly machine: MachineId
  /** From the commit of a change until it arrives: as far as this proxy is from the API server [µs]. */
  readonly delay: number
  /** When it will hear of changes again; 0: it does. */
  until: number
  /** Its machine is up and reachable: requests from there count. */
  counts: boolean
}

/** Who starts and who stops to keep what it has programmed. */
export interface Held {
  readonly held: readonly Proxy[]
  readonly released: readonly MachineId[]
}

/** `count` values that stand for a distribution, each for an equal share of it. */
export function strata(distribution: Distribution, count: number, draw: (n: number) => number): number[] {
  const { constant, quantile } = distribution
  return Array.from({ length: count }, (_, n) => constant ?? quantile?.((n + 0.5) / count) ?? draw(n))
}

/**
 * The courses that what is published takes to clients: through the kube-proxies of machines that are up and reachable, and through DNS for headless Services. All draws
 * are addressed, so to make them changes no run.
 */
export class Courses {
  readonly run: Run
  /** Of a proxy that hears of every change in the instant of its commit. */
  readonly runner: SyncRunner
  /** By machine. */
  private readonly proxies: (Proxy | undefined)[] = []
  /** Those with a state of their own. */
  private readonly holding = new Set<Proxy>()
  /** Null: to be counted again, as they are since `changed`. */
  private clients: Clients | null = null
  private changed = 0
  private readonly resolvers: Clients

  constructor(run: Run) {
    this.run = run
    const { world, random } = run
    const { latency, truth, kubelets } = world
    this.runner = new SyncRunner(rulesOf(run))
    for (const { id, spec, up, reachable } of truth.machines) {
      if (kubelets[id] === undefined) continue
      const delay = Math.max(1, random.duration(latency.watch, 'proxy-watch', spec.name))
      this.proxies[id] = { machine: id, delay, until: 0, counts: up && reachable }
    }
    const age = (n: number): number => random.sample(latency['dns-answer-age'], 'dns-answer-age', 'client', n)
    this.resolvers = new Clients(strata(latency['dns-answer-age'], STRATA, age), [])
  }

  /** The clients of a Service. */
  of(headless: boolean): Clients {
    if (headless) return this.resolvers
    this.clients ??= this.count()
    return this.clients
  }

  /**
   * Something has happened to a machine. Clients on a machine that is down or cut off do not count. A proxy whose network is whole again has what it had
   * at the cut until its reflector has backed off; one that boots lists everything.
   */
  machine(run: Run, id: MachineId, event: MachineEvent): Held {
    const proxy = this.proxies[id]
    if (proxy === undefined) return { held: [], released: [] }
    const { up, reachable, cutAt, links, spec } = run.world.truth.machine(id)
    const begins = event === 'cut' && proxy.counts
    const ends = event === 'linked' && this.holding.has(proxy)
    proxy.counts = up && reachable
    if (begins) proxy.until = Number.POSITIVE_INFINITY
    else if (ends) proxy.until = run.now + reconnectDelay(run.now - cutAt, (n) => random(run, `${spec.name}|${links}`, n))
    else if (event === 'down') proxy.until = 0
    if (begins) this.holding.add(proxy)
    const released = [...this.holding].filter(({ until }) => until <= run.now)
    for (const one of released) this.holding.delete(one)
    this.clients = null
    this.changed = run.now
    return { held: begins ? [proxy] : [], released: released.map(({ machine }) => machine) }
  }

  private count(): Clients {
    const { changed } = this
    const counted = this.proxies.filter((proxy) => proxy?.counts === true) as Proxy[]
    const stale: StaleProxy[] = [...this.holding].filter(({ counts, until }) => counts && until > changed)
    const following = stale.length === 0 ? counted : counted.filter(({ until }) => until <= changed)
    return new Clients(
      following.map(({ delay }) => delay),
      stale.map(({ machine, delay, until }) => ({ machine, delay, until })),
    )
  }
}

const random = (run: Run, entity: string, n: number): number => run.random.draw('reconnect-proxy', entity, n)
