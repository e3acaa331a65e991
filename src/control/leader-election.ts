import { failureTime, type Instance, type ServerState } from '../cluster/control-plane.ts'
import type { Process } from '../cluster/process.ts'
import { startProcess, stopProcess } from '../cluster/processes.ts'
import { type Kind, type Run, setState, type World } from '../cluster/world.ts'
import { JitterLoop } from '../kernel/jitter-loop.ts'
import { type Instant, NEVER } from '../kernel/time.ts'
import { resolveFlags } from '../scenario/flags.ts'
import type { ComponentWord } from '../scenario/vocabulary.ts'
import { backoffEnd, DEFAULT_LIMITS, nextEntry } from './kubelet/backoff.ts'
import { beginLooking, freeze, LookAtRecord, wantLooks } from './leader-election/candidate.ts'
import { type LeaderElectionFlags, leaderElectionFlags } from './leader-election/flags.ts'
import { firstList, LIST_PERIOD } from './leader-election/node-list.ts'
import { attemptAt, beginFailing, lastRenewal, nextAttempt, renewFrom, renewNoMore, writesSlowed } from './leader-election/renewals.ts'
import { callTimeout, JITTER_FACTOR, releasesOnExit, renewsAt } from './leader-election/rules.ts'
import { type Candidate, type Election, electionsOf, electionsState, standingOf } from './leader-election/state.ts'
import { balancedListener, failingAt, isAway, pauseWatches, reconnectDelay, resumeWatches } from './reconnect.ts'

/** Leader election as a word of the scenario: each program has its own, with these flags. */
export const leaderElection: ComponentWord = {
  name: 'leader-election',
  doc: 'One kube-controller-manager and one kube-scheduler of several work at a time; the others take over when its lease is not renewed.',
  process: 'kube-controller-manager',
  flags: leaderElectionFlags,
}

/** Ranks of the two loops among those that fire in the same instant. */
const LOOK_RANK = 40
const RENEWAL_RANK = 41
const ELECTED = ['kube-controller-manager', 'kube-scheduler'] as const

/** The leader renews the record, every 2 s: nothing follows from that. */
const RenewRecord: Kind = { name: 'leader-election/renew', on: () => {} }

/**
 * Makes the candidates of both programs as they are in a cluster that has run for long: one leads each, the others look on. To be called once, before processes start.
 * staging/src/k8s.io/client-go/tools/leaderelection/leaderelection.go (1.20 … 1.36); kubernetes-semantics §9.4.
 */
export function beginElections(run: Run): void {
  const { world } = run
  const { elision, latency, controlPlane, scenario, profile, processes } = world
  const settings = (program: (typeof ELECTED)[number]): LeaderElectionFlags =>
    resolveFlags(leaderElectionFlags, profile, scenario.cluster.flags[program])
  const period = settings('kube-controller-manager')['leader-elect-retry-period']
  const renewing = { purpose: 'leader-election.renew', period, jitter: 0, runTime: latency['api-request'] }
  const looking = { purpose: 'leader-election.look', period, jitter: JITTER_FACTOR, runTime: latency['api-get'] }
  const rows = ELECTED.map((program): Election => {
    const process = processes.find((each) => each.program === program) as Process
    const candidates = controlPlane.of(program).map((instance) => candidateOf(instance))
    const elects = scenario.cluster.controlPlane.leaderElect
    const row = { program, process, flags: settings(program), elects, candidates, leader: null, version: 0, released: false }
    const renewing = { attempt: null, laboured: false, renewed: NEVER, next: NEVER, attempts: 0 }
    return { ...row, ...renewing, awayAt: NEVER, term: 0, outages: 0 }
  })
  setState(world, electionsState, {
    rows,
    renewals: new JitterLoop<World>(RenewRecord, RENEWAL_RANK, renewing, run.random, elision),
    polls: new JitterLoop<World>(LookAtRecord, LOOK_RANK, looking, run.random, elision),
    lead,
    giveUp,
  })
  for (const row of rows) startLongAgo(run, row)
  controlPlane.listeners.push({ stopped, started, server: serverChanged }, balancedListener)
  world.slowness.listeners.push(writesSlowed)
}

