import { readdirSync, readFileSync, statSync } from 'node:fs'
import { basename, join } from 'node:path'
import { readValues, type ValuesFile } from '../report/values-json.ts'
import { UsageError } from './exit.ts'
import { byCodeUnit } from './scenario-files.ts'
import { ENDS } from './study-files.ts'

/** The results of one scenario on disk: the numbers, and the texts beside them that exist. */
export interface ResultSet extends ValuesFile {
  /** Path of the files less their ends. */
  readonly stem: string
  /** By the end of the name. */
  readonly texts: Readonly<Record<string, string>>
}

/** Reads `<stem>.values.json` and what lies beside it; undefined where there is none. */
export function readResultSet(stem: string): ResultSet | undefined {
  const path = `${stem}${ENDS.values}`
  const text = textOf(path)
  if (text === undefined) return undefined
  const read = readValues(text)
  if (typeof read === 'string') throw new UsageError(`${path}: ${read}`, 'run or check --update-baseline writes such a file anew')
  const texts: Record<string, string> = {}
  for (const end of [ENDS.rows, ENDS.summary]) {
    const beside = textOf(`${stem}${end}`)
    if (beside !== undefined) texts[end] = beside
  }
  return { ...read, stem, texts }
}

/** The stems of all results in a folder, or the one that a file belongs to. */
export function stemsOf(path: string): string[] {
  const stat = statSync(path, { throwIfNoEntry: false })
  if (stat?.isDirectory() === true) {
    const names = readdirSync(path)
      .filter((name) => name.endsWith(ENDS.values))
      .sort(byCodeUnit)
    if (names.length === 0)
      throw new UsageError(`${path} holds no ${ENDS.values.slice(1)} file`, 'run writes one beside each scenario’s rows')
    return names.map((name) => join(path, name.slice(0, -ENDS.values.length)))
  }
  const end = [ENDS.values, ENDS.summary, ENDS.rows].find((one) => path.endsWith(one))
  const stem = end === undefined ? path : path.slice(0, -end.length)
  if (statSync(`${stem}${ENDS.values}`, { throwIfNoEntry: false }) === undefined) throw new UsageError(`there is no ${stem}${ENDS.values}`)
  return [stem]
}

/** The scenario's name as a stem has it. */
export const nameOfStem = (stem: string): string => basename(stem)

function textOf(path: string): string | undefined {
  if (statSync(path, { throwIfNoEntry: false })?.isFile() !== true) return undefined
  return readFileSync(path, 'utf8')
}
