import type { Component } from '../cluster/component.ts'
import type { PodId } from '../cluster/objects.ts'
import type { Process } from '../cluster/process.ts'
import type { TruthListener } from '../cluster/truth.ts'
import { type Kind, type Run, setState, stateKey, stateOf } from '../cluster/world.ts'
import { NO_TICKET, type Ticket } from '../kernel/queue.ts'
import { type Instant, NEVER } from '../kernel/time.ts'
import { kubeProxyFlags } from './kube-proxy/flags.ts'
import { answers, neededServices, needsOf, type Programmed, programmedFor } from './kube-proxy/needs.ts'
import { rulesOf } from './kube-proxy/rules.ts'
import { SyncRunner } from './kube-proxy/runner.ts'

/** A Service that somebody needs. */
interface Needed {
  readonly name: string
  programmed: Programmed
  /** What the sync under way will have programmed. */
  next: Programmed
  answers: boolean
  /** Pods whose applications need it. */
  readonly dependents: Set<PodId>
}

interface State {
  readonly process: Process
  readonly runner: SyncRunner
  readonly needed: readonly Needed[]
  /** The sync that was asked for, and when it starts. */
  ticket: Ticket
  due: Instant
}

const state = stateKey<State>('kube-proxy')
const at = (run: Run): State => stateOf(run.world, state)

/** A change has arrived: the rules are synced as soon as the runner lets them. */
function ask(run: Run): void {
  const row = at(run)
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
    const row = at(run)
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
    for (const one of at(run).needed) {
      one.programmed = one.next
      look(run, one)
    }
  },
}

/** An endpoint of a needed Service may have begun or stopped to answer. */
const LookAtService: Kind = {
  name: 'kube-proxy/look',
  on(run, index) {
    const one = at(run).needed[index]
    if (one !== undefined) look(run, one)
  },
}

function look(run: Run, one: Needed): void {
  const now = answers(run.world, one.programmed)
  if (now === one.answers) return
  one.answers = now
  for (const pod of one.dependents) supply(run, pod)
}

/** Whether the applications of a Pod have every Service that they need. */
function supplied(run: Run, pod: PodId): boolean {
  const names = needsOf(run.world, pod)
  return at(run).needed.every(({ name, answers: does }) => does || !names.includes(name))
}

function supply(run: Run, pod: PodId): void {
  const { truth, observers } = run.world
  const sandbox = truth.sandbox(pod)
  if (sandbox === undefined) return
  const has = supplied(run, pod)
  truth.supply(run, sandbox, has)
  if (!has) observers.podStage(run, pod, 'ready')
}

/** Its applications are among those that need something. */
function enlist(run: Run, pod: PodId): boolean {
  const names = needsOf(run.world, pod)
  const mine = at(run).needed.filter(({ name }) => names.includes(name))
  for (const { dependents } of mine) dependents.add(pod)
  return mine.length > 0
}

const listener: TruthListener = {
  down() {},
  up() {},
  runtime() {},
  started(run, pod) {
    const sandbox = run.world.truth.sandbox(pod)
    if (sandbox !== undefined && enlist(run, pod)) sandbox.supplied = supplied(run, pod)
  },
  serving(run, pod) {
    at(run).needed.forEach(({ programmed }, index) => {
      if (programmed.has(pod)) run.after(1, LookAtService, index)
    })
  },
}

/**
 * kube-proxy. What clients see of Services is computed for all proxies at once, as a population and without events (kube-proxy/population.ts). Only where `behaviour`
 * says that an application needs a Service does one process run, which stands for the proxies of all machines: by it applications learn that a Service answers no more.
 */
export const kubeProxy: Component = {
  name: 'kube-proxy',
  doc: 'Programs the endpoints of every Service on every machine, in syncs of a bounded frequency; one population for all machines.',
  process: 'kube-proxy',
  flags: kubeProxyFlags,
  watches: { Service: ask, EndpointSlice: ask },
  start(run, process) {
    const { truth, profile } = run.world
    const needed = neededServices(run.world).map((name): Needed => {
      const programmed = programmedFor(process.cache, name, profile.minor)
      return { name, programmed, next: programmed, answers: answers(run.world, programmed), dependents: new Set() }
    })
    setState(run.world, state, { process, runner: new SyncRunner(rulesOf(run)), needed, ticket: NO_TICKET, due: NEVER })
    if (!truth.listeners.includes(listener)) truth.listeners.push(listener)
    for (const { pods } of truth.machines) for (const pod of [...pods]) if (enlist(run, pod)) supply(run, pod)
  },
}