const candidateOf = (instance: Instance): Candidate => ({
  instance,
  phase: 'waiting',
  seen: 0,
  observed: 0 as Instant,
  sighted: Number.NEGATIVE_INFINITY as Instant,
  lost: NEVER,
  unfilled: false,
  tries: 0,
  answered: true,
  exits: undefined,
})

function startLongAgo(run: Run, election: Election): void {
  const { candidates, flags, process, program, elects } = election
  const { polls, renewals } = electionsOf(run)
  const drawn = candidates.map((candidate) => ({ candidate, draw: elects ? run.random.draw('leader', candidate.instance.name) : 0 }))
  const leader = drawn.reduce((best, each) => (each.draw < best.draw ? each : best)).candidate
  election.leader = leader
  leader.phase = 'leading'
  process.member = leader.instance.member
  if (!elects) {
    for (const candidate of candidates) if (candidate !== leader) candidate.phase = 'down'
    return
  }
  for (const { instance } of candidates) {
    const loop = instance === leader.instance ? 'renew' : 'look'
    const { phases } = run.world.scenario
    const ago =
      phases[`${program}.${loop}/control-plane-${instance.member + 1}`] ??
      Math.floor(run.random.draw('phase', `leader-election.${loop}/${instance.name}`) * flags['leader-elect-retry-period'])
    const loops = loop === 'renew' ? renewals : polls
    loops.start(run, instance.id, instance.name, (0 - ago) as Instant)
  }
}

/** A candidate has the record: it leads, and its controllers run once their caches are filled. */
function lead(run: Run, election: Election, candidate: Candidate): void {
  const { instance } = candidate
  if (election.leader !== null) run.world.controlPlane.exit(run, election.leader.instance, 0)
  electionsOf(run).polls.stop(run, instance.id)
  candidate.phase = 'leading'
  election.leader = candidate
  election.renewed = run.now
  renewFrom(run, election, candidate, run.now)
  election.released = false
  election.term++
  election.process.member = instance.member
  run.world.observers.controlPlane(run, instance.name, 'leads')
  // A scheduler has filled its caches before it stood for election; a controller manager begins now (cmd/kube-scheduler/app/server.go, cmd/kube-controller-manager/app/controllermanager.go).
  if (election.program === 'kube-scheduler') run.after(1, ControllersStart, instance.id, election.term)
  else initialise(run, election, candidate, election.term)
}

/**
 * A controller manager makes its controllers one after the other, and starts its informers when all are made
 * (cmd/kube-controller-manager/app/controllermanager.go: StartControllers, BuildControllers): node-ipam-controller, which asks for all
 * Nodes while it is made, holds up the others. Detail as that of what follows.
 */
function initialise(run: Run, election: Election, candidate: Candidate, detail: number): void {
  const { profile, scenario } = run.world
  const lists = election.program === 'kube-controller-manager' && scenario.cluster.network.nodeIPAM === true
  if (lists) run.after(Math.max(1, firstList(profile.minor)), ListNodes, candidate.instance.id, detail)
  else startLater(run, candidate, candidate.phase === 'leading' ? ControllersStart : Stands, detail)
}

/**
 * node-ipam-controller asks for all Nodes; where there is no API server, again after a period. Detail: which term, or which try of a
 * process that needs no election.
 */
export const ListNodes: Kind = {
  name: 'node-ipam/list-nodes',
  on(run, id, detail) {
    const standing = standingOf(run, run.world.controlPlane.instances[id] as Instance)
    if (standing === undefined) return
    const { election, candidate } = standing
    const leads = candidate.phase === 'leading'
    if (!leads && candidate.phase !== 'starting') return
    if (detail !== (leads ? election.term : candidate.tries)) return
    if (candidate.sighted === NEVER) run.after(LIST_PERIOD, ListNodes, id, detail)
    else startLater(run, candidate, leads ? ControllersStart : Stands, detail)
  },
}

