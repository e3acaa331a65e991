import type { Change } from '../../cluster/change-log.ts'
import { DNS_SERVICE } from '../../cluster/dns.ts'
import type { EndpointSlice, MachineId, PodId, Service, ServiceId } from '../../cluster/objects.ts'
import type { MachineEvent, Observer } from '../../cluster/observers.ts'
import { objectName } from '../../cluster/workloads.ts'
import type { Run } from '../../cluster/world.ts'
import { usableEndpoints } from '../../control/kube-proxy/usable.ts'
import { Courses } from './courses.ts'
import type { Exposure, Reading } from './exposure.ts'
import { failingLookups, Names } from './names.ts'
import { Rates } from './rates.ts'
import { type ProgrammedEndpoint, ServiceLedger } from './service-ledger.ts'

/** One Service and the slices that the API holds of it. */
interface Row {
  readonly ledger: ServiceLedger
  readonly rates: Rates
  readonly headless: boolean
  readonly slices: Map<number, EndpointSlice>
  /** Its slices have changed since they were programmed last. */
  dirty: boolean
}

/** What clients of one Service saw inside the measured window. Times in µs. */
export interface ServiceWindow {
  /** `service/namespace/name`. */
  readonly name: string
  readonly error: number
  readonly noEndpoint: number
  /** How long it had clients. */
  readonly total: number
  /** Requests, of which so many failed and were refused; null where the scenario gives the workloads behind it no load. */
  readonly requests: { readonly sent: number; readonly failed: number; readonly refused: number } | null
}

/** A workload whose reading is taken at `at`, unless it is broken before. */
interface Mark {
  readonly workload: string
  readonly at: number
  reading: Reading | null
}

/**
 * Watches what clients of every Service with a selector see of it: which endpoints are programmed for them, and which of those serve. It computes
 * when proxies sync rather than simulate them, so it never changes a run.
 */
export class Traffic implements Observer {
  private readonly rows = new Map<ServiceId, Row>()
  /** Where each Pod answers while it serves. */
  private readonly answering = new Map<PodId, string>()
  /** The Services that may have a Pod programmed. */
  private readonly behind = new Map<PodId, Set<Row>>()
  /** The Services that have had a Pod of a workload, in order. */
  private readonly before = new Map<string, Set<Row>>()
  private readonly marks: Mark[] = []
  private readonly settled = new Map<string, Mark>()
  private readonly windowFrom: number
  private readonly stableFor: number
  private windowOpen = false
  private courses: Courses | null = null
  private names: Names | null = null
  /** Every Service there ever was, with what its ledger held when the window began. */
  private readonly services: { readonly ledger: ServiceLedger; readonly rates: Rates; before: Totals }[] = []

  constructor(windowFrom: number, stableFor: number) {
    this.windowFrom = windowFrom
    this.stableFor = stableFor
  }

  /** The initial state stands: everything has been programmed everywhere for long. */
  begin(run: Run): void {
    this.courses = new Courses(run)
    for (const service of run.world.store.tables.Service) this.open(run, service)
    for (const slice of run.world.store.tables.EndpointSlice) this.rows.get(slice.service)?.slices.set(slice.id, slice)
    for (const row of this.rows.values()) row.ledger.begin(this.endpoints(run, row), this.answering)
    this.names = new Names(run)
    run.world.dns.listeners.push((now) => this.namesChanged(now))
    this.namesChanged(run)
  }

  changed(run: Run, { before, after }: Change): void {
    const object = after ?? before
    if (this.courses === null || object === undefined) return
    if (object.kind === 'Service') this.serviceChanged(run, object as Service, before === undefined, after === undefined)
    else if (object.kind === 'EndpointSlice') this.sliceChanged(run, object as EndpointSlice, after === undefined)
  }

  serving(run: Run, pod: PodId, serves: boolean): void {
    this.pass(run.now)
    const address = serves ? run.world.truth.sandbox(pod)?.ip : undefined
    const rows = this.behind.get(pod)
    for (const row of rows ?? []) {
      this.advance(run.now, [row])
      if (row.ledger.concerns(pod)) row.ledger.see(pod, address)
      else rows?.delete(row)
    }
    if (address === undefined) this.answering.delete(pod)
    else this.answering.set(pod, address)
    if ([...(rows ?? [])].some(isDns)) this.namesChanged(run)
  }

  machine(run: Run, machine: MachineId, event: MachineEvent): void {
    if (this.courses === null || event === 'power') return
    this.pass(run.now)
    this.advance(run.now, this.rows.values())
    const { held, released } = this.courses.machine(run, machine, event)
    for (const { ledger } of this.rows.values()) {
      for (const { machine: id, delay } of held) ledger.hold(id, delay, run.now)
      for (const id of released) ledger.release(id)
    }
  }

  /** The run has ended. */
  finish(now: number): void {
    this.pass(now)
    this.advance(now, this.rows.values())
  }

