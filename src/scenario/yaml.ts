import type { Document, ParsedNode, Range } from 'yaml'
import { isAlias, isMap, isScalar, isSeq, parseAllDocuments, visit } from 'yaml'
import { MAX_DEPTH, mayNestTooDeep } from './yaml-depth.ts'
import { parseFast } from './yaml-fast.ts'
import { MAY_BE_TYPED, resolvePlain } from './yaml-scalar.ts'

/** Steps from the root of a document to a value: field names and list indexes. */
export type Path = readonly (string | number)[]

/** A range of the text, by offsets; `end` is exclusive. */
export interface Span {
  readonly start: number
  readonly end: number
}

/** What is wrong with the text itself. */
export interface SyntaxFault extends Span {
  readonly code: 'yaml-syntax' | 'duplicate-key' | 'too-many-aliases' | 'too-deep' | 'unsupported-tag' | 'document-too-large'
  readonly message: string
}

/** One document of a stream, by values; its text is parsed again only to point at a place. */
export interface YamlDocument extends Span {
  readonly value: unknown
}

/** The documents of a text, or what is wrong with it. */
export type ParsedYaml =
  | { readonly ok: true; readonly documents: readonly YamlDocument[] }
  | { readonly ok: false; readonly faults: readonly SyntaxFault[] }

/** Most faults of one text that are told. */
const MOST = 50

/** Longest document [UTF-16 units] that the general parser is given: 1 MB takes about a second. Plain YAML and JSON have no such bound. */
export const SLOW_LIMIT = 1e6

const typed = (tag: string, byDefault: boolean) => ({
  tag: `tag:yaml.org,2002:${tag}`,
  default: byDefault,
  test: MAY_BE_TYPED,
  resolve: (text: string) => resolvePlain(text),
})
const OPTIONS = {
  schema: 'failsafe',
  customTags: [typed('plain', true), ...['int', 'float', 'bool', 'null'].map((tag) => typed(tag, false))],
  merge: true,
  // Checked below: the package compares every key with every other.
  uniqueKeys: false,
  logLevel: 'silent',
  prettyErrors: false,
} as const

/** Parses a stream of YAML or JSON documents as Kubernetes' Go reader does; a document beyond plain YAML is left to the `yaml` package. */
export function parseYaml(text: string): ParsedYaml {
  const documents: YamlDocument[] = []
  const faults: SyntaxFault[] = []
  for (const part of parseFast(text)) {
    if (part.parsed) {
      documents.push(part)
      continue
    }
    const slow = parseSlow(text, part)
    documents.push(...slow.documents)
    faults.push(...slow.faults)
    if (faults.length > MOST) break
  }
  return faults.length > 0 ? { ok: false, faults } : { ok: true, documents }
}

function parseSlow(text: string, part: Span & { readonly stoppedAt: number }): { documents: YamlDocument[]; faults: SyntaxFault[] } {
  if (part.end - part.start > SLOW_LIMIT) {
    const message = `expected plain YAML or JSON in a document of more than ${SLOW_LIMIT / 1e6} MB, got something else from here on`
    return { documents: [], faults: [{ code: 'document-too-large', message, start: part.stoppedAt, end: part.stoppedAt + 1 }] }
  }
  const parsed = general(text.slice(part.start, part.end))
  if (!Array.isArray(parsed)) return { documents: [], faults: [{ ...parsed, start: part.start, end: part.start + 1 }] }
  const documents: YamlDocument[] = []
  const faults: SyntaxFault[] = []
  for (const document of parsed) {
    const own = [...document.errors, ...document.warnings].slice(0, MOST).map((error) => syntaxFault(error, part.start))
    if (own.length === 0) own.push(...duplicateKeys(document, part.start).slice(0, MOST))
    const value = own.length > 0 ? undefined : toValue(document, part.start)
    if (value !== undefined && 'fault' in value) own.push(value.fault)
    else documents.push({ value: value?.value, start: part.start + document.range[0], end: part.start + document.range[2] })
    faults.push(...own)
  }
  return { documents, faults }
}

/** Keys that a map has already. */
function duplicateKeys(document: Document.Parsed, offset: number): SyntaxFault[] {
  const faults: SyntaxFault[] = []
  visit(document, {
    Map(_, map) {
      const seen = new Set<string>()
      for (const { key } of map.items) {
        if (!isScalar(key) || key.range === null || key.range === undefined) continue
        const name = keyText(key.value)
        const [start, end] = key.range
        const message = `expected each key once, got ${JSON.stringify(name)} twice`
        if (seen.has(name)) faults.push({ code: 'duplicate-key', message, start: offset + start, end: offset + end })
        seen.add(name)
      }
    },
  })
  return faults
}

type Failure = Pick<SyntaxFault, 'code' | 'message'>
const TOO_DEEP: Failure = { code: 'too-deep', message: 'expected lists and maps nested less deeply' }

function general(text: string): Document.Parsed<ParsedNode>[] | Failure {
  if (mayNestTooDeep(text)) return TOO_DEEP
  try {
    return [...parseAllDocuments(text, { ...OPTIONS, customTags: [...OPTIONS.customTags] })]
  } catch (error) {
    return failure(error)
  }
}

/** The `yaml` package recurses: what it throws is too deep a nesting, or an alias it does not expand. */
function failure(error: unknown): Failure {
  if (error instanceof RangeError) return TOO_DEEP
  const message = error instanceof Error ? error.message : String(error)
  if (message.startsWith('Excessive alias'))
    return { code: 'too-many-aliases', message: 'expected aliases (*name) that expand to little, got a bomb' }
  return { code: 'yaml-syntax', message }
}

