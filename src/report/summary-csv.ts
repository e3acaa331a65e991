import { formatSeconds } from '../kernel/time.ts'
import type { Series } from '../study/series.ts'
import type { Study, SummaryRow } from '../study/study.ts'
import { type Column, csv } from './csv.ts'

const statistic = (name: string, field: Exclude<keyof SummaryRow, 'measure' | 'labels' | 'unit'>): Column<SummaryLine> => ({
  name,
  value: ({ row }) => formatNumber(row[field], row.unit),
})

/** What a row of a summary is made of. */
export interface SummaryLine {
  readonly scenario: string
  readonly row: SummaryRow
}

/** The columns of every summary. */
export const SUMMARY_COLUMNS: readonly Column<SummaryLine>[] = [
  { name: 'scenario', value: ({ scenario }) => scenario },
  { name: 'measure', value: ({ row }) => row.measure },
  { name: 'labels', value: ({ row }) => row.labels },
  { name: 'n', value: ({ row }) => row.n },
  { name: 'censored', value: ({ row }) => row.censored },
  statistic('mean', 'mean'),
  statistic('mean_low', 'meanLow'),
  statistic('mean_high', 'meanHigh'),
  statistic('min', 'min'),
  statistic('p50', 'p50'),
  statistic('p90', 'p90'),
  statistic('p95', 'p95'),
  statistic('p99', 'p99'),
  statistic('max', 'max'),
  statistic('p95_low', 'p95Low'),
  statistic('p95_high', 'p95High'),
]

/** `<name>.summary.csv`: one row per measure and labels; a statistic that n cannot support is empty. */
export function summaryCsv({ scenario, summaries }: Study): Generator<string> {
  return csv(
    SUMMARY_COLUMNS,
    summaries.map((row) => ({ scenario: scenario.name, row })),
  )
}

/** Seconds with 6 decimals; shares with up to 9, counts with up to 6 decimals; never an exponent. */
export function formatNumber(value: number | null, unit: Series['unit']): string | null {
  if (value === null) return null
  if (unit === 's' || unit === 'pod·s') return formatSeconds(Math.round(value * 1e6))
  const text = value.toFixed(unit === 'share' ? 9 : 6).replace(/\.?0+$/, '')
  return text === '-0' ? '0' : text
}
