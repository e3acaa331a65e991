import type { Expectation } from '../scenario/scenario.ts'
import { canonicalLabels, type Series } from './series.ts'
import { valuesNeeded } from './statistics/needed.ts'
import { ascending } from './statistics/observation.ts'
import { estimate, limits, statisticOf } from './statistics/statistic.ts'
import { type Decision, decide } from './statistics/verdict.ts'

/** What became of one expectation. Values in the measure's outer unit (seconds, shares, counts). */
export interface Verdict {
  readonly text: string
  readonly decision: Decision
  /** Only a warning: it never changes the exit code. */
  readonly warn: boolean
  readonly unit: Series['unit']
  /** Values it rests on. */
  readonly n: number
  readonly censored: number
  readonly estimate: number | null
  /** One-sided limits, each with `confidence`. */
  readonly lower: number | null
  readonly upper: number | null
  readonly confidence: number
  /** About how many replications would decide; null when decided or when it cannot be said. */
  readonly needed: number | null
  /** Why it cannot be judged otherwise; empty when the numbers speak. */
  readonly reason: string
}

/**
 * Judges an expectation on the confidence limit: pass, fail, or undecided with the replications that would decide.
 * @param replications how many the series came from: a fault does not yield a value in each
 */
export function judge(expectation: Expectation, series: readonly Series[], replications: number): Verdict {
  const { text, warn, confidence, operator, value: bound } = expectation
  const labels = canonicalLabels(expectation.labels)
  const found = series.find((one) => one.measure === expectation.measure && one.labels === labels)
  const statistic = statisticOf(expectation.stat)
  if (found === undefined || statistic === null) {
    const reason = statistic === null ? `there is no statistic "${expectation.stat}"` : 'no replication yielded a value to judge'
    return { text, warn, confidence, decision: 'fail', unit: 'count', n: 0, censored: 0, ...NOTHING, reason }
  }
  const sorted = ascending(found.values)
  const censored = sorted.filter((one) => one.censored).length
  const around = limits(sorted, statistic, confidence)
  const decision = decide(around, operator, bound)
  const values = decision === 'undecided' ? valuesNeeded(sorted, statistic, bound, confidence) : null
  return {
    ...{ text, warn, confidence, decision, unit: found.unit, n: sorted.length, censored, ...around },
    estimate: estimate(sorted, statistic),
    needed: values === null ? null : Math.ceil((values * replications) / sorted.length),
    reason: decision === 'undecided' && censored > 0 ? `${censored} of ${sorted.length} values are cut by the horizon` : '',
  }
}

const NOTHING = { estimate: null, lower: null, upper: null, needed: null } as const
