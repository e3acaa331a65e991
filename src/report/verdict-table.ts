import type { Verdict } from '../study/expectation.ts'
import { formatNumber } from './summary-csv.ts'
import { briefSeconds, type Paint, plural } from './text.ts'

const MARK = { pass: '✓ pass', fail: '✗ fail', undecided: '? undecided' } as const

/** One line per expectation, and one that says on what the verdict rests. */
export function verdictTable(verdicts: readonly Verdict[], paint: Paint): string[] {
  if (verdicts.length === 0) return []
  return [
    paint.bold('Expectations'),
    ...verdicts.flatMap((verdict) => {
      const colour = { pass: paint.green, fail: verdict.warn ? paint.yellow : paint.red, undecided: paint.yellow }[verdict.decision]
      const warn = verdict.warn && verdict.decision !== 'pass' ? ' (a warning only)' : ''
      return [`  ${colour(MARK[verdict.decision].padEnd(11))} ${verdict.text}${warn}`, `              ${paint.dim(grounds(verdict))}`]
    }),
  ]
}

/** Estimate, limits, values and, where it is open, what would decide it. */
export function grounds(verdict: Verdict): string {
  const { unit, estimate, lower, upper, confidence, n, needed, reason, decision } = verdict
  if (n === 0) return reason
  const show = (value: number) => (unit === 's' || unit === 'pod·s' ? `${briefSeconds(value)} ${unit}` : (formatNumber(value, unit) ?? ''))
  const parts = [
    ...(estimate === null ? [] : [show(estimate)]),
    ...(lower === null ? [] : [`at least ${show(lower)}`]),
    ...(upper === null ? [] : [`at most ${show(upper)}`]),
  ]
  const known = lower !== null && lower === upper ? `${show(lower)}, always` : parts.join(', ')
  const open = needed === null ? [] : [`about ${plural(needed, 'replication')} would decide`]
  const why = [...(reason === '' ? [] : [reason]), ...(decision === 'undecided' ? open : [])].join('; ')
  const basis = `(n = ${n}${lower !== null && lower === upper ? '' : `, one-sided ${Number((confidence * 100).toFixed(3))} %`})`
  return [known, basis].filter((part) => part !== '').join(' ') + (why === '' ? '' : `; ${why}`)
}
