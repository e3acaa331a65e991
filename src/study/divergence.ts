import { Excerpt, Fingerprint, firstDifference, firstDifferingStretch, type SeenEvent } from '../kernel/fingerprint.ts'
import type { Observer } from '../kernel/simulation.ts'
import type { ReplicationResult } from '../measure/record.ts'
import type { Scenario } from '../scenario/scenario.ts'
import type { ReplicationOptions } from './replicate.ts'

/** How two runs that should be alike are not. */
export type Divergence =
  /** Their results differ, their events (as far as those must be alike) do not. */
  | { readonly what: 'results' }
  /** The first event that differs; absent where that run had ended. */
  | { readonly what: 'event'; readonly first: SeenEvent | undefined; readonly second: SeenEvent | undefined }
  /** Events differed from number `from` (0 is the first) on, and did not when they were looked at again: the model is not even wrong in the same way twice. */
  | { readonly what: 'fleeting'; readonly from: number }

/** A model that lets itself be observed. */
export type ObservedSimulate = (
  scenario: Scenario,
  replication: number,
  options: ReplicationOptions & { readonly observe?: Observer<never> },
) => ReplicationResult

/** Events between two checkpoints. */
const STRETCH = 1024

/**
 * Runs a replication in two ways that must give the same events and the same results; null when they do. With `elision` different between the
 * two, events differ by design and only the results are compared.
 */
export function divergence(
  simulate: ObservedSimulate,
  scenario: Scenario,
  replication: number,
  ways: readonly [ReplicationOptions, ReplicationOptions],
): Divergence | null {
  const alike = ways[0].elision === ways[1].elision
  const observed = (way: ReplicationOptions, observe: Observer<never>) => simulate(scenario, replication, { ...way, observe })
  const prints = [new Fingerprint<never>(STRETCH), new Fingerprint<never>(STRETCH)] as const
  const results = [observed(ways[0], prints[0].observe), observed(ways[1], prints[1].observe)] as const
  if (alike && prints[0].hex !== prints[1].hex) {
    const [ours, theirs] = [prints[0].checkpoints, prints[1].checkpoints]
    const from = (firstDifferingStretch(ours, theirs) ?? ours.length) * STRETCH
    const excerpts = [new Excerpt<never>(from, from + STRETCH), new Excerpt<never>(from, from + STRETCH)] as const
    observed(ways[0], excerpts[0].observe)
    observed(ways[1], excerpts[1].observe)
    const pair = firstDifference(excerpts[0].events, excerpts[1].events)
    return pair === undefined ? { what: 'fleeting', from } : { what: 'event', first: pair[0], second: pair[1] }
  }
  return answers(results[0], alike) === answers(results[1], alike) ? null : { what: 'results' }
}

/** All that a user can see of a result; the count of events and their hash only where they must agree. */
function answers({ handled, fingerprint, ...result }: ReplicationResult, withEvents: boolean): string {
  return JSON.stringify(withEvents ? { ...result, handled, fingerprint } : result)
}
