import { readFileSync, statSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { globSync } from 'tinyglobby'

/** A text file of the project: path from its root, with `/`. */
export interface File {
  readonly path: string
  readonly text: string
}

/** The project's root, with a trailing `/`. */
export const ROOT = fileURLToPath(new URL('../../', import.meta.url))

/** As .gitignore has it, and git itself: no part of the project. */
const foreign = ['**/node_modules/**', '.git/**', 'dist/**', 'coverage/**', '**/*.tmp', 'results/*', 'results/!(baseline)/**']

/** Paths that match a pattern, in order of code units. */
export function list(...patterns: string[]): string[] {
  return globSync(patterns, { cwd: ROOT, dot: true, ignore: foreign }).toSorted((a, b) => (a < b ? -1 : a > b ? 1 : 0))
}

/** The text files that match a pattern. */
export const read = (...patterns: string[]): File[] => list(...patterns).map((path) => ({ path, text: readFileSync(ROOT + path, 'utf8') }))

/** Size [bytes]. */
export const sizeOf = (path: string): number => statSync(ROOT + path).size
