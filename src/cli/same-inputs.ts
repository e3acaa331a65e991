import { firstTextDifference, type TextDifference } from '../report/text-difference.ts'
import type { ValueSet } from '../study/value-set.ts'
import { ENDS } from './study-files.ts'
import type { ResultSet } from './value-files.ts'

/** Two result sets of equal inputs that are not equal: where they first differ. */
export interface LostDeterminism {
  /** For people, one line each. */
  readonly lines: readonly string[]
  /** The first replication that differs, where it is known. */
  readonly replication: number | null
}

/** Where results of equal inputs first differ; null when they are the same, byte for byte as far as both are at hand. */
export function differenceOf(before: ResultSet, after: ResultSet): LostDeterminism | null {
  const differing = [ENDS.rows, ENDS.summary].filter((end) => before.files[end] !== after.files[end] || !sameText(before, after, end))
  const replication = firstReplication(before.set, after.set)
  if (differing.length === 0 && replication === null) return null
  const events = replication === null ? [] : [`the first replication whose events or numbers differ is ${replication}`]
  return { lines: [...events, ...differing.map((end) => inWords(before, after, end))], replication }
}

function sameText(before: ResultSet, after: ResultSet, end: string): boolean {
  const [a, b] = [before.texts[end], after.texts[end]]
  return a === undefined || b === undefined || a === b
}

function firstReplication(before: ValueSet, after: ValueSet): number | null {
  const events = after.fingerprints.findIndex((print, i) => print !== before.fingerprints[i])
  const known = new Map(before.series.map((one) => [`${one.measure}{${one.labels}}`, one.values]))
  const numbers = after.series.flatMap(({ measure, labels, values }) => {
    const others = known.get(`${measure}{${labels}}`)
    if (others === undefined || others === null || values === null) return []
    const at = values.findIndex((one, i) => one?.value !== others[i]?.value || one?.censored !== others[i]?.censored)
    return at < 0 ? [] : [at]
  })
  const all = [...(events < 0 ? [] : [events]), ...numbers]
  return all.length === 0 ? null : Math.min(...all) + 1
}

function inWords(before: ResultSet, after: ResultSet, end: string): string {
  const [a, b] = [before.texts[end], after.texts[end]]
  const found = a === undefined || b === undefined ? null : firstTextDifference(a, b)
  const file = `${after.set.scenario}${end}`
  return found === null ? `${file} differs (its text is not in both sets; the hashes are)` : `${file} line ${found.line}${describe(found)}`
}

function describe({ cells, where }: TextDifference): string {
  const place = where === '' ? '' : ` (${where})`
  if (cells.length === 0) return `${place}: one of the files ends here`
  return `${place}: ${cells.map(({ column, before, after }) => `${column} ${before || 'empty'} → ${after || 'empty'}`).join(', ')}`
}