function startLater(run: Run, { instance }: Candidate, kind: Kind, detail: number): void {
  const time = run.random.duration(run.world.latency['controller-start'], 'controller-start', instance.name, detail)
  run.after(Math.max(1, time), kind, instance.id, detail)
}

/** The caches of the leader are filled: it works, with no memory of anything before. Detail: which term. */
export const ControllersStart: Kind = {
  name: 'leader-election/controllers-start',
  on(run, id, term) {
    const standing = standingOf(run, run.world.controlPlane.instances[id] as Instance)
    if (standing === undefined || standing.election.term !== term) return
    const { election, candidate } = standing
    if (election.process.up || candidate.phase !== 'leading') return
    candidate.unfilled = isAway(run.world.controlPlane.state(candidate.instance.member))
    if (!candidate.unfilled) startProcess(run, election.process)
  },
}

/** An API server is there for a process whose caches are empty: the last of its reflectors to try again decides when they are filled. */
function fillLater(run: Run, election: Election, candidate: Candidate, before: ServerState): void {
  const { instance, lost, phase, tries } = candidate
  candidate.unfilled = false
  const mine = run.world.components.filter(({ process }) => process === instance.program)
  const kinds = new Set(mine.flatMap(({ watches }) => Object.keys(watches)))
  const failing = { ...failingAt(before), notices: 0 }
  const delays = [...kinds].map((kind) =>
    reconnectDelay(run.now - lost, (n) => run.random.draw('reconnect-watch', `${instance.name}|${kind}|${lost}`, n), failing),
  )
  const leads = phase === 'leading'
  run.after(Math.max(1, ...delays), leads ? ControllersStart : Stands, instance.id, leads ? election.term : tries)
}

/** A process has died. */
function stopped(run: Run, instance: Instance): void {
  const standing = standingOf(run, instance)
  if (standing === undefined) return
  const { election, candidate } = standing
  const led = candidate.phase === 'leading'
  candidate.phase = 'down'
  candidate.unfilled = false
  electionsOf(run).polls.stop(run, instance.id)
  if (!led) return
  const renewed = election.attempt === null ? lastRenewal(run, election, instance) : (Number.NaN as Instant)
  election.leader = null
  election.attempt = null
  election.term++
  stopProcess(run, election.process)
  if (!election.elects) return
  renewNoMore(run, election, instance)
  freeze(run, election, renewed)
}

/** A process runs again. A scheduler fills its caches before it stands for election. */
function started(run: Run, instance: Instance): void {
  const standing = standingOf(run, instance)
  if (standing === undefined) return
  const { election, candidate } = standing
  candidate.phase = 'starting'
  if (isAway(run.world.controlPlane.state(instance.member))) candidate.lost = run.now
  candidate.tries++
  if (!election.elects && instance.member !== 0) return
  if (election.elects && election.program === 'kube-controller-manager') Stands.on(run, instance.id, candidate.tries)
  else initialise(run, election, candidate, candidate.tries)
}

/** A process that has started stands for election, or runs without one. Detail: which of its tries. */
export const Stands: Kind = {
  name: 'leader-election/stands',
  on(run, id, tries) {
    const standing = standingOf(run, run.world.controlPlane.instances[id] as Instance)
    if (standing === undefined || standing.candidate.phase !== 'starting' || standing.candidate.tries !== tries) return
    const { election, candidate } = standing
    const fills = !election.elects || election.program === 'kube-scheduler'
    candidate.unfilled = fills && isAway(run.world.controlPlane.state(candidate.instance.member))
    if (candidate.unfilled) return
    if (election.elects) {
      beginLooking(run, election, candidate)
      return
    }
    candidate.phase = 'leading'
    election.leader = candidate
    startProcess(run, election.process)
  },
}

