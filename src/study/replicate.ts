import type { Instant } from '../kernel/time.ts'
import type { Recording, ReplicationResult } from '../measure/record.ts'
import type { Scenario } from '../scenario/scenario.ts'

/** How to run a replication, as plain data that crosses threads. None of it but `recording` and `until` changes what is answered. */
export interface ReplicationOptions {
  readonly recording: Recording
  readonly queue: 'columns' | 'heap'
  readonly elision: 'elided' | 'unelided'
  /** Events after which a replication gives up, with a remark. */
  readonly eventLimit: number
  /** Stop here instead of at the horizon. */
  readonly until?: Instant
}

/** Runs one replication; throws when an invariant of the model breaks. */
export type Simulate = (scenario: Scenario, replication: number, options: ReplicationOptions) => ReplicationResult

/** Why there is no result: an exception of one replication, or the end of the thread that ran it. */
export interface Failure {
  readonly replication: number
  readonly message: string
  /** Where it was thrown; empty when a thread died. */
  readonly stack: string
}

/** What came of a range of replications: their results in order up to the first failure. */
export interface Outcome {
  readonly results: readonly ReplicationResult[]
  readonly failure: Failure | null
}

/** Runs replications `from` … `to`, both included, in order. */
export function replicate(simulate: Simulate, scenario: Scenario, from: number, to: number, options: ReplicationOptions): Outcome {
  const results: ReplicationResult[] = []
  for (let replication = from; replication <= to; replication++) {
    try {
      results.push(simulate(scenario, replication, options))
    } catch (thrown) {
      const error = thrown instanceof Error ? thrown : new Error(String(thrown))
      return { results, failure: { replication, message: error.message, stack: error.stack ?? '' } }
    }
  }
  return { results, failure: null }
}