  /** What clients saw inside the measured window, by Service in order of name. */
  window(): readonly ServiceWindow[] {
    if (!this.windowOpen) return []
    const windows = this.services.map(({ ledger, rates, before }) => {
      const after = totalsOf(ledger)
      const { sent, failed, refused } = after.requests
      const past = before.requests
      return {
        name: ledger.name,
        error: after.error - before.error,
        noEndpoint: after.noEndpoint - before.noEndpoint,
        total: after.total - before.total,
        requests: rates.given ? { sent: sent - past.sent, failed: failed - past.failed, refused: refused - past.refused } : null,
      }
    })
    return windows.sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0))
  }

  /** What the workload's impacts ask. */
  of(workload: string): Exposure {
    return {
      read: (now) => this.read(workload, now),
      converged: (now) => {
        const mark: Mark = { workload, at: now + this.stableFor, reading: null }
        this.settled.set(workload, mark)
        this.marks.push(mark)
      },
      broken: () => {
        const mark = this.settled.get(workload)
        if (mark?.reading === null) this.settled.delete(workload)
      },
      settled: (now) => {
        this.pass(now)
        return this.settled.get(workload)?.reading ?? this.read(workload, now)
      },
    }
  }

  private read(workload: string, now: number): Reading {
    this.pass(now)
    const reading = new Map<string, ReturnType<ServiceLedger['suffered']>>()
    for (const row of this.before.get(workload) ?? []) {
      this.advance(now, [row])
      reading.set(row.ledger.name, row.ledger.suffered(workload))
    }
    return reading
  }

  /** Carries out what has come due up to `now`, in order: readings, the begin of the window, syncs. */
  private pass(now: number): void {
    if (!this.windowOpen && this.windowFrom <= now) this.openWindow()
    while ((this.marks[0]?.at ?? Number.POSITIVE_INFINITY) <= now) {
      const mark = this.marks.shift() as Mark
      if (this.settled.get(mark.workload) === mark) mark.reading = this.read(mark.workload, mark.at)
    }
    this.sync(now)
  }

  private openWindow(): void {
    this.windowOpen = true
    this.pass(this.windowFrom)
    this.advance(this.windowFrom, this.rows.values())
    for (const entry of this.services) {
      entry.before = totalsOf(entry.ledger)
    }
  }

  /** Programs what a sync that started before `now` has found changed. */
  private sync(now: number): void {
    const { courses } = this
    if (courses === null || courses.runner.due >= now) return
    const since = courses.runner.start()
    for (const row of this.rows.values()) {
      if (!row.dirty || row.headless) continue
      row.dirty = false
      row.ledger.program(since, this.endpoints(courses.run, row), this.answering)
    }
  }

  private serviceChanged(run: Run, service: Service, created: boolean, gone: boolean): void {
    this.pass(run.now)
    if (created) this.open(run, service)
    const row = this.rows.get(service.id as ServiceId)
    if (row === undefined) return
    if (gone) {
      this.advance(run.now, [row])
      this.rows.delete(service.id as ServiceId)
    }
    if (!row.headless) this.courses?.runner.ask(run.now)
  }

  private sliceChanged(run: Run, slice: EndpointSlice, gone: boolean): void {
    this.pass(run.now)
    const row = this.rows.get(slice.service)
    if (row === undefined) return
    if (gone) row.slices.delete(slice.id)
    else row.slices.set(slice.id, slice)
    if (isDns(row)) this.namesChanged(run)
    if (row.headless) {
      row.ledger.program(run.now, this.endpoints(run, row), this.answering)
      return
    }
    row.dirty = true
    this.courses?.runner.ask(run.now)
  }

  /** A Service that the endpoint controllers keep: one with a selector. */
  private open(run: Run, service: Service): void {
    if (Object.keys(service.selector).length === 0 || service.type === 'ExternalName') return
    const ledger = new ServiceLedger(objectName(service), run.now)
    const rates = new Rates()
    this.rows.set(service.id as ServiceId, { ledger, rates, headless: service.clusterIP === 'None', slices: new Map(), dirty: false })
    this.services.push({ ledger, rates, before: NONE })
  }

  /** Names are resolved unless a fault keeps the DNS from it, or nobody serves behind its Service where it has one. */
  private namesChanged(run: Run): void {
    const { names } = this
    const dns = [...this.rows.values()].find(isDns)
    const serves = dns === undefined || this.endpoints(run, dns).some(({ pod, ip }) => this.answering.get(pod) === ip)
    const failing = run.world.dns.up && serves ? failingLookups(run) : 1
    if (names === null || !names.differs(failing)) return
    this.pass(run.now)
    this.advance(run.now, this.rows.values())
    names.set(run.now, failing)
  }

  private endpoints(run: Run, row: Row): ProgrammedEndpoint[] {
    const { profile, workloads } = run.world
    const published = [...row.slices.values()].flatMap(({ endpoints }) => endpoints)
    return usableEndpoints(published, profile.minor).map(({ pod, ip }) => {
      const workload = workloads.of(pod)
      into(this.behind, pod, row)
      into(this.before, workload, row)
      row.rates.learn(run, workload, pod)
      return { pod, ip, workload }
    })
  }

  private advance(now: number, rows: Iterable<Row>): void {
    if (this.courses === null) return
    for (const row of rows) {
      const { ledger, headless, rates } = row
      while (ledger.time < now) {
        const until = Math.min(now, rates.next(ledger.time))
        const unresolved = isDns(row) ? 0 : (this.names?.share(ledger.time, until) ?? 0)
        ledger.advance(until, this.courses.of(headless), rates.at(ledger.time), unresolved)
      }
    }
  }
}

type Totals = Pick<ServiceWindow, 'error' | 'noEndpoint' | 'total'> & { readonly requests: NonNullable<ServiceWindow['requests']> }

const NONE: Totals = { error: 0, noEndpoint: 0, total: 0, requests: { sent: 0, failed: 0, refused: 0 } }

/** The DNS itself is found by its address. */
const isDns = ({ ledger }: Row): boolean => ledger.name === DNS_SERVICE

const totalsOf = ({ errors, noEndpoint, total, requests, unresolved }: ServiceLedger): Totals => ({
  error: [...errors.values()].reduce((sum, value) => sum + value, unresolved),
  noEndpoint,
  total,
  requests: { ...requests },
})

function into<Key, Value>(index: Map<Key, Set<Value>>, key: Key, value: Value): void {
  const values = index.get(key)
  if (values === undefined) index.set(key, new Set([value]))
  else values.add(value)
}
