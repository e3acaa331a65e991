/** The colours a report uses; picocolors' `createColors` makes them, `PLAIN` has none. */
export interface Paint {
  bold(text: string): string
  dim(text: string): string
  red(text: string): string
  green(text: string): string
  yellow(text: string): string
  cyan(text: string): string
}

const same = (text: string) => text
/** No colour at all. */
export const PLAIN: Paint = { bold: same, dim: same, red: same, green: same, yellow: same, cyan: same }

/** Cells as lines with aligned columns, two spaces apart, no trailing space; columns whose heading starts with `>` are aligned to the right. */
export function columns(headings: readonly string[], rows: readonly (readonly string[])[], gap = 2): string[] {
  const right = headings.map((heading) => heading.startsWith('>'))
  const table = [headings.map((heading) => heading.replace(/^>/, '')), ...rows]
  const widths = headings.map((_, i) => Math.max(...table.map((row) => (row[i] ?? '').length)))
  return table.map((row) =>
    row
      .map((cell, i) => (right[i] === true ? cell.padStart(widths[i] ?? 0) : cell.padEnd(widths[i] ?? 0)))
      .join(' '.repeat(gap))
      .trimEnd(),
  )
}

/** Seconds for people: two decimals below ten, else one. */
export function briefSeconds(value: number): string {
  return value.toFixed(Math.abs(value) < 9.995 ? 2 : 1)
}

/** 1234567 as `1,234,567`. */
export function thousands(n: number): string {
  return String(n).replace(/\B(?=(\d{3})+$)/g, ',')
}

/** `1 Pod`, `2 Pods`. */
export function plural(n: number, one: string, many = `${one}s`): string {
  return `${thousands(n)} ${n === 1 ? one : many}`
}

/** The end of a text that is too long: names are most telling at their end. */
export function shorten(text: string, width: number): string {
  return text.length <= width ? text : `…${text.slice(text.length - width + 1)}`
}
