import type { MachineId, PodId } from '../../cluster/objects.ts'
import type { Clients } from './clients.ts'

/** One endpoint as it is programmed: a Pod, the address it had, and the workload it belongs to. */
export interface ProgrammedEndpoint {
  readonly pod: PodId
  readonly ip: string
  readonly workload: string
}

/** Where a Pod answers: its address while it serves. */
export type Answering = ReadonlyMap<PodId, string>

/** What a proxy has programmed for a Service after one sync, and how many of it do not serve. */
class ProgrammedState {
  /** When a proxy without delay has it; −Infinity: from the beginning. */
  readonly since: number
  readonly size: number
  private readonly endpoints = new Map<PodId, ProgrammedEndpoint>()
  private readonly dead = new Set<PodId>()
  /** Endpoints that do not serve, by workload. */
  readonly deadOf = new Map<string, number>()

  constructor(since: number, endpoints: readonly ProgrammedEndpoint[], answering: Answering) {
    this.since = since
    for (const endpoint of endpoints) this.endpoints.set(endpoint.pod, endpoint)
    this.size = this.endpoints.size
    for (const pod of this.endpoints.keys()) this.see(pod, answering.get(pod))
  }

  get pods(): Iterable<PodId> {
    return this.endpoints.keys()
  }

  has(pod: PodId): boolean {
    return this.endpoints.has(pod)
  }

  /** The Pod answers at this address from now on; undefined: nowhere. */
  see(pod: PodId, address: string | undefined): void {
    const endpoint = this.endpoints.get(pod)
    if (endpoint === undefined) return
    const dead = address !== endpoint.ip
    if (dead === this.dead.has(pod)) return
    if (dead) this.dead.add(pod)
    else this.dead.delete(pod)
    this.deadOf.set(endpoint.workload, (this.deadOf.get(endpoint.workload) ?? 0) + (dead ? 1 : -1))
  }
}

/** Nothing is programmed: the Service is not known yet, or has no endpoint. */
const NOTHING = new ProgrammedState(Number.NEGATIVE_INFINITY, [], new Map())

/**
 * How long, up to now, one client of a Service has had its requests sent where nothing serves or nowhere for want of an address, or
 * refused. Times in µs.
 */
export interface Suffered {
  readonly error: number
  readonly noEndpoint: number
}

/**
 * What clients see of one Service. At every instant a client's requests go to the endpoints that the proxy of its machine has programmed, each alike; with D of S
 * not serving, D/S of them fail, and with none programmed all are refused. The ledger integrates the mean of that over all proxies.
 */
export class ServiceLedger {
  readonly name: string
  /** ∫ share of requests that fail, and that are refused. */
  noEndpoint = 0
  /** ∫ share of requests whose client had no address: the DNS did not answer. */
  unresolved = 0
  /** ∫ dt while there was any client. */
  total = 0
  /** Requests that were sent, that failed and that were refused, where the scenario says how many are sent [1e-6]. */
  readonly requests = { sent: 0, failed: 0, refused: 0 }
  /** The same by the workload whose endpoint did not serve; its sum is the whole. */
  readonly errors = new Map<string, number>()
  /** Workloads that have ever been behind the Service. */
  readonly workloads = new Set<string>()
  /** Up to when it has been advanced. */
  time: number
  /** Oldest first: states that some proxy may still have, and those to come. */
  private states: ProgrammedState[]
  /** What proxies that no longer hear of changes have, by machine. */
  private readonly held = new Map<MachineId, ProgrammedState>()

  constructor(name: string, now: number) {
    this.name = name
    this.time = now
    this.states = [NOTHING]
  }

  /** Begins with these endpoints, programmed everywhere. */
  begin(endpoints: readonly ProgrammedEndpoint[], answering: Answering): void {
    this.states = [this.stateOf(Number.NEGATIVE_INFINITY, endpoints, answering)]
  }

  /** A proxy without delay has these endpoints programmed from `since` on, which is not in the past of the ledger. */
  program(since: number, endpoints: readonly ProgrammedEndpoint[], answering: Answering): void {
    this.states.push(this.stateOf(since, endpoints, answering))
  }

  /** Whether any proxy may have this Pod programmed. */
  concerns(pod: PodId): boolean {
    return this.states.some((state) => state.has(pod)) || [...this.held.values()].some((state) => state.has(pod))
  }

  /** The Pod answers at this address from now on (undefined: nowhere); the ledger has been advanced to now. */
  see(pod: PodId, address: string | undefined): void {
    for (const state of new Set([...this.states, ...this.held.values()])) state.see(pod, address)
  }

  /** The proxy of this machine keeps what it has programmed at `now`, whatever changes, until `release`. */
  hold(machine: MachineId, delay: number, now: number): void {
    const state = this.states.findLast(({ since }) => since + delay <= now)
    this.held.set(machine, state ?? NOTHING)
  }

  release(machine: MachineId): void {
    this.held.delete(machine)
  }

  /**
   * Lets time pass, in which clients send `rate` requests per second: what has held since the last change is added. `unresolved` is the
   * mean share of requests that get no further than the name; the others meet the endpoints as if it were so at every instant.
   */
  advance(now: number, clients: Clients, rate: number, unresolved = 0): void {
    const from = this.time
    if (now <= from) return
    this.time = now
    const { count } = clients
    if (count === 0) return
    const before = this.noEndpoint
    const resolved = 1 - unresolved
    let failed = (now - from) * unresolved
    this.unresolved += failed
    this.total += now - from
    this.states.forEach((state, i) => {
      const next = this.states[i + 1]
      const time = clients.timeSince(state.since, from, now) - (next === undefined ? 0 : clients.timeSince(next.since, from, now))
      failed += this.spend(state, (time / count) * resolved)
    })
    for (const { machine, until } of clients.stale) {
      const time = Math.min(now, until) - from
      failed += this.spend(this.held.get(machine) ?? NOTHING, (time / count) * resolved)
    }
    this.requests.sent += (now - from) * rate
    this.requests.failed += failed * rate
    this.requests.refused += (this.noEndpoint - before) * rate
    this.forget(now - clients.slowest)
  }

  /** What a client of this Service has suffered so far from the endpoints of one workload. */
  suffered(workload: string): Suffered {
    return { error: (this.errors.get(workload) ?? 0) + this.unresolved, noEndpoint: this.noEndpoint }
  }

  /** Adds what `time` spent with a state costs; answers the part in which requests failed. */
  private spend(state: ProgrammedState, time: number): number {
    if (time <= 0) return 0
    if (state.size === 0) this.noEndpoint += time
    let failed = 0
    for (const [workload, dead] of state.deadOf) {
      const part = (time * dead) / state.size
      if (part > 0) this.errors.set(workload, (this.errors.get(workload) ?? 0) + part)
      failed += part
    }
    return failed
  }

  private stateOf(since: number, endpoints: readonly ProgrammedEndpoint[], answering: Answering): ProgrammedState {
    for (const { workload } of endpoints) this.workloads.add(workload)
    return new ProgrammedState(since, endpoints, answering)
  }

  /** Drops the states that the slowest proxy has left behind. */
  private forget(everywhere: number): void {
    const current = this.states.findLastIndex(({ since }) => since <= everywhere)
    if (current > 0) this.states.splice(0, current)
  }
}
