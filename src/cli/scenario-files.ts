import { readdirSync, statSync } from 'node:fs'
import { isAbsolute, join } from 'node:path'
import { globSync } from 'tinyglobby'
import { UsageError } from './exit.ts'

/** What `-` stands for: yargs loses a bare dash. */
export const STDIN = '/dev/stdin'

/**
 * The scenario files that arguments name, each once: a file as it is, a folder's own YAML files, or a glob; the last two sorted by
 * code unit. An argument that names nothing is bad usage.
 */
export function scenarioFiles(patterns: readonly string[]): string[] {
  const found = patterns.flatMap((pattern) => {
    const files = expand(pattern)
    if (files.length === 0) throw new UsageError(`no scenario file matches ${pattern}`)
    return files
  })
  return [...new Set(found)]
}

function expand(pattern: string): string[] {
  if (pattern === STDIN) return [pattern]
  const stat = statSync(pattern, { throwIfNoEntry: false })
  if (stat?.isDirectory() === true) {
    return readdirSync(pattern)
      .filter((name) => /\.ya?ml$/.test(name))
      .sort(byCodeUnit)
      .map((name) => join(pattern, name))
  }
  if (stat !== undefined) return [pattern]
  return globSync(pattern, { expandDirectories: false, dot: true, absolute: isAbsolute(pattern) }).sort(byCodeUnit)
}

/** The order of every list of files. */
export const byCodeUnit = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0)
