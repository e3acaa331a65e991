import type { SummaryRow } from '../study/study.ts'
import type { Sweep } from '../study/sweep.ts'
import { type Column, csv } from './csv.ts'
import { SUMMARY_COLUMNS, type SummaryLine } from './summary-csv.ts'

interface Line extends SummaryLine {
  readonly values: readonly string[]
}

/** `<name>.sweep.csv`, tidy: one row per point, measure and labels; a column for every axis, then those of the summary. */
export function sweepCsv({ axes, points }: Pick<Sweep, 'axes' | 'points'>): Generator<string> {
  const columns: Column<Line>[] = [
    ...axes.map(({ path }, i) => ({ name: path, value: ({ values }: Line) => values[i] ?? null })),
    ...SUMMARY_COLUMNS,
  ]
  return csv(columns, lines(points))
}

function* lines(points: Sweep['points']): Generator<Line> {
  for (const { values, study } of points) {
    for (const row of study.summaries) yield { values, scenario: study.scenario.name, row: row satisfies SummaryRow }
  }
}
