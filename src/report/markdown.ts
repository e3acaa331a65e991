/** A cell of a Markdown table: line breaks and bars would end it. */
const cell = (text: string): string => text.replaceAll('|', '\\|').replaceAll('\n', ' ')

/** A Markdown table. */
export function markdownTable(headings: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.map(cell).join(' | ')} |`
  return [line(headings), `|${headings.map(() => '---').join('|')}|`, ...rows.map(line)].join('\n')
}

/** A text as code. */
export const code = (text: string): string => `\`${text}\``

/** A place that links can lead to. */
export const anchor = (id: string): string => `<a id="${id}"></a>`
