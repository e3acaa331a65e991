import { CASES, SKIPPED } from './cases.ts'
import type { Cell, Spread } from './compare.ts'
import { EXPLANATIONS, FIXED } from './explanations.ts'

const number = (value: number): string => (Number.isFinite(value) ? value.toFixed(Number.isInteger(value) ? 0 : 3) : '–')
const spreadText = ({ median, min, max }: Spread): string => `${number(median)} [${number(min)} … ${number(max)}]`

const row = (cell: Cell): readonly string[] => [
  cell.milestone,
  `${cell.real.n}`,
  spreadText(cell.real),
  `${cell.simulated.n}`,
  spreadText(cell.simulated),
  number(cell.difference),
  cell.real.n < 3 ? `${cell.verdict} (range)` : cell.verdict,
]

const HEAD = ['milestone', 'n', 'real: median [min … max]', 'n', 'simulated: median [min … max]', 'difference', 'verdict']

/** A line per cell, for the terminal. */
export const textOf = (cells: readonly Cell[]): string => cells.map((cell) => `${[cell.caseName, ...row(cell)].join(' | ')}\n`).join('')

const table = (rows: readonly (readonly string[])[]): string =>
  [HEAD, HEAD.map(() => '---'), ...rows].map((columns) => `| ${columns.join(' | ')} |`).join('\n')

function counts(cells: readonly Cell[]): string {
  const of = (verdict: string): number => cells.filter((cell) => cell.verdict === verdict).length
  return `${cells.length} cells: ${of('pass')} pass, ${of('between')} lie between, ${of('fail')} fail.`
}

function deviations(cells: readonly Cell[]): string {
  const off = cells.filter(({ verdict }) => verdict !== 'pass')
  if (off.length === 0) return 'None.'
  return off
    .map((cell) => {
      const why = EXPLANATIONS[`${cell.caseName}: ${cell.milestone}`] ?? 'Not explained.'
      return `- **${cell.caseName}, ${cell.milestone}** (${cell.verdict}): ${why}`
    })
    .join('\n')
}

const METHOD = `Every number on the left was recorded on a real Kubernetes v1.20.2 control plane with hollow nodes
([what was recorded, and how](../test/validation/observations/README.md)); every number on the right comes from replaying the same case. One
[environment](../test/validation/environment.yaml) stands for the machine it was recorded on; the [cases](../test/validation/cases) add
manifests and faults, and nothing else. Seconds, and counts where the name says so.

Compared are the steps between consecutive milestones of the same object, and some sums. Each recorded repetition is replayed equally often,
with its own phases where they were recorded: the age of the leases at the fault, and the node monitor's tick; in p06b also when each machine had joined. 1,000 replications at least,
unless a case says otherwise (with RECONVERGE_FULL=1 it is 1,000 for all). A cell passes if every recorded value lies within the simulated range, give or take 0.5 s, and the medians
differ by no more than max(0.5 s, 3 · 1.25 · σ / √n), σ of the simulated values; with fewer than three recorded values the range alone decides.
Detection must lie in its support besides: last renewal + grace, and up to the monitor's period and 0.1 s later. A cell that does not pass *fails*
when that is no accident at a family-wise level of 0.01 (Holm; whole repetitions are resampled, since values of one hang together); otherwise it lies
*between*.`

/** docs/VALIDATION.md. */
export function validationDocument(cells: readonly Cell[]): string {
  const sections = CASES.map(({ name, title, replications }) => {
    const own = cells.filter(({ caseName }) => caseName === name)
    const note = replications === undefined ? '' : `\n${replications} replications.\n`
    return `### ${name}: ${title}\n${note}\n${table(own.map(row))}\n`
  })
  const skipped = Object.entries(SKIPPED).map(([name, why]) => `- **${name}**: ${why}`)
  return [
    '# Validation against a real control plane\n',
    'Written by `npm run validate`; the explanations stand in test/validation/explanations.ts.\n',
    `${METHOD}\n`,
    `## Result\n\n${counts(cells)}\n`,
    `## Deviations\n\n${deviations(cells)}\n`,
    `## What disagreed before, and what it took\n\n${FIXED.map((line) => `- ${line}`).join('\n')}\n`,
    `## Not replayed\n\n${skipped.length === 0 ? 'Every recorded case is replayed.' : skipped.join('\n')}\n`,
    '## Cells\n',
    sections.join('\n'),
  ].join('\n')
}
