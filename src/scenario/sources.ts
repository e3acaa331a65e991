import type { Findings, SourceText } from './problem.ts'
import { fileTooLarge, notUtf8, notYaml } from './problems.ts'
import { decodeUtf8, lineColumn } from './text.ts'
import type { Span, YamlDocument } from './yaml.ts'
import { parseYaml } from './yaml.ts'

/** One file as the caller found it. */
export interface LoadedFile {
  /** As problems should call it. */
  readonly path: string
  readonly bytes: Uint8Array | string
}
/** Why a path or pattern gave no file. */
export interface LoadProblem {
  readonly problem: 'file-not-found' | 'file-unreadable' | 'no-file-matches'
  readonly message: string
}
/** A scenario and the way to what it refers to; `load` resolves a path or glob relative to it, matches in a fixed order. */
export interface Source {
  readonly path: string
  readonly text: string | Uint8Array
  load(path: string): readonly LoadedFile[] | LoadProblem
}

/** Largest file that is read [bytes or UTF-16 units]. */
const LARGEST = 256e6

/** A file with its documents, parsed. */
export interface ParsedFile extends SourceText {
  readonly documents: readonly YamlDocument[]
}

/** The text of a file; absent, and reported, when it is none. */
export function textOf(path: string, bytes: Uint8Array | string, findings: Findings): SourceText | undefined {
  if (bytes.length > LARGEST) {
    findings.add({ diagnosis: fileTooLarge(LARGEST / 1e6, Math.ceil(bytes.length / 1e6)), place: { source: { path, text: '' } } })
    return undefined
  }
  if (typeof bytes === 'string') return { path, text: bytes.startsWith('\ufeff') ? bytes.slice(1) : bytes }
  const decoded = decodeUtf8(bytes)
  if (decoded.ok) return { path, text: decoded.text }
  const end = decoded.before.length
  const { line, column } = lineColumn(decoded.before, end)
  findings.add({
    diagnosis: notUtf8(bytes[decoded.offset] as number, line, column),
    place: { source: { path, text: `${decoded.before}\ufffd` }, span: { start: end, end: end + 1 } },
  })
  return undefined
}

/** Parses a file's documents; absent, and reported, when it is no YAML. */
export function parseFile(source: SourceText, findings: Findings): ParsedFile | undefined {
  const parsed = parseYaml(source.text)
  if (parsed.ok) return { ...source, documents: parsed.documents }
  for (const { code, message, start, end } of parsed.faults) {
    const hint = source.text[start] === '\t' || message.includes('Tab') ? 'YAML is indented with spaces, never tabs' : undefined
    findings.add({
      diagnosis: notYaml({ code, message: asClause(message) }, hint),
      place: { source, span: oneLine(source.text, { start, end }) },
    })
  }
  return undefined
}

function oneLine(text: string, { start, end }: Span): Span {
  const newline = text.indexOf('\n', start)
  return { start, end: newline === -1 ? end : Math.max(start + 1, Math.min(end, newline)) }
}

const asClause = (message: string): string => message.charAt(0).toLowerCase() + message.slice(1)
