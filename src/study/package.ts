import type { Axis } from '../scenario/axis.ts'
import type { LoadProblem } from '../scenario/sources.ts'
import { decodeUtf8 } from '../scenario/text.ts'
import type { ReplicationOptions } from './replicate.ts'
import type { Overrides, ScenarioInputs } from './scenario-inputs.ts'
import type { Identity } from './value-set.ts'

/** A whole study as plain data that survives JSON: another machine computes its share from it, and any machine can put the shares together. */
export interface StudyPackage extends Identity {
  readonly schemaVersion: 1
  /** What will be done with the results. */
  readonly command: 'run' | 'sweep'
  readonly name: string
  readonly question: string
  readonly axes: readonly Axis[]
  /** Objectives of a sweep, as written. */
  readonly objectives: readonly string[]
  readonly options: ReplicationOptions
  readonly source: PackedSource
  readonly points: readonly PackedPoint[]
}

/** A scenario's text and everything it refers to. */
export interface PackedSource {
  readonly path: string
  readonly text: string
  readonly files: readonly (readonly [string, readonly PackedFile[] | LoadProblem])[]
}

interface PackedFile {
  readonly path: string
  readonly text: string
}

/** One point of the grid. */
export interface PackedPoint {
  readonly values: readonly string[]
  readonly overrides: Overrides
  readonly replications: number
}

/** Text that a scenario was read from: it is UTF-8, or it would not have been read. */
function textOf(bytes: string | Uint8Array): string {
  if (typeof bytes === 'string') return bytes
  const decoded = decodeUtf8(bytes)
  return decoded.ok ? decoded.text : decoded.before
}

/** Packs what a scenario was read from. */
export function packSource({ path, text, files }: ScenarioInputs): PackedSource {
  const packed = [...files].map(
    ([name, loaded]) =>
      [name, 'problem' in loaded ? loaded : loaded.map((file) => ({ path: file.path, text: textOf(file.bytes) }))] as const,
  )
  return { path, text: textOf(text), files: packed }
}

/** The inputs of every point, as they were packed. */
export function unpackInputs({ source, points }: Pick<StudyPackage, 'source' | 'points'>): ScenarioInputs[] {
  const files = new Map(
    source.files.map(
      ([name, loaded]) => [name, isProblem(loaded) ? loaded : loaded.map(({ path, text }) => ({ path, bytes: text }))] as const,
    ),
  )
  return points.map(({ overrides }) => ({ path: source.path, text: source.text, files, overrides }))
}

const isProblem = (loaded: readonly PackedFile[] | LoadProblem): loaded is LoadProblem => 'problem' in loaded
