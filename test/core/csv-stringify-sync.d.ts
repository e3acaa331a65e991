/** What the core uses of csv-stringify, without the typings of Node's streams that come with its own. */
export function stringify(lines: unknown[][], options: { record_delimiter: 'unix'; cast: { boolean: (value: boolean) => string } }): string
