/**
 * A parser for the plain part of YAML, about ten times as fast as the general one: block maps and lists, scalars on one line,
 * comments, `---`, and flow collections as JSON writes them. At anything else it stops and says where; the caller then gives that document
 * to the `yaml` package. A document it does parse has the value that package gives (a property test holds the two together).
 */
import { FlowReader, Stop, trimmedEnd } from './yaml-flow.ts'
import { isTextForCertain, resolvePlain } from './yaml-scalar.ts'

/** One document of a stream. */
export type Part =
  | { readonly parsed: true; readonly value: unknown; readonly start: number; readonly end: number }
  /** `stoppedAt`: offset of what is not plain. */
  | { readonly parsed: false; readonly start: number; readonly end: number; readonly stoppedAt: number }

const DIRECTIVE_OR_END = /^(?:%|\.\.\.(?:\s|$))/m
const MARKER = /^---(?=\s|$)/gm
const ONLY_COMMENTS = /^\s*(?:#.*)?$/
const MAX_DEPTH = 100
/** First characters of a line that goes on with plain text. */
const CONTINUES = /[A-Za-z0-9(/.]/
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const UNPRINTABLE_IN_BLOCK = /[\u0000-\u0008\u000a-\u001f\u007f-\u009f\u2028\u2029\ufeff\ufffe\uffff]/

/** The documents of a stream in order, each parsed or left to the general parser. */
export function parseFast(text: string): readonly Part[] {
  if (DIRECTIVE_OR_END.test(text)) return [{ parsed: false, start: 0, end: text.length, stoppedAt: 0 }]
  const starts = [0, ...Array.from(text.matchAll(MARKER), (match) => match.index)]
  const parts: Part[] = []
  for (const [i, start] of starts.entries()) {
    const end = starts[i + 1] ?? text.length
    if (i === 0 && isBlank(text, end)) continue
    parts.push(parsePart(text, start, end, i > 0))
  }
  return parts
}

function isBlank(text: string, end: number): boolean {
  for (let at = 0; at < end; ) {
    const newline = text.indexOf('\n', at)
    const stop = newline === -1 || newline > end ? end : newline
    if (!ONLY_COMMENTS.test(text.slice(at, stop))) return false
    at = stop + 1
  }
  return true
}

function parsePart(text: string, start: number, end: number, marked: boolean): Part {
  try {
    return { parsed: true, value: new BlockReader(text, marked ? start + 3 : start, end).document(marked), start, end }
  } catch (stop) {
    if (stop instanceof Stop) return { parsed: false, start, end, stoppedAt: stop.offset }
    throw stop
  }
}

const NEWLINE = 10
const SPACE = 32
const HASH = 35
const COLON = 58
const DASH = 45
const BAR = 124
/** First characters of a plain scalar that the general parser must see: flow, anchors, tags, block scalars, reserved. */
const INDICATORS = new Set([...'&*!|>%@`,]}?'].map((c) => c.charCodeAt(0)))

/** Reads one document; `at` is always the first character of a token, `indent` the column of its line's first character. */
class BlockReader extends FlowReader {
  private indent = -1

  document(marked: boolean): unknown {
    if (marked && !this.restIsEmpty()) this.stop()
    if (!this.nextLine()) return null
    const value = this.node(this.indent, 0)
    if (this.at < this.end) this.stop()
    return value
  }

  /** Moves to the first token after the current line; false at the end of the document. */
  private nextLine(): boolean {
    const { text, end } = this
    while (this.at < end) {
      let from = this.at
      if (text.charCodeAt(from) === NEWLINE) from++
      let at = from
      while (at < end && text.charCodeAt(at) === SPACE) at++
      const code = at < end ? text.charCodeAt(at) : NEWLINE
      this.at = at
      if (code === NEWLINE) continue
      if (code === HASH) {
        const newline = text.indexOf('\n', at)
        this.at = newline === -1 || newline > end ? end : newline
        continue
      }
      if (code < SPACE) this.stop()
      this.indent = at - from
      return true
    }
    return false
  }

  /** Skips spaces and a comment; whether the line holds nothing more. Leaves `at` on the next token, or on the line's end. */
  private restIsEmpty(): boolean {
    const { text, end } = this
    const from = this.at
    while (this.at < end && text.charCodeAt(this.at) === SPACE) this.at++
    if (this.at >= end) return true
    const code = text.charCodeAt(this.at)
    if (code === NEWLINE) return true
    if (code !== HASH) return false
    if (this.at === from) this.stop()
    const newline = text.indexOf('\n', this.at)
    this.at = newline === -1 || newline > end ? end : newline
    return true
  }

  /** The block node whose first token is at `at`, in column `column`. Afterwards `at` is on the first token behind it. */
  private node(column: number, depth: number): unknown {
    if (depth > MAX_DEPTH) this.stop()
    if (this.isDash()) return this.list(column, depth)
    const lineStart = this.at
    const key = this.key()
    if (key !== undefined) return this.map(column, key, depth)
    this.at = lineStart
    // A scalar or flow collection alone on its line: the document itself, or the value of a key on a line before.
    const value = this.scalar(column === 0)
    this.endOfEntry(column - 1)
    return value
  }

  private isDash(): boolean {
    if (this.text.charCodeAt(this.at) !== DASH) return false
    const next = this.at + 1 < this.end ? this.text.charCodeAt(this.at + 1) : NEWLINE
    return next === SPACE || next === NEWLINE
  }

  private list(column: number, depth: number): unknown[] {
    const items: unknown[] = []
    do {
      const dash = this.at
      this.at++
      if (this.restIsEmpty()) {
        items.push(this.nextLine() && this.indent > column ? this.node(this.indent, depth + 1) : null)
      } else {
        items.push(this.isLiteral() ? this.literal(column) : this.node(column + (this.at - dash), depth + 1))
      }
    } while (this.at < this.end && this.indent === column && this.isDash())
    if (this.at < this.end && this.indent > column) this.stop()
    return items
  }

  private map(column: number, firstKey: string, depth: number): Record<string, unknown> {
    const fields: Record<string, unknown> = {}
    let key: string | undefined = firstKey
    while (key !== undefined) {
      if (Object.hasOwn(fields, key) || key === '__proto__' || key === '<<') this.stop()
      fields[key] = this.entryValue(column, depth)
      if (this.at >= this.end || this.indent < column) break
      if (this.indent > column) this.stop()
      if (this.isDash()) break
      key = this.key()
      if (key === undefined) this.stop()
    }
    return fields
  }

  /** What follows `key:` in a map at `column`. */
  private entryValue(column: number, depth: number): unknown {
    if (!this.restIsEmpty()) {
      const value = this.isLiteral() ? this.literalText(column) : this.foldedScalar(column)
      this.endOfEntry(column)
      return value
    }
    if (!this.nextLine()) return null
    if (this.indent > column) return this.node(this.indent, depth + 1)
    return this.indent === column && this.isDash() ? this.list(column, depth + 1) : null
  }

  private isLiteral(): boolean {
    return this.text.charCodeAt(this.at) === BAR
  }

  private literal(column: number): string {
    const value = this.literalText(column)
    this.endOfEntry(column)
    return value
  }

  /** A literal block (`|`, `|-`, `|+`) inside a node at `column`; `at` is then at the end of its last line. */
  private literalText(column: number): string {
    this.at++
    const chomp = this.text[this.at] === '-' || this.text[this.at] === '+' ? this.text[this.at++] : ''
    if (!this.restIsEmpty()) this.stop()
    const lines: string[] = []
    let margin = -1
    while (this.at < this.end) {
      const from = this.at + 1
      const newline = this.text.indexOf('\n', from)
      if (newline === -1 || newline >= this.end) {
        if (from < this.end) this.stop()
        break
      }
      const line = this.text.slice(from, newline)
      const indent = line.search(/[^ ]/)
      if (indent !== -1 && indent <= column) break
      if (indent === -1 ? margin === -1 && line !== '' : margin !== -1 && indent < margin) this.stop()
      if (margin === -1) margin = indent
      if (UNPRINTABLE_IN_BLOCK.test(line)) this.stop()
      lines.push(line.slice(Math.max(0, margin)))
      this.at = newline
    }
    return this.chomped(lines, chomp)
  }

  private chomped(lines: readonly string[], chomp: string | undefined): string {
    let last = lines.length
    while (last > 0 && lines[last - 1] === '') last--
    if (last === 0 || chomp === '+') this.stop()
    return lines.slice(0, last).join('\n') + (chomp === '-' ? '' : '\n')
  }

  /** After a scalar: the line must end, and the next must not continue it. */
  private endOfEntry(column: number): void {
    if (!this.restIsEmpty()) this.stop()
    if (this.nextLine() && this.indent > column) this.stop()
  }

  /** A key with its colon, when the line has one here; `at` is then behind the colon. */
  private key(): string | undefined {
    const { text, end } = this
    const first = text.charCodeAt(this.at)
    if (first === 34 || first === 39) {
      const quoted = this.quoted()
      if (text.charCodeAt(this.at) !== COLON || !this.isGap(this.at + 1)) return undefined
      this.at++
      return quoted
    }
    if (first === 91 || first === 123) return undefined
    const from = this.at
    const limit = Math.min(end, from + 1000)
    for (let at = from; at < limit; at++) {
      const code = text.charCodeAt(at)
      if (code === NEWLINE) return undefined
      if (code === HASH && text.charCodeAt(at - 1) === SPACE) return undefined
      if (code !== COLON || !this.isGap(at + 1)) continue
      this.at = at + 1
      return this.plainKey(from, at)
    }
    return undefined
  }

  private plainKey(from: number, to: number): string {
    this.checkFirst(from)
    const key = trimmedEnd(this.checked(from, to))
    if (key === '' || (!isTextForCertain(key.charCodeAt(0)) && typeof resolvePlain(key) !== 'string')) this.stop()
    return key
  }

  private isGap(at: number): boolean {
    const code = at < this.end ? this.text.charCodeAt(at) : NEWLINE
    return code === SPACE || code === NEWLINE
  }

  private checkFirst(at: number): void {
    const code = this.text.charCodeAt(at)
    if (INDICATORS.has(code) || ((code === COLON || code === DASH) && this.isGap(at + 1))) this.stop()
  }

  /** A scalar or flow collection on this line; at the root a flow collection may take several lines (JSON). */
  private scalar(root: boolean): unknown {
    const first = this.text.charCodeAt(this.at)
    if (first === 34 || first === 39) return this.quoted()
    if (first === 91 || first === 123) return this.flow(root, 0)
    this.checkFirst(this.at)
    return this.plain()
  }

  private plain(): unknown {
    const value = this.plainLine()
    return isTextForCertain(value.charCodeAt(0)) ? value : resolvePlain(value)
  }

  /** The rest of the line up to a comment; `at` is then at the line's end, or before the comment. */
  private plainLine(): string {
    const { text, end } = this
    const from = this.at
    const newline = text.indexOf('\n', from)
    let to = newline === -1 || newline > end ? end : newline
    for (let at = from; at < to; at++) {
      const code = text.charCodeAt(at)
      if (code === HASH && text.charCodeAt(at - 1) === SPACE) to = at
      else if (code === COLON && this.isGap(at + 1)) this.stop()
    }
    this.at = to
    const value = trimmedEnd(this.checked(from, to))
    // The comment's `#` needs a space before it to be one: step back so that the end of the line is judged from that space.
    if (to < end && text.charCodeAt(to) === HASH) this.at = to - 1
    return value
  }

  /** A value in a map at `column`; quoted and plain text may go on over deeper lines, as kubectl writes long text. */
  private foldedScalar(column: number): unknown {
    const first = this.text.charCodeAt(this.at)
    if (first === 34 || first === 39) return this.foldedQuoted(column)
    const value = this.scalar(false)
    if (typeof value !== 'string' || first === 91 || first === 123) return value
    let folded = value
    for (let next = this.continuation(column); next !== undefined; next = this.continuation(column)) {
      this.at = next.at
      if (!CONTINUES.test(this.text.charAt(next.at))) this.stop()
      folded += (next.blank === 0 ? ' ' : '\n'.repeat(next.blank)) + this.plainLine()
    }
    return folded
  }

  /** The next line that is deeper than `column`, when the current one is at its end: its first character, and the empty lines before it. */
  private continuation(column: number): { at: number; blank: number } | undefined {
    let blank = -1
    for (let at = this.at; at < this.end && this.text.charCodeAt(at) === NEWLINE; blank++) {
      const from = at + 1
      at = from
      while (at < this.end && this.text.charCodeAt(at) === SPACE) at++
      if (at >= this.end || this.text.charCodeAt(at) === NEWLINE) continue
      return at - from > column && this.text.charCodeAt(at) !== HASH ? { at, blank: blank + 1 } : undefined
    }
    return undefined
  }

  private foldedQuoted(column: number): string {
    const quote = this.text.charAt(this.at)
    const close = this.closing()
    const newline = this.text.indexOf('\n', this.at)
    if (newline === -1 || close < newline) return this.quoted()
    const [first = '', ...lines] = this.text.slice(this.at + 1, close).split('\n')
    let folded = trimmedEnd(this.printable(first))
    let blank = 0
    for (const [i, line] of lines.entries()) {
      const last = i === lines.length - 1
      const indent = line.search(/[^ ]|$/)
      const content = last ? line.slice(indent) : trimmedEnd(this.printable(line).slice(indent))
      if (quote === '"' && folded.endsWith('\\')) this.stop()
      if (content === '' && !last) {
        blank++
        continue
      }
      if (indent <= column) this.stop()
      folded += (blank === 0 ? ' ' : '\n'.repeat(blank)) + this.printable(content)
      blank = 0
    }
    this.at = close + 1
    return quote === '"' ? this.unescaped(folded) : folded.replaceAll("''", "'")
  }
}
