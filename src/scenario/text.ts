/** Text as it stands in a file, with what is needed to point at a place in it. */

/** The whole text, or the offset of the first byte that is not UTF-8. */
export type Decoded =
  | { readonly ok: true; readonly text: string }
  | { readonly ok: false; readonly offset: number; readonly before: string }

const CHUNK = 8192
const REPLACEMENT = -1

/** UTF-8 to text, strictly; a byte order mark at the start is dropped. The core may not use TextDecoder, hence by hand. */
export function decodeUtf8(bytes: Uint8Array): Decoded {
  const units = new Uint16Array(bytes.length)
  let length = 0
  let at = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? 3 : 0
  while (at < bytes.length) {
    const first = bytes[at] as number
    if (first < 0x80) {
      units[length++] = first
      at++
      continue
    }
    const size = sequenceSize(first)
    const point = size === 0 ? REPLACEMENT : codePoint(bytes, at, size)
    if (point === REPLACEMENT) return { ok: false, offset: at, before: fromUnits(units, length) }
    if (point > 0xffff) {
      units[length++] = 0xd800 + ((point - 0x10000) >> 10)
      units[length++] = 0xdc00 + ((point - 0x10000) & 0x3ff)
    } else {
      units[length++] = point
    }
    at += size
  }
  return { ok: true, text: fromUnits(units, length) }
}

function sequenceSize(first: number): number {
  if (first >= 0xc2 && first <= 0xdf) return 2
  if (first >= 0xe0 && first <= 0xef) return 3
  if (first >= 0xf0 && first <= 0xf4) return 4
  return 0
}

/** The code point of `size` bytes from `at`; −1 when they are no shortest-form encoding of a scalar value. */
function codePoint(bytes: Uint8Array, at: number, size: number): number {
  let point = (bytes[at] as number) & (0xff >> (size + 1))
  for (let i = 1; i < size; i++) {
    const next = bytes[at + i]
    if (next === undefined || (next & 0xc0) !== 0x80) return REPLACEMENT
    point = (point << 6) | (next & 0x3f)
  }
  if (size === 3 && (point < 0x800 || (point >= 0xd800 && point <= 0xdfff))) return REPLACEMENT
  if (size === 4 && (point < 0x10000 || point > 0x10ffff)) return REPLACEMENT
  return point
}

function fromUnits(units: Uint16Array, length: number): string {
  const parts: string[] = []
  for (let from = 0; from < length; from += CHUNK) {
    parts.push(String.fromCharCode.apply(null, units.subarray(from, Math.min(from + CHUNK, length)) as unknown as number[]))
  }
  return parts.join('')
}

/** Order of texts by UTF-16 unit: the same on every machine. */
export const byCodeUnit = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)

/** Line and column of an offset, both from 1. */
export interface LineColumn {
  readonly line: number
  readonly column: number
}

/** Where `offset` lies in `text`. Linear: for problems only. */
export function lineColumn(text: string, offset: number): LineColumn {
  const end = Math.min(offset, text.length)
  let line = 1
  let start = 0
  for (let at = text.indexOf('\n'); at !== -1 && at < end; at = text.indexOf('\n', at + 1)) {
    line++
    start = at + 1
  }
  return { line, column: end - start + 1 }
}

const WIDTH = 120

/** The line with a problem and the one before it, with carets under columns `column` … `endColumn` (exclusive). */
export function codeFrame(text: string, at: LineColumn, endColumn: number): string {
  const lines = text.split('\n', at.line)
  const source = (lines[at.line - 1] ?? '').replace(/\r$/, '')
  const cut = at.column > WIDTH - 20 ? at.column - 40 : 0
  const show = (line: string): string => line.slice(cut, cut + WIDTH).replace(/\t/g, ' ')
  const gutter = String(at.line).length
  const row = (number: string, line: string): string => `   ${number.padStart(gutter)} | ${line}`.trimEnd()
  const carets = '^'.repeat(Math.max(1, Math.min(endColumn, cut + WIDTH, source.length + 1) - at.column))
  const rows = [row(String(at.line), show(source)), row('', ' '.repeat(at.column - 1 - cut) + carets)]
  const previous = lines[at.line - 2]
  if (previous !== undefined && previous.trim() !== '') rows.unshift(row(String(at.line - 1), show(previous.replace(/\r$/, ''))))
  return rows.join('\n')
}
