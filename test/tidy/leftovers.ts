import type { File } from './tree.ts'

const find = (file: File, pattern: RegExp, say: (found: string) => string): string[] =>
  file.text.split('\n').flatMap((line, index) => [...line.matchAll(pattern)].map(([found]) => `${file.path}:${index + 1} ${say(found)}`))

/** Marks of work left for later. */
export const postponed = (file: File): string[] =>
  find(file, /\b(TODO|FIXME|XXX)\b/g, (found) => `says ${found}: do it now, or write an issue and delete the mark`)

/** Paths of one person's machine. */
export const personalPaths = (file: File): string[] =>
  find(
    file,
    /(?<![\w.])\/(home|Users|root|work)\/[\w.-]+/g,
    (found) => `names ${found}: use a path from the project's root, or a temporary folder`,
  )
