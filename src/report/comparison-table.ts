import type { Change, Comparison } from '../study/comparison.ts'
import { findingsOf, type Gate, share, show, showP, signed } from './gate.ts'
import { columns, type Paint, plural } from './text.ts'
import { verdictTable } from './verdict-table.ts'

/** Groups shown in full; the JSON has all. */
const SHOWN = 12
const MARK = { worse: '✗', changed: '✗', better: '✓', undecided: '?', same: ' ' } as const

/** What a gate found of one scenario, for a terminal: the answer first, then what changed, by fault and workload. */
export function comparisonTable(gate: Gate, paint: Paint): string {
  const { scenario, comparison, lost, notes, verdicts } = gate
  const failed = findingsOf(gate).some(({ severity }) => severity === 'error')
  const open = findingsOf(gate).some(({ severity }) => severity === 'open')
  const colour = failed ? paint.red : open ? paint.yellow : paint.green
  const lines = [
    `${colour(failed ? '✗' : open ? '?' : '✓')} ${paint.bold(scenario)}: ${colour(headline(gate))}`,
    ...(lost ?? []).map((line) => `  ${line}`),
    ...notes.map((note) => `  ${paint.dim(note)}`),
    ...(comparison === null ? [] : changes(comparison, gate.sides, paint)),
    ...verdictTable(
      verdicts.filter(({ decision }) => decision === 'fail'),
      paint,
    ).map((line) => `  ${line}`),
  ]
  return `${lines.join('\n')}\n`
}

/** The answer in one line. */
export function headline({ lost, sameBytes, comparison, verdicts }: Gate): string {
  if (lost !== null) return 'equal inputs gave other results: determinism is lost'
  const failed = verdicts.filter(({ decision, warn }) => decision === 'fail' && !warn).length
  const expectations = failed === 0 ? '' : `; ${plural(failed, 'expectation')} failed`
  if (sameBytes) return `equal inputs, equal bytes${expectations}`
  if (comparison === null) return `nothing was compared${expectations}`
  if (comparison.identical) return `other inputs, the same numbers${expectations}`
  const count = (effect: Change['effect']) => comparison.changes.filter((change) => change.effect === effect).length
  const parts = (['worse', 'changed', 'better', 'undecided'] as const)
    .filter((effect) => count(effect) > 0)
    .map((effect) => `${count(effect)} ${effect}`)
  const rest = count('same')
  return `${parts.length === 0 ? `no change in ${plural(rest, 'measure')}` : `${parts.join(', ')}, ${rest} as before`}${stages(comparison)}${expectations}`
}

/** Which stages of the recovery a change sits in, the largest first. */
function stages({ changes }: Comparison): string {
  const found = changes
    .filter(({ measure, effect }) => measure.startsWith('stage.') && effect !== 'same' && effect !== 'undecided')
    .sort((a, b) => Math.abs(b.difference) - Math.abs(a.difference) || (a.labels < b.labels ? -1 : 1))
  const names = [...new Map(found.map((change) => [change.measure, change])).values()]
  if (names.length === 0) return ''
  return `; stage ${names.map((one) => `${one.measure.slice('stage.'.length)} ${signed(one.difference, one.unit)} s${share(one)}`).join(', ')}`
}

function changes({ changes, pairs, alpha, needed }: Comparison, [before, after]: Gate['sides'], paint: Paint): string[] {
  const groups = new Map<string, Change[]>()
  for (const change of changes) groups.set(change.labels, [...(groups.get(change.labels) ?? []), change])
  const telling = [...groups].filter(([, group]) => group.some(({ effect }) => effect !== 'same'))
  if (telling.length === 0) return []
  const basis =
    pairs === 0 ? 'summaries alone are at hand: compared without pairs' : `${plural(pairs, 'replication')} compared pair by pair`
  const few = changes.some(({ effect }) => effect === 'undecided') ? `; ? needs about ${plural(needed, 'replication')}` : ''
  return [
    `  ${paint.dim(`${before} → ${after}; ${basis}; α = ${alpha} over all (Holm)${few}`)}`,
    ...telling.slice(0, SHOWN).flatMap(([labels, group]) => groupLines(labels, group, paint)),
    ...(telling.length > SHOWN ? [`  … and ${plural(telling.length - SHOWN, 'more group')}: see --json`] : []),
  ]
}

/** The convergence of the group, which the stages explain, then whatever changed. */
function groupLines(labels: string, group: readonly Change[], paint: Paint): string[] {
  const shown = group.filter(({ measure, effect }) => effect !== 'same' || measure === 'convergence')
  const rows = shown.map((change) => [MARK[change.effect], change.measure, ...cells(change)])
  const [heading = '', ...lines] = columns([' ', 'measure', '>before', '>after', '>change', '', '[95 %]', 'p'], rows)
  const colour = { worse: paint.red, changed: paint.red, better: paint.green, undecided: paint.yellow, same: paint.dim }
  return [
    `  ${labels === '' ? 'all workloads' : [...labels.matchAll(/="([^"]*)"/g)].map(([, value]) => value).join(', ')}`,
    `  ${paint.dim(heading)}`,
    ...lines.map((line, i) => `  ${colour[shown[i]?.effect ?? 'same'](line)}`),
  ]
}

function cells(change: Change): string[] {
  const { before, after, difference, unit, low, high, adjusted, effect, onlyBefore, onlyAfter } = change
  if (effect === 'changed')
    return [show(before, unit), show(after, unit), '', '', `in ${onlyBefore} only before, in ${onlyAfter} only after`, showP(adjusted)]
  const interval = low === null || high === null ? '' : `[${signed(low, unit)} … ${signed(high, unit)}]`
  return [show(before, unit), show(after, unit), signed(difference, unit), share(change).trim(), interval, showP(adjusted)]
}
