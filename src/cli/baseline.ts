import { join } from 'node:path'
import { type Detail, valuesJson } from '../report/values-json.ts'
import { UsageError } from './exit.ts'
import { ResultFiles } from './result-files.ts'
import { ENDS } from './study-files.ts'
import { type ResultSet, readResultSet } from './value-files.ts'

/** A committed file is not larger [bytes]: reviewers and clones pay for it for ever. */
const LARGEST = 256 * 1024

/** The baseline of a scenario; bad usage where there is none. */
export function baselineOf(folder: string, name: string, path: string): ResultSet {
  const found = readResultSet(join(folder, name))
  if (found === undefined)
    throw new UsageError(`${folder} holds no baseline of ${name}`, `write it: reconverge check ${path} --update-baseline`)
  return found
}

/** Replications of the baseline, where there is one; `replaced`: one that cannot be read is as good as none. */
export function baselineReplications(folder: string, name: string, replaced: boolean): number | undefined {
  try {
    return readResultSet(join(folder, name))?.set.replications
  } catch (error) {
    if (replaced && error instanceof UsageError) return undefined
    throw error
  }
}

/**
 * Replaces a baseline, all of its files or none. What would be larger than 256 kB is left out: the rows altogether, of the numbers first the single values, then what
 * concerns single workloads. Answers the paths written.
 */
export function writeBaseline(folder: string, { set, files, texts }: ResultSet): string[] {
  const stem = join(folder, set.scenario)
  const written = new ResultFiles()
  try {
    for (const end of [ENDS.rows, ENDS.summary]) {
      const text = texts[end]
      if (text !== undefined && fits(text)) written.add(`${stem}${end}`, [text])
    }
    const versions = (['values', 'summary', 'totals'] as const satisfies readonly Detail[]).map((detail) =>
      valuesJson({ set, files }, detail),
    )
    const values = versions.find(fits)
    if (values === undefined)
      throw new UsageError(`the summary of ${set.scenario} alone is larger than ${LARGEST / 1024} kB: nothing to commit`)
    written.add(`${stem}${ENDS.values}`, [values])
    return written.commit()
  } finally {
    written.discard()
  }
}

const fits = (text: string) => Buffer.byteLength(text) <= LARGEST
