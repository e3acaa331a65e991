import type { Observer } from '../kernel/simulation.ts'
import type { ReplicationResult } from '../measure/record.ts'
import type { Scenario } from '../scenario/scenario.ts'
import type { ReplicationOptions } from './replicate.ts'

/** An event as a trace knows it. */
export interface SeenEvent {
  /** µs. */
  readonly time: number
  readonly kind: string
  readonly subject: number
}

/** How two runs that should be alike are not. */
export interface Divergence {
  /** Counts events from 1; 0 when every event is the same and only the results differ. */
  readonly position: number
  /** Null where that run had ended. */
  readonly first: SeenEvent | null
  readonly second: SeenEvent | null
}

/** A model that lets itself be observed. */
export type ObservedSimulate = (
  scenario: Scenario,
  replication: number,
  options: ReplicationOptions & { readonly observe?: Observer<never> },
) => ReplicationResult

/** Events kept for comparison; beyond them a difference is still found, but not named. */
const KEPT = 2 ** 24

/**
 * Runs a replication in two ways that must give the same events and the same results; null when they do. With `elision` different between the
 * two, events differ by design and only the results are compared.
 */
export function divergence(
  simulate: ObservedSimulate,
  scenario: Scenario,
  replication: number,
  first: ReplicationOptions,
  second: ReplicationOptions,
): Divergence | null {
  const sameEvents = first.elision === second.elision
  const log = new EventLog()
  const a = simulate(scenario, replication, sameEvents ? { ...first, observe: log.record } : first)
  const b = simulate(scenario, replication, sameEvents ? { ...second, observe: log.compare } : second)
  const difference = sameEvents ? log.difference() : null
  if (difference !== null) return difference
  return answers(a, sameEvents) === answers(b, sameEvents) ? null : { position: 0, first: null, second: null }
}

/** All that a user can see of a result; the count of events and their hash only where they must agree. */
function answers({ handled, fingerprint, ...result }: ReplicationResult, withEvents: boolean): string {
  return JSON.stringify(withEvents ? { ...result, handled, fingerprint } : result)
}

/** The events of one run in columns, and the first at which another run differs. */
class EventLog {
  private readonly kinds: string[] = []
  private readonly kindOf = new Map<string, number>()
  private time = new Float64Array(1024)
  private kind = new Int32Array(1024)
  private subject = new Float64Array(1024)
  private recorded = 0
  private compared = 0
  private found: Divergence | null = null

  readonly record: Observer<never> = (now, kind, subject) => {
    if (this.recorded >= KEPT) return
    if (this.recorded === this.time.length) this.grow()
    this.time[this.recorded] = now
    this.kind[this.recorded] = this.idOf(kind.name)
    this.subject[this.recorded] = subject
    this.recorded++
  }

  readonly compare: Observer<never> = (now, kind, subject) => {
    const i = this.compared++
    if (this.found !== null || i >= KEPT) return
    const same = i < this.recorded && this.time[i] === now && this.subject[i] === subject && this.kind[i] === this.idOf(kind.name)
    if (!same) this.found = { position: i + 1, first: this.at(i), second: { time: now, kind: kind.name, subject } }
  }

  difference(): Divergence | null {
    if (this.found === null && this.compared < this.recorded)
      return { position: this.compared + 1, first: this.at(this.compared), second: null }
    return this.found
  }

  private at(i: number): SeenEvent | null {
    return i < this.recorded ? { time: this.time[i] ?? 0, kind: this.kinds[this.kind[i] ?? 0] ?? '', subject: this.subject[i] ?? 0 } : null
  }

  private idOf(name: string): number {
    let id = this.kindOf.get(name)
    if (id === undefined) {
      id = this.kinds.push(name) - 1
      this.kindOf.set(name, id)
    }
    return id
  }

  private grow(): void {
    const longer = <A extends Float64Array | Int32Array>(from: A, to: A): A => {
      to.set(from)
      return to
    }
    this.time = longer(this.time, new Float64Array(this.time.length * 2))
    this.kind = longer(this.kind, new Int32Array(this.kind.length * 2))
    this.subject = longer(this.subject, new Float64Array(this.subject.length * 2))
  }
}
