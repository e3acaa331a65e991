import { stringify } from 'csv-stringify/sync'

/** What a cell holds; null is an empty cell. */
type Cell = string | number | boolean | null

/** One column: its name and what a row puts there. */
export interface Column<Row> {
  readonly name: string
  readonly value: (row: Row) => Cell
}

/** Rows per piece of text: large results never become one string. */
const PIECE = 2000

/** RFC 4180 with LF: a header, then one line per row, in pieces of text that follow each other. */
export function* csv<Row>(columns: readonly Column<Row>[], rows: Iterable<Row>): Generator<string> {
  let lines: Cell[][] = [columns.map(({ name }) => name)]
  for (const row of rows) {
    lines.push(columns.map(({ value }) => value(row)))
    if (lines.length < PIECE) continue
    yield text(lines)
    lines = []
  }
  if (lines.length > 0) yield text(lines)
}

/** csv-stringify leaves out `false` and writes `true` as 1 unless told how to write them. */
function text(lines: readonly Cell[][]): string {
  return stringify(lines as Cell[][], { record_delimiter: 'unix', cast: { boolean: String } })
}
