import ts from 'typescript'
import { everyNode, parse, place } from './syntax.ts'
import type { File } from './tree.ts'

/** Leave to be larger, until it is split. An entry only ever shrinks. */
export interface Exception {
  readonly path: string
  /** What it may be now [lines or bytes]. */
  readonly upTo: number
  /** ISO date on which the leave was given. */
  readonly since: string
  readonly why: string
}

const lines = (text: string): number => text.split('\n').length - (text.endsWith('\n') ? 1 : 0)

/** Files longer than `limit` [lines], beyond their exception; and exceptions that are no longer needed in full. */
export function longFiles(files: readonly File[], limit: number, exceptions: readonly Exception[]): string[] {
  const long = files.flatMap(({ path, text }) => {
    const upTo = exceptions.find((one) => one.path === path)?.upTo ?? limit
    return lines(text) > upTo
      ? [`${path} has ${lines(text)} lines, ${upTo} is the limit: move one of its concerns into a file of its own`]
      : []
  })
  return [...long, ...spareExceptions(exceptions, limit, (path) => lines(files.find((file) => file.path === path)?.text ?? ''))]
}

/** Exceptions larger than what they excuse. */
export function spareExceptions(exceptions: readonly Exception[], limit: number, size: (path: string) => number): string[] {
  return exceptions.flatMap(({ path, upTo }) => {
    const now = size(path)
    if (now <= limit) return [`${path} is within the limit now: remove its exception`]
    return now < upTo ? [`${path} has shrunk: lower its exception from ${upTo} to ${now}`] : []
  })
}

/** The middle length [lines]; 0 for no files. */
export function medianLines(files: readonly File[]): number {
  const sorted = files.map((file) => lines(file.text)).toSorted((a, b) => a - b)
  return sorted[Math.floor((sorted.length - 1) / 2)] ?? 0
}

/** Functions longer than `limit` [lines], from their first line to the closing brace. */
export function longFunctions(file: File, limit: number): string[] {
  const source = parse(file)
  return everyNode(source).flatMap((node) => {
    if (!ts.isFunctionLike(node)) return []
    const first = source.getLineAndCharacterOfPosition(node.getStart(source)).line
    const length = source.getLineAndCharacterOfPosition(node.end).line - first + 1
    if (length <= limit) return []
    return [`${place(source, node)} is a function of ${length} lines, ${limit} is the limit: name one of its steps and make it a function`]
  })
}
