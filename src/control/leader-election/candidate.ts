import type { Instance } from '../../cluster/control-plane.ts'
import { workTime } from '../../cluster/slowness.ts'
import type { Kind, Run } from '../../cluster/world.ts'
import { type Instant, NEVER } from '../../kernel/time.ts'
import { callTimeout, isExpired } from './rules.ts'
import { type Candidate, type Election, electionsOf, standingOf } from './state.ts'

/** Looks are remembered that far back at least: three of them, 2 s apart or more; a record that is renewed on time is no older. */
const REMEMBERED_US = 4_000_000

/** The record is renewed no more since `renewed` (NaN: that is known): notes which candidates have seen its newest version, and lets the others look. */
export function freeze(run: Run, election: Election, renewed: Instant): void {
  if (Number.isNaN(renewed)) {
    wantLooks(run, election)
    return
  }
  election.version++
  for (const candidate of election.candidates) {
    if (candidate.phase !== 'waiting' || candidate.sighted === NEVER) continue
    const look = electionsOf(run).polls.next(
      candidate.instance.id,
      Math.max(renewed, candidate.sighted, run.now - REMEMBERED_US) as Instant,
    )
    if (look > run.now) continue
    candidate.seen = election.version
    candidate.observed = look
  }
  wantLooks(run, election)
}

/** Whether somebody renews the record. */
export const isLed = ({ leader, attempt }: Election): boolean => leader !== null && attempt === null

/** Nobody renews the record: the next look of every candidate matters. */
export function wantLooks(run: Run, election: Election): void {
  if (isLed(election)) return
  for (const { phase, sighted, instance } of election.candidates) {
    if (phase === 'waiting' && sighted !== NEVER) electionsOf(run).polls.want(run, instance.id)
  }
}

/** A candidate begins to look at the record: it knows nothing of it. */
export function beginLooking(run: Run, election: Election, candidate: Candidate): void {
  const { instance } = candidate
  candidate.phase = 'waiting'
  candidate.seen = 0
  electionsOf(run).polls.start(run, instance.id, instance.name, (run.now + 1) as Instant)
  wantLooks(run, election)
}

/**
 * A candidate looks at the record, every 2 … 4.4 s (leaderelection.go:acquire). It matters, and is an event, only while nobody renews the record and the candidate
 * reaches the API server. Triggers: the leader ends or cannot renew; the candidate starts, or reaches the API server again.
 */
export const LookAtRecord: Kind = {
  name: 'leader-election/look',
  on(run, id) {
    const standing = standingOf(run, run.world.controlPlane.instances[id] as Instance)
    if (standing === undefined) return
    const { election, candidate } = standing
    if (isLed(election) || candidate.phase !== 'waiting' || candidate.sighted === NEVER) return
    const unseen = candidate.seen !== election.version
    if (unseen) {
      candidate.seen = election.version
      candidate.observed = run.now
    }
    const free = election.released || (!unseen && isExpired(candidate.observed, run.now, election.flags['leader-elect-lease-duration']))
    if (free) acquire(run, election, candidate)
    else electionsOf(run).polls.want(run, id)
  },
}

/** Writes itself into the record. */
function acquire(run: Run, election: Election, candidate: Candidate): void {
  candidate.phase = 'acquiring'
  const call = workTime(run, 'write', 'api-request', 'acquire-lease', candidate.instance.name, ++candidate.tries)
  const patience = callTimeout(election.flags['leader-elect-renew-deadline'], run.world.profile.minor)
  candidate.answered = call <= patience
  run.after(Math.max(1, Math.min(call, patience)), LeaseAcquired, candidate.instance.id, candidate.tries)
}

/** A candidate's write of the record is answered: it leads, unless somebody else was first or it has waited in vain. Detail: which try. */
export const LeaseAcquired: Kind = {
  name: 'leader-election/acquired',
  on(run, id, tries) {
    const standing = standingOf(run, run.world.controlPlane.instances[id] as Instance)
    if (standing === undefined) return
    const { election, candidate } = standing
    if (candidate.phase !== 'acquiring' || candidate.tries !== tries) return
    if (isLed(election) || candidate.sighted === NEVER || !candidate.answered) {
      candidate.phase = 'waiting'
      wantLooks(run, election)
      return
    }
    electionsOf(run).lead(run, election, candidate)
  },
}
