import type { ReplicationResult } from '../measure/record.ts'
import type { Scenario } from '../scenario/scenario.ts'
import type { MeasureWord } from '../scenario/vocabulary.ts'
import { judge, type Verdict } from './expectation.ts'
import { type Series, seriesOf } from './series.ts'
import { type Summary, summarise } from './statistics/summary.ts'

/** One line of the summary: a series and what it amounts to, in the measure's outer unit. */
export interface SummaryRow extends Summary {
  readonly measure: string
  readonly labels: string
  readonly unit: Series['unit']
}

/** All that a scenario's replications answered, ready to be reported. */
export interface Study {
  readonly scenario: Scenario
  /** In order of replication. */
  readonly results: readonly ReplicationResult[]
  /** It was interrupted: fewer results than the scenario asks for. */
  readonly partial: boolean
  readonly summaries: readonly SummaryRow[]
  /** Empty when partial: half a study decides nothing. */
  readonly verdicts: readonly Verdict[]
}

/** Reduces results, which must be in order of replication, to a study. */
export function studyOf(
  scenario: Scenario,
  results: readonly ReplicationResult[],
  measures: readonly MeasureWord[],
  partial: boolean,
): Study {
  const series = seriesOf(results, measures)
  return {
    scenario,
    results,
    partial,
    summaries: series.map(({ measure, labels, unit, values }) => ({ measure, labels, unit, ...summarise(values, unit === 'share') })),
    verdicts: partial ? [] : scenario.expect.map((expectation) => judge(expectation, series, results.length)),
  }
}
