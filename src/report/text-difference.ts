/** Lines of CSV texts that should be equal. */
export interface TextDifference {
  /** From 1; the header is line 1. */
  readonly line: number
  /** Columns that differ, by name; empty where one text ended. */
  readonly cells: readonly { readonly column: string; readonly before: string; readonly after: string }[]
  /** Columns that say which line it is. */
  readonly where: string
}

/** Columns that identify a row. */
const IDENTITY = ['replication', 'fault', 'occurrence', 'workload', 'measure', 'labels']

/** The first line in which two CSV texts differ; null when they are equal. */
export function firstTextDifference(before: string, after: string): TextDifference | null {
  if (before === after) return null
  const [a, b] = [before.split('\n'), after.split('\n')]
  const at = a.findIndex((line, i) => line !== b[i])
  const i = at < 0 ? a.length : at
  const names = csvCells(a[0] ?? '')
  const [left, right] = [csvCells(a[i] ?? ''), csvCells(b[i] ?? '')]
  const ended = a[i] === undefined || b[i] === undefined
  const known = left.length === names.length ? left : right
  return {
    line: i + 1,
    cells: ended
      ? []
      : names.flatMap((column, k) => (left[k] === right[k] ? [] : [{ column, before: left[k] ?? '', after: right[k] ?? '' }])),
    where: names
      .flatMap((name, k) => (IDENTITY.includes(name) && known[k] !== undefined && known[k] !== '' ? [`${name} ${known[k]}`] : []))
      .join(', '),
  }
}

/** The cells of one line of CSV; no cell of ours holds a line break. */
export function csvCells(line: string): string[] {
  return [...line.matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^,]*))/g)].map(([, quoted, plain]) => quoted?.replaceAll('""', '"') ?? plain ?? '')
}
