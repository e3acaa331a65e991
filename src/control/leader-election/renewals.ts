import type { Instance } from '../../cluster/control-plane.ts'
import { workTime } from '../../cluster/slowness.ts'
import type { Kind, Run } from '../../cluster/world.ts'
import { type Instant, NEVER } from '../../kernel/time.ts'
import { freeze } from './candidate.ts'
import { callTimeout, givesUpAt } from './rules.ts'
import { type Candidate, type Election, electionsOf, standingOf } from './state.ts'

/*
 * A leader renews its record every 2 s, and nothing follows from that: a loop that is never wanted. Only while writes are slow can a renewal fail by itself; then each
 * attempt is an event that draws how long it takes.
 */

/** The leader renews from `first` on. */
export function renewFrom(run: Run, election: Election, { instance }: Candidate, first: Instant): void {
  election.laboured = run.world.slowness.of('write') !== null
  if (election.laboured) attemptAt(run, election, instance, first)
  else electionsOf(run).renewals.start(run, instance.id, instance.name, first)
}

/** The process that led does so no more. */
export function renewNoMore(run: Run, election: Election, instance: Instance): void {
  election.laboured = false
  election.attempts++
  electionsOf(run).renewals.stop(run, instance.id)
}

/** When the record was renewed last; NaN when it has not been since it was last waited for. */
export const lastRenewal = (run: Run, { laboured, renewed }: Election, { id }: Instance): Instant =>
  laboured ? renewed : electionsOf(run).renewals.last(id, run.now)

/** When the leader tries next. */
export const nextAttempt = (run: Run, { laboured, next }: Election, { id }: Instance): Instant =>
  laboured ? next : electionsOf(run).renewals.next(id, run.now)

/** The next attempt is an event. */
export function attemptAt(run: Run, election: Election, instance: Instance, time: Instant): void {
  election.next = Math.max(run.now + 1, time) as Instant
  election.attempts++
  run.at(election.next, RenewalAttempted, instance.id, election.attempts)
}

/** Writes begin to be slow: the leader's attempts are events from now on, until one succeeds after they have ceased to be. */
export function writesSlowed(run: Run, slow: boolean): void {
  if (!slow) return
  for (const election of electionsOf(run).rows) {
    const { leader } = election
    if (!election.elects || leader === null || election.laboured) continue
    const { instance } = leader
    const renewed = lastRenewal(run, election, instance)
    const next = nextAttempt(run, election, instance)
    electionsOf(run).renewals.stop(run, instance.id)
    election.laboured = true
    election.renewed = (Number.isNaN(renewed) ? run.now : renewed) as Instant
    if (leader.sighted === NEVER) election.next = next
    else attemptAt(run, election, instance, next)
  }
}

/** A leader tries to renew while that may take too long. Detail: which attempt. */
export const RenewalAttempted: Kind = {
  name: 'leader-election/attempt',
  on(run, id, attempt) {
    const instance = run.world.controlPlane.instances[id] as Instance
    const election = standingOf(run, instance)?.election
    if (election === undefined || election.attempts !== attempt || election.leader?.instance !== instance) return
    if (election.leader.sighted === NEVER) return
    const { flags } = election
    const patience = callTimeout(flags['leader-elect-renew-deadline'], run.world.profile.minor)
    const time = Math.max(1, workTime(run, 'write', 'api-request', 'renew-lease', instance.name, attempt))
    if (time > patience) fail(run, election, instance, Math.max(patience, flags['leader-elect-retry-period']))
    else succeed(run, election, election.leader, time)
  },
}

function succeed(run: Run, election: Election, leader: Candidate, time: number): void {
  if (election.attempt !== null) election.outages++
  election.attempt = null
  election.renewed = (run.now + time) as Instant
  renewFrom(run, election, leader, (election.renewed + election.flags['leader-elect-retry-period']) as Instant)
}

function fail(run: Run, election: Election, instance: Instance, pause: number): void {
  if (election.attempt === null) beginFailing(run, election, instance, run.now)
  attemptAt(run, election, instance, (run.now + pause) as Instant)
}

/** From this attempt on the leader has its renew deadline to get through. */
export function beginFailing(run: Run, election: Election, instance: Instance, attempt: Instant): void {
  const renewed = lastRenewal(run, election, instance)
  election.attempt = attempt
  election.outages++
  const deadline = givesUpAt(attempt, election.flags['leader-elect-renew-deadline'])
  run.at(Math.max(run.now + 1, deadline) as Instant, LeaseLost, instance.id, election.outages)
  freeze(run, election, renewed)
}

/** The leader has not been able to renew for as long as it may: the process exits, and its kubelet starts it again. Detail: which outage. */
export const LeaseLost: Kind = {
  name: 'leader-election/lost',
  on(run, id, outage) {
    const standing = standingOf(run, run.world.controlPlane.instances[id] as Instance)
    if (standing === undefined || standing.election.outages !== outage || standing.candidate.phase !== 'leading') return
    electionsOf(run).giveUp(run, standing.candidate)
  },
}
