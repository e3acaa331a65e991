import type { RecoveryFrom } from '../study/recoveries.ts'
import { briefSeconds, columns, type Paint, plural, shorten } from './text.ts'

/** Lines shown of a long ranking. */
const SHOWN = 20

/** The recoveries from losses for a terminal, the worst first. */
export function recoveryTable(kind: string, ranked: readonly RecoveryFrom[], paint: Paint): string[] {
  const fatal = ranked.filter(({ survived, n }) => survived < n)
  const [first] = ranked
  const head =
    fatal.length > 0
      ? `From ${fatal.length} of ${plural(ranked.length, 'loss', 'losses')} the cluster does not always converge again within the horizon.`
      : `The cluster converges again from every one of ${plural(ranked.length, 'loss', 'losses')}; ${kind} ${first?.units.join(' with ')} hurts most.`
  const seconds = (value: number | null) => (value === null ? '–' : `${briefSeconds(value)} s`)
  const rows = ranked
    .slice(0, SHOWN)
    .map(({ units, n, survived, median, longest, unserved }) => [
      shorten(units.join(' + '), 50),
      `${survived} of ${n}`,
      seconds(median),
      seconds(longest),
      `${briefSeconds(unserved)} pod·s`,
    ])
  const more = ranked.length > SHOWN ? [paint.dim(`… and ${plural(ranked.length - SHOWN, 'more', 'more')}`)] : []
  return [paint.bold(head), '', ...columns([kind, '>converged', '>median', '>longest', '>unserved, mean'], rows), ...more]
}
