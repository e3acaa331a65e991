import { createHash } from 'node:crypto'
import { occurrencesCsv } from '../report/occurrences-csv.ts'
import { summaryCsv } from '../report/summary-csv.ts'
import { valuesJson } from '../report/values-json.ts'
import type { MeasureWord } from '../scenario/vocabulary.ts'
import type { Study } from '../study/study.ts'
import { type Identity, valueSetOf } from '../study/value-set.ts'
import type { ResultFiles } from './result-files.ts'

/** How the files of one study end, in the order they are written. */
export const ENDS = { rows: '.csv', summary: '.summary.csv', values: '.values.json' } as const

/** Adds a study's rows and summary, and of a complete one the numbers that comparisons read. */
export function addStudyFiles(
  files: ResultFiles,
  stem: string,
  study: Study,
  complete: { readonly identity: Identity; readonly measures: readonly MeasureWord[] } | null,
): void {
  const hashes: Record<string, string> = {}
  files.add(`${stem}${ENDS.rows}`, hashed(occurrencesCsv(study), ENDS.rows, hashes))
  files.add(`${stem}${ENDS.summary}`, hashed(summaryCsv(study), ENDS.summary, hashes))
  if (complete === null) return
  const set = valueSetOf(study.scenario, study.results, complete.measures, complete.identity)
  files.add(`${stem}${ENDS.values}`, [valuesJson({ set, files: hashes })])
}

/** Passes text on and leaves the SHA-256 of all of it under `end`. */
function* hashed(pieces: Iterable<string>, end: string, hashes: Record<string, string>): Generator<string> {
  const hash = createHash('sha256')
  for (const piece of pieces) {
    hash.update(piece)
    yield piece
  }
  hashes[end] = hash.digest('hex')
}
