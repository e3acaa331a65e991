import { headline } from './comparison-table.ts'
import { type Finding, findingsOf, type Gate, type Severity } from './gate.ts'
import { markdownTable } from './markdown.ts'

/** GitHub shows so many annotations of a kind per step. */
const SHOWN = 10
/** GitHub refuses a job summary of more than 1 MiB; other steps write to it as well. */
const SUMMARY_BYTES = 500_000
const COMMAND: Readonly<Record<Severity, string | null>> = { error: 'error', open: 'warning', note: 'notice', good: null }

/** Workflow commands that GitHub shows beside the scenario's file, the gravest first, at most ten of a kind. */
export function annotations(gates: readonly Gate[]): string {
  const all = gates.flatMap((gate) => findingsOf(gate).map((finding) => ({ gate, finding })))
  return (['error', 'open', 'note'] as const)
    .map((severity) => {
      const found = all.filter(({ finding }) => finding.severity === severity)
      const shown = found.length > SHOWN ? found.slice(0, SHOWN - 1) : found
      const rest = found.length - shown.length
      const more = rest === 0 ? '' : `::${COMMAND[severity]} title=reconverge check::and ${rest} more: see the job summary\n`
      return shown.map(({ gate, finding }) => annotation(gate, finding)).join('') + more
    })
    .join('')
}

function annotation({ path, scenario }: Gate, { name, severity, message }: Finding): string {
  return `::${COMMAND[severity]} file=${property(path)},title=${property(`${scenario}: ${name}`)}::${data(message)}\n`
}

const data = (text: string) => text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A')
const property = (text: string) => data(text).replaceAll(':', '%3A').replaceAll(',', '%2C')

/** What several gates found, as Markdown for the job summary: all that is not as before. */
export function jobSummary(gates: readonly Gate[]): string {
  const lines = ['## reconverge check', '', ...gates.flatMap(section)]
  let bytes = 0
  const cut = lines.findIndex((line) => {
    bytes += bytesOf(line) + 1
    return bytes > SUMMARY_BYTES
  })
  const text = (cut < 0 ? lines : lines.slice(0, cut)).join('\n')
  return cut < 0 ? `${text}\n` : `${text}\n\nCut here: the rest is in the log.\n`
}

/** Length in UTF-8. */
const bytesOf = (text: string): number => encodeURIComponent(text).replace(/%[0-9A-F]{2}/g, 'x').length

function section(gate: Gate): string[] {
  const findings = findingsOf(gate).filter(({ severity }) => severity !== 'good')
  const mark = findings.some(({ severity }) => severity === 'error')
    ? '❌'
    : findings.some(({ severity }) => severity === 'open')
      ? '❔'
      : '✅'
  const rows = findings.map(({ name, severity, message }) => [severity === 'error' ? '✗' : severity === 'open' ? '?' : 'i', name, message])
  return [
    `### ${mark} ${gate.scenario}`,
    '',
    headline(gate),
    '',
    ...(rows.length === 0 ? [] : [markdownTable(['', 'what', 'found'], rows), '']),
  ]
}
