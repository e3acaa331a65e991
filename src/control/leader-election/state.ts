import type { Instance } from '../../cluster/control-plane.ts'
import type { Process } from '../../cluster/process.ts'
import { type Run, stateKey, stateOf, type World } from '../../cluster/world.ts'
import type { JitterLoop } from '../../kernel/jitter-loop.ts'
import type { Instant } from '../../kernel/time.ts'
import type { BackoffEntry } from '../kubelet/backoff.ts'
import type { LeaderElectionFlags } from './flags.ts'

/** One process that leads, or would. Its memory of the record dies with it. */
export interface Candidate {
  readonly instance: Instance
  phase: 'down' | 'starting' | 'waiting' | 'acquiring' | 'leading'
  /** The version of the record it has seen, 0 for none, and when it saw that for the first time. */
  seen: number
  observed: Instant
  /** Since when it reaches the API server, NEVER while it does not; and since when it does not. */
  sighted: Instant
  lost: Instant
  /** Its caches cannot be filled for want of an API server: it goes on when they are. */
  unfilled: boolean
  /** How often it has tried to take the record: addresses draws. */
  tries: number
  /** Whether its try will be answered in time. */
  answered: boolean
  /** What its kubelet remembers of its exits. */
  exits: BackoffEntry | undefined
}

/** The leader election of one program. The record itself (a Lease, or before 1.20 Endpoints) is not in the store: nobody else reads it. */
export interface Election {
  readonly program: 'kube-controller-manager' | 'kube-scheduler'
  /** What the leader runs as. */
  readonly process: Process
  readonly flags: LeaderElectionFlags
  /** Not with `leader-elect: false`: then the first candidate runs without asking. */
  readonly elects: boolean
  readonly candidates: readonly Candidate[]
  leader: Candidate | null
  /** Counts records that nobody renews any more: version of the newest. */
  version: number
  /** It was given up by its holder. */
  released: boolean
  /** While the leader cannot renew: its first attempt that failed, or will; null while it renews. */
  attempt: Instant | null
  /** While attempts to renew are events: when the record was renewed last, the next attempt, and how many there were. */
  laboured: boolean
  renewed: Instant
  next: Instant
  attempts: number
  /** When the connections of the leader were lost. */
  awayAt: Instant
  /** Counts terms of leaders, and outages that end: what of an earlier one comes due later is void. */
  term: number
  outages: number
}

/** Both elections, and the loops of all candidates, by instance id. */
export interface Elections {
  readonly rows: readonly Election[]
  readonly renewals: JitterLoop<World>
  readonly polls: JitterLoop<World>
  /** A candidate has taken the record. */
  readonly lead: (run: Run, election: Election, candidate: Candidate) => void
  /** A leader's renew deadline is over. */
  readonly giveUp: (run: Run, candidate: Candidate) => void
}

/** Where the world keeps them. */
export const electionsState = stateKey<Elections>('leader-election')

/** Both elections; they must have begun. */
export const electionsOf = (run: Run): Elections => stateOf(run.world, electionsState)

/** The election an instance stands for; undefined for those of etcd and kube-apiserver. */
export function standingOf(run: Run, instance: Instance): { election: Election; candidate: Candidate } | undefined {
  const election = electionsOf(run)?.rows.find(({ program }) => program === instance.program)
  const candidate = election?.candidates[instance.member]
  return election === undefined || candidate === undefined ? undefined : { election, candidate }
}

/** Whether this process leads: by the record of its program, or in etcd; any API server does. */
export function leads(run: Run, instance: Instance): boolean {
  if (instance.program === 'kube-apiserver') return true
  if (instance.program === 'etcd') return run.world.controlPlane.etcdLeader === instance.member
  return standingOf(run, instance)?.candidate.phase === 'leading'
}