function toValue(document: Document.Parsed, offset: number): { value: unknown } | { fault: SyntaxFault } {
  try {
    const value: unknown = document.toJS({ maxAliasCount: 1000 })
    return isShallow(value, MAX_DEPTH, new Map())
      ? { value }
      : { fault: { ...TOO_DEEP, start: firstOffset(document, offset), end: firstOffset(document, offset) + 1 } }
  } catch (error) {
    const start = firstOffset(document, offset)
    return { fault: { ...failure(error), start, end: start + 1 } }
  }
}

const firstOffset = (document: Document.Parsed, offset: number): number => offset + (document.contents?.range?.[0] ?? document.range[0])

/** Whether nothing lies deeper than `depth`, whatever aliases share; a value that contains itself is infinitely deep. */
function isShallow(value: unknown, depth: number, seen: Map<unknown, number>): boolean {
  if (typeof value !== 'object' || value === null || (seen.get(value) ?? -1) >= MAX_DEPTH - depth) return true
  if (depth === 0) return false
  seen.set(value, MAX_DEPTH - depth)
  return Object.values(value).every((item) => isShallow(item, depth - 1, seen))
}

function syntaxFault(error: { code: string; message: string; pos: [number, number] }, offset: number): SyntaxFault {
  const at = { start: offset + error.pos[0], end: offset + Math.max(error.pos[1], error.pos[0] + 1) }
  if (error.message.startsWith('Maximum call stack')) return { ...TOO_DEEP, ...at }
  const code = error.code === 'TAG_RESOLVE_FAILED' ? 'unsupported-tag' : 'yaml-syntax'
  return { code, message: error.message, ...at }
}

/** Where in a document a path leads. */
export interface Located extends Span {
  /** Whether the whole path exists; else the span is that of the deepest step that does. */
  readonly found: boolean
  /** Offset of the value's first character inside its quotes, when it is a scalar on one line. */
  readonly content?: number
}

/** Finds places in documents; each document is parsed again, with positions, only once. */
export class Locator {
  private readonly parsed = new Map<string, Map<number, Document.Parsed | undefined>>()

  /** Where `path` leads in a document: its key, or its value. */
  locate(text: string, document: Span, path: Path, at: 'key' | 'value'): Located {
    const root = this.root(text, document)
    return find(text, document, root, path, at)
  }

  private root(text: string, document: Span): Document.Parsed | undefined {
    const known = this.parsed.get(text) ?? new Map<number, Document.Parsed | undefined>()
    this.parsed.set(text, known)
    if (!known.has(document.start)) {
      const parsed = document.end - document.start > SLOW_LIMIT ? undefined : general(text.slice(document.start, document.end))
      known.set(document.start, Array.isArray(parsed) ? parsed.at(-1) : undefined)
    }
    return known.get(document.start)
  }
}

function find(text: string, document: Span, root: Document.Parsed | undefined, path: Path, at: 'key' | 'value'): Located {
  const nothing = { start: firstContent(text, document), end: firstContent(text, document) + 1, found: path.length === 0 }
  if (root === undefined || root.contents === null) return nothing
  let node: unknown = root.contents
  let span: Located = { ...spanOf(root.contents.range, document.start), end: nothing.end, start: nothing.start, found: path.length === 0 }
  for (const [depth, step] of path.entries()) {
    if (isAlias(node)) node = node.resolve(root)
    const pair = isMap(node) ? node.items.find((item) => isScalar(item.key) && keyText(item.key.value) === String(step)) : undefined
    const next: unknown = pair === undefined ? (isSeq(node) ? node.items[Number(step)] : undefined) : pair.value
    if (pair === undefined && next === undefined) break
    const key = pair === undefined ? next : pair.key
    const last = depth === path.length - 1
    const shown = last && at === 'value' && !isEmpty(next) ? next : key
    span = { ...spanOf(rangeOf(shown), document.start), found: last, ...contentOf(shown, document.start) }
    node = next
  }
  return firstLine(text, span)
}

const keyText = (key: unknown): string => (key === null ? '' : String(key))
const rangeOf = (node: unknown): Range | undefined => (node as { range?: Range | null } | null)?.range ?? undefined
const isEmpty = (node: unknown): boolean => {
  const range = rangeOf(node)
  return range === undefined || range[0] === range[1]
}
const spanOf = (range: Range | null | undefined, offset: number): Span => ({
  start: offset + (range?.[0] ?? 0),
  end: offset + (range?.[1] ?? 1),
})

function contentOf(node: unknown, offset: number): { content?: number } {
  const range = rangeOf(node)
  if (!isScalar(node) || range === undefined || String(node.type).startsWith('BLOCK')) return {}
  return { content: offset + range[0] + (node.type === 'PLAIN' ? 0 : 1) }
}

/** Only the first line of a span of several: a code frame shows one. */
function firstLine(text: string, span: Located): Located {
  const newline = text.indexOf('\n', span.start)
  const end = newline === -1 ? span.end : Math.min(span.end, newline)
  return { ...span, end: Math.max(end, span.start + 1) }
}

function firstContent(text: string, document: Span): number {
  const pattern = /^[ \t]*(?!#|---(?:\s|$)|\s|$)\S/gm
  pattern.lastIndex = document.start
  const match = pattern.exec(text)
  return match === null || match.index >= document.end ? document.start : match.index + match[0].length - 1
}
