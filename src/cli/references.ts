import { readReference } from '../scenario/expectations.ts'
import type { Diagnosis } from '../scenario/problems.ts'
import { nearest } from '../scenario/suggest.ts'
import type { MeasureWord } from '../scenario/vocabulary.ts'
import { labelsOf, type Selection } from '../study/pairing.ts'
import { canonicalLabels } from '../study/series.ts'
import type { ValueSet } from '../study/value-set.ts'
import { UsageError } from './exit.ts'

/** A measure as an option names it: `convergence{fault="power-loss"}.p95`. */
export type Reference = NonNullable<ReturnType<typeof readReference>>

/** Reads a measure that an option names; a misspelt one is bad usage, with what was probably meant. */
export function referenceOf(option: string, text: string, measures: readonly MeasureWord[]): Reference {
  const wrong: Diagnosis[] = []
  const reference = readReference(text, { measures, names: undefined }, (_, diagnosis) => void wrong.push(diagnosis))
  const [first] = wrong
  if (reference === undefined || first !== undefined) {
    throw new UsageError(`--${option} ${text}: ${first?.message ?? 'not a measure'}`, first?.hint)
  }
  return reference
}

/** The measures that `--measure` names, which compares means: a statistic is bad usage. */
export function selectionsOf(texts: readonly string[], measures: readonly MeasureWord[]): Selection[] {
  return texts.map((text) => {
    const { measure, labels, stat } = referenceOf('measure', text, measures)
    if (stat !== '')
      throw new UsageError(`--measure ${text}: means are compared, not ${stat}`, `say --measure ${text.slice(0, -stat.length - 1)}`)
    return { measure, labels }
  })
}

/** A selection that nothing in either set answers to is a mistake, not a pass. */
export function checkSelections(only: readonly Selection[], sets: readonly ValueSet[]): void {
  for (const { measure, labels } of only) {
    const known = labelsOf(measure, sets)
    const wanted = canonicalLabels(labels)
    if (known.length === 0) throw new UsageError(`--measure ${measure}: no replication has a value of it`)
    if (wanted === '' || known.includes(wanted)) continue
    const meant = nearest(wanted, known) ?? known.find((labels) => labels !== '')
    throw new UsageError(
      `--measure ${measure}{${wanted}}: there are no such labels`,
      meant === undefined ? 'it has no labels' : `did you mean ${measure}{${meant}}?`,
    )
  }
}
