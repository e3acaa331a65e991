import { resolvePlain } from './yaml-scalar.ts'

/** Without spaces at its end; other white space is text. */
export function trimmedEnd(text: string): string {
  let end = text.length
  while (end > 0 && text.charCodeAt(end - 1) === 32) end--
  return end === text.length ? text : text.slice(0, end)
}

/** Thrown inside the fast parser, never out of it: what stands at `offset` is beyond plain YAML. */
export class Stop {
  readonly offset: number
  constructor(offset: number) {
    this.offset = offset
  }
}

const ESCAPES: ReadonlyMap<string, string> = new Map([
  ['"', '"'],
  ['\\', '\\'],
  ['/', '/'],
  ['b', '\b'],
  ['f', '\f'],
  ['n', '\n'],
  ['r', '\r'],
  ['t', '\t'],
])
const MAX_DEPTH = 100
const FLOW_PLAIN = /[A-Za-z0-9_./+-][A-Za-z0-9_./+@%=~-]*(?: [A-Za-z0-9_./+@%=~-]+)*(?::[A-Za-z0-9_./+-]+)*/y
/** Control characters, and the line and paragraph separators and marks on which readers disagree. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const UNPRINTABLE = /[\u0000-\u001f\u007f-\u009f\u2028\u2029\ufeff\ufffe\uffff]/

/** Reads quoted scalars and flow collections (JSON and what looks like it) from `at`. */
export class FlowReader {
  protected readonly text: string
  protected readonly end: number
  protected at: number

  constructor(text: string, start: number, end: number) {
    this.text = text
    this.end = end
    this.at = start
  }

  protected stop(): never {
    throw new Stop(Math.min(this.at, Math.max(0, this.text.length - 1)))
  }

  /** `text`, when it is printable. */
  protected printable(text: string): string {
    if (UNPRINTABLE.test(text)) this.stop()
    return text
  }

  /** The text between two offsets, when it is printable. */
  protected checked(from: number, to: number): string {
    return this.printable(this.text.slice(from, to))
  }

  /** A quoted scalar on one line. */
  protected quoted(): string {
    const quote = this.text[this.at]
    const close = this.closing()
    const content = this.checked(this.at + 1, close)
    this.at = close + 1
    return quote === '"' ? this.unescaped(content) : content.replaceAll("''", "'")
  }

  /** Offset of the quote that closes the one at `at`. */
  protected closing(): number {
    const { text, end } = this
    const quote = text[this.at]
    let close = this.at + 1
    if (quote === '"') {
      while (close < end && text[close] !== '"') close += text[close] === '\\' ? 2 : 1
    } else {
      close = text.indexOf("'", close)
      while (close !== -1 && text[close + 1] === "'") close = text.indexOf("'", close + 2)
    }
    return close === -1 || close >= end ? this.stop() : close
  }

  protected unescaped(content: string): string {
    if (!content.includes('\\')) return content
    return content.replace(/\\(u[0-9a-fA-F]{4}|.)/g, (_, sequence: string) => {
      if (sequence.length === 5) return String.fromCharCode(Number.parseInt(sequence.slice(1), 16))
      return ESCAPES.get(sequence) ?? this.stop()
    })
  }

  /** A flow collection; `several` allows it to span lines, as a whole JSON document does. */
  protected flow(several: boolean, depth: number): unknown {
    if (depth > MAX_DEPTH) this.stop()
    const opened = this.text[this.at]
    this.at++
    return opened === '[' ? this.flowList(several, depth) : this.flowMap(several, depth)
  }

  private flowList(several: boolean, depth: number): unknown[] {
    const items: unknown[] = []
    this.gap(several)
    if (this.took(']')) return items
    for (;;) {
      items.push(this.flowValue(several, depth))
      this.gap(several)
      if (this.took(']')) return items
      if (!this.took(',')) this.stop()
      this.gap(several)
    }
  }

  private flowMap(several: boolean, depth: number): Record<string, unknown> {
    const fields: Record<string, unknown> = {}
    this.gap(several)
    if (this.took('}')) return fields
    for (;;) {
      const key = this.flowKey()
      if (Object.hasOwn(fields, key) || key === '__proto__' || key === '<<') this.stop()
      this.gap(several)
      fields[key] = this.flowValue(several, depth)
      this.gap(several)
      if (this.took('}')) return fields
      if (!this.took(',')) this.stop()
      this.gap(several)
    }
  }

  /** A key and its colon. A plain key's colon must be followed by a space; a quoted one's need not. */
  private flowKey(): string {
    const code = this.text[this.at]
    if (code === '"' || code === "'") {
      const key = this.quoted()
      if (!this.took(':')) this.stop()
      return key
    }
    const key = this.flowPlain()
    if (typeof key !== 'string' || !this.took(':') || this.text[this.at] !== ' ') this.stop()
    return key as string
  }

  private flowValue(several: boolean, depth: number): unknown {
    const first = this.text[this.at]
    if (first === '[' || first === '{') return this.flow(several, depth + 1)
    if (first === '"' || first === "'") return this.quoted()
    return this.flowPlain()
  }

  private flowPlain(): unknown {
    FLOW_PLAIN.lastIndex = this.at
    const match = FLOW_PLAIN.exec(this.text)
    if (match === null || match[0] === '-' || match[0].startsWith('- ') || this.at + match[0].length > this.end) this.stop()
    this.at += match[0].length
    const next = this.text[this.at]
    if (next === ':' ? this.text[this.at + 1] !== ' ' : !(next === ',' || next === ']' || next === '}' || next === ' ' || next === '\n'))
      this.stop()
    return resolvePlain(match[0])
  }

  private took(char: string): boolean {
    if (this.at >= this.end || this.text[this.at] !== char) return false
    this.at++
    return true
  }

  private gap(several: boolean): void {
    for (; this.at < this.end; this.at++) {
      const code = this.text.charCodeAt(this.at)
      if (code === 32 || (several && (code === 10 || code === 9 || code === 13))) continue
      if (code === 35 || code < 32) this.stop()
      return
    }
    this.stop()
  }
}
