import type { ManifestReading } from './manifests.ts'
import type { Findings, Override, SourceText } from './problem.ts'
import { emptyFile, noFileMatches, notLoaded, type Report } from './problems.ts'
import type { Edit } from './set.ts'
import type { Source } from './sources.ts'
import { parseFile, textOf } from './sources.ts'
import type { WorkloadManifest } from './specs.ts'
import type { Vocabulary } from './vocabulary.ts'
import type { Path, Span, YamlDocument } from './yaml.ts'

/** One reading of one scenario: where problems go and what has been found so far. */
export interface Session {
  readonly source: Source
  readonly vocabulary: Vocabulary
  readonly findings: Findings
  readonly main: SourceText
  readonly document: Span
  readonly overrides: readonly Override[]
  readonly manifestEdits: readonly Edit[]
  /** Of `manifestEdits`, those that found their object. */
  readonly appliedEdits: Set<Edit>
  readonly manifests: ManifestReading
  /** Text of every file read, by the name that the scenario gives and the number of the match, wherever the scenario lies. */
  readonly files: Map<string, string>
  /** Objects that operations bring in. */
  readonly applied: WorkloadManifest[]
}

/** Reports to a place in one document, below `base`. */
export function reportAt(findings: Findings, source: SourceText, document: Span, base: Path, overrides: readonly Override[]): Report {
  return (path, diagnosis) => {
    const { at = 'value', within } = diagnosis
    const place = { source, document, path: [...base, ...path], at, overrides, ...(within === undefined ? {} : { within }) }
    findings.add({ diagnosis, place })
  }
}

/** Reports to the scenario file itself. */
export const reportOf = ({ findings, main, document, overrides }: Session): Report => reportAt(findings, main, document, [], overrides)

/** One document of a loaded file. */
export interface LoadedDocument {
  readonly source: SourceText
  readonly document: YamlDocument
}

/** Loads what a row of the scenario names; a file that is not there, empty or no text is reported at `path`. */
export function loadTexts(session: Session, name: string, path: Path): readonly SourceText[] {
  const report = reportOf(session)
  const loaded = session.source.load(name)
  if ('problem' in loaded) {
    report(path, notLoaded(loaded))
    return []
  }
  if (loaded.length === 0) report(path, noFileMatches(name))
  return loaded.flatMap((file, i) => {
    const text = textOf(file.path, file.bytes, session.findings)
    if (text === undefined) return []
    session.files.set(`${name}#${i}`, text.text)
    return [text]
  })
}

/** The documents of what a row names. */
export function loadDocuments(session: Session, name: string, path: Path): readonly LoadedDocument[] {
  return loadTexts(session, name, path).flatMap((source) => {
    const parsed = parseFile(source, session.findings)
    if (parsed === undefined) return []
    const filled = parsed.documents.filter(({ value }) => value !== null && value !== undefined)
    if (filled.length === 0) {
      session.findings.add({ diagnosis: emptyFile('at least one object'), place: { source } })
    }
    return filled.map((document) => ({ source, document }))
  })
}
