import type { Component } from '../cluster/component.ts'
import { DNS_SERVICE } from '../cluster/dns.ts'
import type { PodId } from '../cluster/objects.ts'
import type { TruthListener } from '../cluster/truth.ts'
import { type Kind, type Run, setState } from '../cluster/world.ts'
import { NO_TICKET } from '../kernel/queue.ts'
import { type Instant, NEVER } from '../kernel/time.ts'
import { kubeProxyFlags } from './kube-proxy/flags.ts'
import { connectionsEnd, namesChanged, startsWithoutNames } from './kube-proxy/names.ts'
import { answers, neededServices, needsOf, programmedFor } from './kube-proxy/needs.ts'
import { rulesOf } from './kube-proxy/rules.ts'
import { SyncRunner } from './kube-proxy/runner.ts'
import { type Needed, proxyOf, proxyState, supplied, supply } from './kube-proxy/state.ts'

/** A change has arrived: the rules are synced as soon as the runner lets them. */
function ask(run: Run): void {
  const row = proxyOf(run)
  row.runner.ask(run.now)
  if (row.runner.due === row.due) return
  if (row.ticket !== NO_TICKET) run.cancel(row.ticket)
  row.due = row.runner.due
  row.ticket = run.at(Math.max(row.due, run.now + 1) as Instant, SyncRules, 0)
}

/** A sync of the rules begins: what the cache holds now is in force when it ends. */
const SyncRules: Kind = {
  name: 'kube-proxy/sync',
  on(run) {
    const row = proxyOf(run)
    row.ticket = NO_TICKET
    row.due = NEVER
    for (const one of row.needed) one.next = programmedFor(row.process.cache, one.name, run.world.profile.minor)
    run.at(Math.max(row.runner.start(), run.now + 1) as Instant, RulesSynced, 0)
  },
}

/** A sync of the rules has ended. */
const RulesSynced: Kind = {
  name: 'kube-proxy/synced',
  on(run) {
    for (const one of proxyOf(run).needed) {
      one.programmed = one.next
      look(run, one)
    }
  },
}

/** An endpoint of a needed Service may have begun or stopped to answer. */
const LookAtService: Kind = {
  name: 'kube-proxy/look',
  on(run, index) {
    const one = proxyOf(run).needed[index]
    if (one !== undefined) look(run, one)
  },
}

function look(run: Run, one: Needed): void {
  const now = answers(run.world, one.programmed)
  if (now === one.answers) return
  one.answers = now
  for (const pod of one.dependents) supply(run, pod)
  if (one.name === DNS_SERVICE) namesChanged(run)
}

/** Its applications are among those that need something. */
function enlist(run: Run, pod: PodId): boolean {
  const names = needsOf(run.world, pod)
  const mine = proxyOf(run).needed.filter(({ name }) => names.includes(name))
  for (const { dependents } of mine) dependents.add(pod)
  return mine.length > 0
}

const listener: TruthListener = {
  down() {},
  up() {},
  runtime() {},
  started(run, pod) {
    const sandbox = run.world.truth.sandbox(pod)
    if (sandbox === undefined || !enlist(run, pod)) return
    startsWithoutNames(run, pod)
    sandbox.supplied = supplied(run, pod)
  },
  serving(run, pod) {
    proxyOf(run).needed.forEach(({ programmed }, index) => {
      if (programmed.has(pod)) run.after(1, LookAtService, index)
    })
    if (run.world.truth.sandbox(pod)?.serves !== true) connectionsEnd(run, pod)
  },
}

/**
 * kube-proxy. What clients see of Services is computed for all proxies at once, as a population and without events (kube-proxy/population.ts). Only where `behaviour`
 * says that an application needs a Service does one process run, which stands for the proxies of all machines: by it applications learn
 * that a Service answers no more, and what its name is worth while the DNS does not answer (kube-proxy/names.ts).
 */
export const kubeProxy: Component = {
  name: 'kube-proxy',
  doc: 'Programs the endpoints of every Service on every machine, in syncs of a bounded frequency; one population for all machines.',
  process: 'kube-proxy',
  flags: kubeProxyFlags,
  watches: { Service: ask, EndpointSlice: ask },
  start(run, process) {
    const { dns, truth, profile } = run.world
    const needed = neededServices(run.world).map((name): Needed => {
      const programmed = programmedFor(process.cache, name, profile.minor)
      return { name, programmed, next: programmed, answers: answers(run.world, programmed), dependents: new Set() }
    })
    const resolve = dns.up && needed.find(({ name }) => name === DNS_SERVICE)?.answers !== false
    const names = { resolve, silent: false, turns: 0, lost: new Map() }
    setState(run.world, proxyState, { process, runner: new SyncRunner(rulesOf(run)), needed, names, ticket: NO_TICKET, due: NEVER })
    if (!truth.listeners.includes(listener)) {
      truth.listeners.push(listener)
      dns.listeners.push(namesChanged)
    }
    for (const { pods } of truth.machines) for (const pod of [...pods]) if (enlist(run, pod)) supply(run, pod)
  },
}
