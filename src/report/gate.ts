import type { Change, Comparison } from '../study/comparison.ts'
import type { Verdict } from '../study/expectation.ts'
import { formatNumber } from './summary-csv.ts'
import { briefSeconds } from './text.ts'
import { grounds } from './verdict-table.ts'

/** What a gate found of one scenario. */
export interface Gate {
  readonly scenario: string
  /** The file that people look at: the scenario, or the result set that is new. */
  readonly path: string
  /** The two sides, as people call them. */
  readonly sides: readonly [string, string]
  /** Equal inputs with unequal results: where they first differ, in lines. */
  readonly lost: readonly string[] | null
  /** Equal inputs and equal bytes. */
  readonly sameBytes: boolean
  /** Absent where equal inputs made it needless. */
  readonly comparison: Comparison | null
  /** What weakens the comparison. */
  readonly notes: readonly string[]
  readonly verdicts: readonly Verdict[]
}

/** How grave a finding is: `error` fails the gate, `open` leaves it undecided. */
export type Severity = 'error' | 'open' | 'note' | 'good'

/** One thing that a gate looked at. */
export interface Finding {
  readonly name: string
  readonly severity: Severity
  readonly message: string
}

const SEVERITY: Readonly<Record<Change['effect'], Severity>> = {
  ...{ worse: 'error', changed: 'error', undecided: 'open', better: 'note', same: 'good' },
}

/** Everything a gate looked at, in order: determinism, each measure, each expectation. */
export function findingsOf({ lost, sameBytes, comparison, verdicts }: Gate): Finding[] {
  const determinism: Finding =
    lost === null
      ? { name: 'determinism', severity: 'good', message: sameBytes ? 'equal inputs, equal bytes' : 'other inputs: compared as statistics' }
      : { name: 'determinism', severity: 'error', message: `equal inputs gave other results: determinism is lost\n${lost.join('\n')}` }
  return [
    determinism,
    ...(comparison?.changes ?? []).map((change) => ({
      ...{ name: nameOf(change), severity: SEVERITY[change.effect], message: sentence(change) },
    })),
    ...verdicts.map((verdict) => ({
      name: verdict.text,
      severity: severityOf(verdict),
      message: `${verdict.decision}: ${grounds(verdict)}`,
    })),
  ]
}

/** An undecided expectation does not hold up a gate: with the few replications of a baseline many are. `run` decides them. */
function severityOf({ decision, warn }: Verdict): Severity {
  if (decision !== 'fail') return 'good'
  return warn ? 'note' : 'error'
}

/** `stage.detect{fault="power-loss"}`. */
export function nameOf({ measure, labels }: Pick<Change, 'measure' | 'labels'>): string {
  return labels === '' ? measure : `${measure}{${labels}}`
}

/** What changed, by how much, and how sure that is, in one sentence. */
export function sentence(change: Change): string {
  const { effect, before, after, unit, n, onlyBefore, onlyAfter, difference, low, high, adjusted } = change
  if (effect === 'changed') {
    return `happens in other replications: in ${onlyBefore} only before, in ${onlyAfter} only after, in ${n} both (${showP(adjusted)})`
  }
  if (before === null || after === null) return `has a value in ${onlyBefore} replications before and in ${onlyAfter} after`
  const interval = low === null || high === null ? '' : ` [${signed(low, unit)} … ${signed(high, unit)}]`
  const basis = `${signed(difference, unit)}${unit === 's' || unit === 'pod·s' ? ` ${unit}` : ''}${share(change)}${interval}, ${show(before, unit)} → ${show(after, unit)}, n = ${n}, ${showP(adjusted)}`
  const cut = change.censored[0] + change.censored[1]
  const bound = cut === 0 ? '' : `; ${change.censored[0]} values before and ${change.censored[1]} after are cut by the horizon`
  if (effect === 'same') return `as before: ${basis}${bound}`
  if (effect === 'undecided') return `${basis}: so few replications cannot tell it from chance${bound}`
  return `${effect}: ${basis}${bound}`
}

/** A value of a measure for people. */
export function show(value: number | null, unit: Change['unit']): string {
  if (value === null) return '–'
  return unit === 's' || unit === 'pod·s' ? briefSeconds(value) : (formatNumber(Number(value.toPrecision(6)), unit) ?? '–')
}

/** A difference for people, with its sign. */
export function signed(value: number, unit: Change['unit']): string {
  const text = show(Math.abs(value), unit)
  return `${value < 0 ? '−' : '+'}${text}`
}

/** ` (+10.2 %)`, where there is something to take a share of. */
export function share({ difference, before }: Change): string {
  if (before === null || before === 0 || difference === 0) return ''
  return ` (${difference < 0 ? '−' : '+'}${Math.abs((100 * difference) / before).toFixed(1)} %)`
}

/** A p-value for people. */
export function showP(p: number): string {
  return p < 0.0001 ? 'p < 0.0001' : `p = ${p.toFixed(4)}`
}
