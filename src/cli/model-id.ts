import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** What results depend on: the layers below the study, and the list that composes them. */
const MODEL = ['cluster', 'control', 'faults', 'kernel', 'measure', 'model.ts', 'operations', 'scenario']

/**
 * The model id: SHA-256 over the names and texts of the model's sources, in order of name, line ends as LF; so a checkout on any
 * system and the package built from it have the same one.
 * @param src the folder `src/`
 */
export function hashOfSources(src: string): string {
  const files = readdirSync(src, { recursive: true, encoding: 'utf8' })
    .map((path) => path.replaceAll('\\', '/'))
    .filter((path) => path.endsWith('.ts') && MODEL.includes(path.split('/')[0] ?? ''))
    .sort((a, b) => (a < b ? -1 : 1))
  const hash = createHash('sha256')
  for (const path of files) {
    hash.update(`${path}\0${readFileSync(join(src, path), 'utf8').replaceAll('\r\n', '\n')}\0`)
  }
  return hash.digest('hex')
}

/** The id of the model that runs: from the sources when they run themselves, else as stamped at build beside them. */
export function modelId(): string {
  const own = import.meta.url
  if (own.endsWith('.ts')) return hashOfSources(fileURLToPath(new URL('..', own)))
  return readFileSync(new URL('../model-id', own), 'utf8').trim()
}
