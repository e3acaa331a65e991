import { type Instant, seconds } from '../../kernel/time.ts'

/** Expectations older than this are not waited for (ExpectationsTimeout). */
const TIMEOUT = seconds(5 * 60)

interface Expectation {
  adds: number
  /** Pods whose deletion is awaited: each counts once, however often it is reported. */
  readonly deletions: Set<number>
  readonly since: Instant
}

/**
 * What a controller has asked for and not seen in its cache yet: until then it neither creates nor deletes again.
 * pkg/controller/controller_utils.go:ControllerExpectations, UIDTrackingControllerExpectations (1.20 … 1.36).
 */
export class Expectations {
  private readonly rows = new Map<number, Expectation>()

  /** Whether everything asked for has been seen, or 5 min have passed. */
  satisfied(now: Instant, key: number): boolean {
    const row = this.rows.get(key)
    if (row === undefined) return true
    return (row.adds <= 0 && row.deletions.size === 0) || now - row.since > TIMEOUT
  }

  expectCreations(now: Instant, key: number, adds: number): void {
    this.rows.set(key, { adds, deletions: new Set(), since: now })
  }

  expectDeletions(now: Instant, key: number, pods: readonly number[]): void {
    this.rows.set(key, { adds: 0, deletions: new Set(pods), since: now })
  }

  /** Both at once: what was expected before is forgotten (SetExpectations). */
  expect(now: Instant, key: number, adds: number, pods: readonly number[]): void {
    this.rows.set(key, { adds, deletions: new Set(pods), since: now })
  }

  /** `count` creations have been seen, or failed. */
  created(key: number, count = 1): void {
    const row = this.rows.get(key)
    if (row !== undefined) row.adds -= count
  }

  /** A deletion has been seen, or failed. */
  deleted(key: number, pod: number): void {
    this.rows.get(key)?.deletions.delete(pod)
  }

  forget(key: number): void {
    this.rows.delete(key)
  }
}
