import { DNS_SERVICE, RESOLVER_TIMEOUT } from '../../cluster/dns.ts'
import type { PodId } from '../../cluster/objects.ts'
import { workTime } from '../../cluster/slowness.ts'
import type { Kind, Run } from '../../cluster/world.ts'
import { answering, needsOf } from './needs.ts'
import { type Connections, proxyOf, supplied, supply } from './state.ts'

/**
 * Names of Services, for applications that need them, while the DNS does not answer. An application that has resolved a name goes on with
 * the answer for a while (`dns-cache`); after that it has the connections it has opened, as long as their other ends serve. One that starts
 * has nothing. When the DNS answers again, a query under way has up to its timeout to go. Source: resolv.conf(5); plugin kubernetes of
 * CoreDNS (`ttl`); the DNS itself is found by its address.
 */
export function namesChanged(run: Run): void {
  const { names, needed } = proxyOf(run)
  const dns = needed.find(({ name }) => name === DNS_SERVICE)
  const resolve = run.world.dns.up && dns?.answers !== false
  if (resolve === names.resolve) return
  names.resolve = resolve
  names.turns++
  if (resolve) {
    for (const pod of names.lost.keys()) run.after(Math.max(1, untilRetry(run, pod)), AsksAgain, pod, names.turns)
    return
  }
  names.silent = run.world.dns.up ? (dns?.programmed.size ?? 0) > 0 : run.world.dns.silent
  const dependents = new Set(needed.flatMap((one) => (one === dns ? [] : [...one.dependents])))
  for (const pod of dependents) {
    const key = keyOf(run, pod)
    if (key !== null)
      run.after(Math.max(1, run.random.duration(run.world.latency['dns-cache'], 'dns-cache', key, names.turns)), Forgets, pod, names.turns)
  }
}

/** The applications of a Pod have just started: without a DNS, or with a slow one, they do not know where to turn. */
export function startsWithoutNames(run: Run, pod: PodId): void {
  const { names } = proxyOf(run)
  const slow = names.resolve && run.world.slowness.of('lookup') !== null
  names.lost.delete(pod)
  if (names.resolve && !slow) return
  names.lost.set(pod, connectionsOf(run, pod, false))
  if (slow) lookUp(run, pod, 0)
}

/** A Pod has stopped to serve: connections to it are gone. */
export function connectionsEnd(run: Run, end: PodId): void {
  for (const [pod, connections] of proxyOf(run).names.lost) {
    for (const left of connections.values()) if (left.delete(end)) run.after(1, LooksAround, pod)
  }
}

/** What an application is connected to: everything that answers, or nothing yet. */
function connectionsOf(run: Run, pod: PodId, connected: boolean): Connections {
  const mine = needsOf(run.world, pod).filter((name) => name !== DNS_SERVICE)
  const found = proxyOf(run).needed.filter(({ name }) => mine.includes(name))
  return new Map(found.map(({ name, programmed }) => [name, new Set(connected ? answering(run.world, programmed) : [])]))
}

/** A query that nobody answered is given up at any time in its timeout; one that was refused is asked again at once. */
function untilRetry(run: Run, pod: PodId): number {
  const { names } = proxyOf(run)
  return names.silent ? Math.floor(run.random.draw('dns-retry', keyOf(run, pod) ?? '', names.turns) * RESOLVER_TIMEOUT) : 0
}

function lookUp(run: Run, pod: PodId, attempt: number): void {
  const { names } = proxyOf(run)
  const key = keyOf(run, pod)
  if (key === null) {
    names.lost.delete(pod)
    return
  }
  if (run.world.slowness.of('lookup') === null) {
    resolved(run, pod)
    return
  }
  const time = workTime(run, 'lookup', 'dns-lookup', 'dns-lookup', `${key}#${names.turns}`, attempt)
  if (time < RESOLVER_TIMEOUT) run.after(Math.max(1, time), Resolves, pod, names.turns)
  else run.after(RESOLVER_TIMEOUT, TimesOut, pod, attempt)
}

function resolved(run: Run, pod: PodId): void {
  if (proxyOf(run).names.lost.delete(pod)) look(run, pod)
}

/** Lets the applications answer or not, if that has changed. */
function look(run: Run, pod: PodId): void {
  const sandbox = run.world.truth.sandbox(pod)
  if (sandbox !== undefined && sandbox.supplied !== supplied(run, pod)) supply(run, pod)
}

const keyOf = (run: Run, pod: PodId): string | null => run.world.truth.sandbox(pod)?.key ?? null

/** What an application knew is too old. Detail: which outage. */
const Forgets: Kind<PodId> = {
  name: 'kube-proxy/name-forgotten',
  on(run, pod, turn) {
    const { names } = proxyOf(run)
    if (names.turns !== turn || names.lost.has(pod)) return
    names.lost.set(pod, connectionsOf(run, pod, true))
    look(run, pod)
  },
}

/** The DNS answers again, and an application asks it. Detail: since when. */
const AsksAgain: Kind<PodId> = {
  name: 'kube-proxy/name-asked',
  on(run, pod, turn) {
    if (proxyOf(run).names.turns === turn) lookUp(run, pod, 0)
  },
}

/** The DNS has answered. */
const Resolves: Kind<PodId> = {
  name: 'kube-proxy/name-resolved',
  on(run, pod, turn) {
    if (proxyOf(run).names.turns === turn) resolved(run, pod)
  },
}

/** A slow DNS has not answered in time. Detail: which attempt. */
const TimesOut: Kind<PodId> = {
  name: 'kube-proxy/name-timeout',
  on(run, pod, attempt) {
    const { names } = proxyOf(run)
    if (names.resolve && names.lost.has(pod)) lookUp(run, pod, attempt + 1)
  },
}

/** An application may have lost its last connection. */
const LooksAround: Kind<PodId> = { name: 'kube-proxy/connection-lost', on: look }