/** A process was told to end, and may give its lease up, or its leadership of etcd, on the way. */
export function release(run: Run, instance: Instance): void {
  if (instance.program === 'etcd') run.world.controlPlane.handOver(run, instance)
  const standing = standingOf(run, instance)
  if (standing === undefined || standing.candidate.phase !== 'leading' || standing.candidate.sighted === NEVER) return
  if (standing.election.elects && releasesOnExit(instance.program, run.world.profile.minor)) standing.election.released = true
}

/** The API server beside a candidate is something else than before. */
function serverChanged(run: Run, member: number, before: ServerState): void {
  const state = run.world.controlPlane.state(member)
  for (const election of electionsOf(run).rows) {
    const candidate = election.candidates[member]
    if (candidate === undefined) continue
    if (before === 'serving') candidate.sighted = NEVER
    if (state === 'serving') candidate.sighted = run.now
    if (isAway(state) && !isAway(before)) candidate.lost = run.now
    if (!isAway(state) && candidate.unfilled) fillLater(run, election, candidate, before)
    if (candidate.phase === 'leading') leaderPathChanged(run, election, candidate, before, state)
    else if (election.elects && state === 'serving') lookAgain(run, election, candidate, before)
  }
}

function leaderPathChanged(run: Run, election: Election, { instance }: Candidate, before: ServerState, state: ServerState): void {
  const { process } = election
  const away = isAway(state)
  const wasAway = isAway(before)
  if (away && !wasAway) {
    election.awayAt = run.now
    pauseWatches(process)
  }
  if (!away && wasAway) resumeWatches(run, process, election.awayAt, before)
  if (election.elects && before === 'serving' && election.attempt === null)
    beginFailing(run, election, instance, nextAttempt(run, election, instance))
  if (state !== 'serving') return
  renewAgain(run, election, instance, before)
}

/** The leader reaches the API server again: it goes on, unless its renew deadline comes before its next attempt. */
function renewAgain(run: Run, election: Election, instance: Instance, before: ServerState): void {
  const { attempt, flags } = election
  if (attempt === null) return
  const deadline = flags['leader-elect-renew-deadline']
  const call = before === 'refused' ? 0 : failureTime(before, callTimeout(deadline, run.world.profile.minor))
  const time = attempt > run.now ? attempt : renewsAt(attempt, run.now, flags['leader-elect-retry-period'], call, deadline)
  if (time === null) return
  if (election.laboured) {
    attemptAt(run, election, instance, time)
    return
  }
  election.attempt = null
  election.outages++
  if (time !== attempt) electionsOf(run).renewals.start(run, instance.id, instance.name, time)
}

/** A candidate reaches the API server again; where its calls were hanging, its next look depends on when the last one began. */
function lookAgain(run: Run, election: Election, { phase, instance, tries }: Candidate, before: ServerState): void {
  if (phase !== 'waiting') return
  if (before !== 'refused') {
    const { flags } = election
    const [stretch, place] = [0, 1].map((n) => run.random.draw('look-again', `${instance.name}|${tries}|${run.now}`, n)) as [number, number]
    const call = failureTime(before, callTimeout(flags['leader-elect-renew-deadline'], run.world.profile.minor))
    const gap = call + flags['leader-elect-retry-period'] * (1 + JITTER_FACTOR * stretch)
    electionsOf(run).polls.start(run, instance.id, instance.name, (run.now + Math.max(1, Math.round(gap * place))) as Instant)
  }
  wantLooks(run, election)
}

/** A leader exits; its kubelet starts it again, with back-off when that happens often. */
function giveUp(run: Run, candidate: Candidate): void {
  const again = backoffEnd(candidate.exits, run.now)
  candidate.exits = nextEntry(candidate.exits, run.now, again, DEFAULT_LIMITS)
  run.world.controlPlane.exit(run, candidate.instance, again - run.now)
}
