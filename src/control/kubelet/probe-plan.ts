import { type Instant, NEVER } from '../../kernel/time.ts'
import type { Probe as ProbeSpec } from '../../scenario/specs.ts'

const SECOND = 1_000_000

/** What decides when a probe's result changes next; all times in µs. */
export interface ProbeFacts {
  readonly kind: 'readiness' | 'liveness' | 'startup'
  readonly spec: ProbeSpec
  /** Some tick of its ticker. */
  readonly anchor: number
  /** Ticks later than this count. */
  readonly after: number
  readonly startedAt: number
  /** The start as the Pod's status shows it. */
  readonly shownStart: number
  /** When the application answers its readiness and startup probes; NEVER: it hangs, and answers no probe. */
  readonly readyAt: number
  readonly result: 'unknown' | 'success' | 'failure'
  /** Successes in a row so far. */
  readonly successes: number
}

/** A result that a probe will come to. */
export interface ProbeResult {
  readonly time: Instant
  readonly result: 'success' | 'failure'
}

/** The first tick at or after `time`. */
export function tickFrom(anchor: number, period: number, time: number): number {
  return anchor + Math.ceil((time - anchor) / period) * period
}

/**
 * A start as the status manager shows it, cut to whole seconds of the wall clock: `clock` is how far into one the run began, 0 … 1
 * (status/status_manager.go:normalizeStatus, 1.20 … 1.36).
 */
export function shownStart(startedAt: number, clock: number): number {
  const begun = Math.floor(clock * SECOND)
  return Math.floor((startedAt + begun) / SECOND) * SECOND - begun
}

/**
 * The first instant at which a probe is not skipped for `initialDelaySeconds`: whole seconds of age are compared, from the start that the
 * status shows, so that it comes up to a second early (prober/worker.go:doProbe).
 */
export const probedFrom = (spec: ProbeSpec, shown: number): number => shown + spec.initialDelaySeconds * SECOND

/**
 * When the result of a probe changes next and to what, if nothing else happens; null: never. Between such instants a probe only repeats
 * itself and is no event. A liveness probe is answered as soon as the process runs, readiness and startup probes once the application is
 * ready; one that hangs lets every probe time out (model). pkg/kubelet/prober/worker.go (1.20 … 1.36; kubernetes-semantics §2.7).
 */
export function nextResult(facts: ProbeFacts): ProbeResult | null {
  const { kind, spec, anchor, after, startedAt, shownStart: shown, readyAt, result, successes } = facts
  const period = spec.periodSeconds * SECOND
  const first = tickFrom(anchor, period, Math.max(after + 1, probedFrom(spec, shown)))
  const answers = kind === 'liveness' && readyAt < NEVER ? startedAt : readyAt
  const timeout = answers === NEVER ? spec.timeoutSeconds * SECOND : 0
  const failure = first + (spec.failureThreshold - 1) * period
  const fails = failure < answers ? { time: (failure + timeout) as Instant, result: 'failure' as const } : null
  if (result === 'success') return kind === 'startup' ? null : fails
  if (kind === 'startup' && result === 'unknown' && fails !== null) return fails
  if (answers === NEVER) return null
  const success = tickFrom(anchor, period, Math.max(first, answers))
  const missing = success === first ? Math.max(1, spec.successThreshold - successes) : spec.successThreshold
  return { time: (success + (missing - 1) * period) as Instant, result: 'success' }
}
