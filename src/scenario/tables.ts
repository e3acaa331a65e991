import type { Parsed } from './durations.ts'

/** A row of a CSV file, by column, with the number of its line. */
export interface TableRow {
  readonly line: number
  readonly cells: readonly string[]
}

/** The rows of a CSV text (RFC 4180 without line breaks in cells); lines that are empty or begin with # are left out. */
export function parseTable(text: string): readonly TableRow[] {
  return text.split(/\r?\n/).flatMap((line, i) => {
    if (line.trim() === '' || line.startsWith('#')) return []
    return [{ line: i + 1, cells: cellsOf(line) }]
  })
}

const CELL = /\s*"((?:[^"]|"")*)"\s*(?=,|$)|([^,]*)/y

function cellsOf(line: string): readonly string[] {
  const cells: string[] = []
  for (let at = 0; at <= line.length; at = CELL.lastIndex + 1) {
    CELL.lastIndex = at
    const [, quoted, bare = ''] = CELL.exec(line) ?? []
    cells.push(quoted === undefined ? bare.trim() : quoted.replaceAll('""', '"'))
  }
  return cells
}

/** The first column of a table of values; a first row that is no value is its heading. */
export function valueColumn(text: string): Parsed<readonly string[]> {
  const rows = parseTable(text)
  const isValue = (cell: string | undefined): boolean => cell !== undefined && /^[+-]?[\d.]/.test(cell)
  const values = isValue(rows[0]?.cells[0]) ? rows : rows.slice(1)
  const odd = values.find(({ cells }) => !isValue(cells[0]))
  if (odd !== undefined) return { ok: false, message: `expected a value in line ${odd.line}, got ${JSON.stringify(odd.cells[0])}` }
  if (values.length === 0) return { ok: false, message: 'expected a table with at least one value, got none' }
  return { ok: true, value: values.map(({ cells }) => cells[0] as string) }
}
