import type { Diagnosis } from './problems.ts'
import { codeFrame, lineColumn } from './text.ts'
import type { Path, Span } from './yaml.ts'
import { Locator } from './yaml.ts'

/** Anything wrong with what was read, as data. */
export interface Problem {
  readonly code: ProblemCode
  readonly severity: 'error' | 'warning'
  /** The file as given; `--set` for an override. */
  readonly file: string
  /** From 1; 0 where a problem has no place in a file. */
  readonly line: number
  readonly column: number
  /** Exclusive. */
  readonly endColumn?: number
  /** The field, e.g. `faults[2].for`; empty for the file as a whole. */
  readonly path: string
  /** What was expected and what was there. */
  readonly message: string
  readonly hint?: string
  /** The lines around it, with carets. */
  readonly frame?: string
}

/** Every code, each made by the factory of its name in `problems.ts`. */
export const PROBLEM_CODES = [
  'file-not-found',
  'file-unreadable',
  'no-file-matches',
  'file-too-large',
  'not-utf8',
  'empty-file',
  'yaml-syntax',
  'duplicate-key',
  'too-many-aliases',
  'too-deep',
  'unsupported-tag',
  'document-too-large',
  'several-scenarios',
  'unknown-field',
  'missing-field',
  'exclusive-fields',
  'wrong-type',
  'not-finite',
  'number-too-large',
  'unknown-value',
  'out-of-range',
  'invalid-duration',
  'invalid-quantity',
  'invalid-value',
  'unknown-distribution',
  'unknown-fault',
  'unknown-operation',
  'unknown-flag',
  'unknown-version',
  'unknown-measure',
  'unknown-label',
  'unknown-node',
  'unknown-zone',
  'unknown-domain',
  'unknown-pod',
  'unknown-container',
  'unknown-workload',
  'unknown-fault-name',
  'unknown-service',
  'nothing-selected',
  'too-many-targets',
  'duplicate-name',
  'duplicate-machine',
  'duplicate-object',
  'after-horizon',
  'instant-fault',
  'invalid-expectation',
  'invalid-selector',
  'invalid-table',
  'invalid-set',
  'set-matches-nothing',
  'unknown-kind',
  'refused-kind',
  'refused-field',
  'wrong-api-version',
  'selector-mismatch',
  'invalid-name',
  'more-problems',
] as const
export type ProblemCode = (typeof PROBLEM_CODES)[number]

/** A text that was read, by the name under which problems call it. */
export interface SourceText {
  readonly path: string
  readonly text: string
}

/** Where a problem lies: a value in a document, or a stretch of text. Turned into line and column only when it is reported. */
export type Place =
  | {
      readonly source: SourceText
      readonly document: Span
      readonly path: Path
      readonly at: 'key' | 'value'
      /** Part of a scalar, by offsets in its value. */
      readonly within?: readonly [number, number]
      /** Where a step of the path was set from the command line instead. */
      readonly overrides?: readonly Override[]
    }
  | { readonly source: SourceText; readonly span: Span; readonly path?: Path }
  | { readonly source: SourceText; readonly path?: Path }

/** A path that `--set` wrote, and its argument. */
export interface Override {
  readonly source: SourceText
  readonly document: Span
  readonly path: Path
}

/** A problem not yet given a line and column. */
export interface Finding {
  readonly diagnosis: Diagnosis
  readonly place: Place
}

const MOST = 50

/** Collects findings; keeps the first 50 errors and counts the rest, so that any input ends. */
export class Findings {
  private readonly kept: Finding[] = []
  private readonly cautions: Finding[] = []
  private readonly locator = new Locator()
  private errors = 0

  add(finding: Finding): void {
    if (finding.diagnosis.severity === 'warning') {
      if (this.cautions.length < MOST) this.cautions.push(finding)
      return
    }
    this.errors++
    if (this.kept.length < MOST) this.kept.push(finding)
  }

  get count(): number {
    return this.errors
  }

  /** The warnings, with their places. */
  warnings(): Problem[] {
    return this.cautions.map((finding) => toProblem(finding, this.locator))
  }

  /** Every problem kept, errors first, and a last one that counts those left out. */
  problems(): Problem[] {
    const problems = inOrder([...this.kept, ...this.cautions].map((finding) => toProblem(finding, this.locator)))
    const first = problems[0]
    if (this.errors <= MOST || first === undefined) return problems
    const message = `and ${this.errors - MOST} more`
    return [...problems, { code: 'more-problems', severity: 'error', file: first.file, line: 0, column: 0, path: '', message }]
  }
}

/** By place, files in the order in which they were first found wrong. */
function inOrder(problems: readonly Problem[]): Problem[] {
  const files = problems.map(({ file }) => file)
  const rank = (problem: Problem): number => files.indexOf(problem.file)
  const numbered = problems.map((problem, order) => ({ problem, order }))
  numbered.sort(
    (a, b) =>
      rank(a.problem) - rank(b.problem) || a.problem.line - b.problem.line || a.problem.column - b.problem.column || a.order - b.order,
  )
  return numbered.map(({ problem }) => problem)
}

/** A field path as messages write it: `spec.containers[0].image`. */
export function pathText(path: Path): string {
  let text = ''
  for (const step of path) {
    if (typeof step === 'number') text += `[${step}]`
    else if (/^[A-Za-z0-9_-]+$/.test(step)) text += text === '' ? step : `.${step}`
    else text += `[${JSON.stringify(step)}]`
  }
  return text
}

function toProblem(finding: Finding, locator: Locator): Problem {
  const { diagnosis, place } = finding
  const { code, message, hint } = diagnosis
  const severity: Problem['severity'] = diagnosis.severity ?? 'error'
  const spot = spotOf(place, locator)
  const base = { code, severity, path: pathText(place.path ?? []), message, ...(hint === undefined ? {} : { hint }) }
  if (spot === undefined) return { ...base, file: place.source.path, line: 0, column: 0 }
  const { source, span } = spot
  const at = lineColumn(source.text, span.start)
  const endColumn = at.column + (span.end - span.start)
  return { ...base, file: source.path, ...at, endColumn, frame: codeFrame(source.text, at, endColumn) }
}

function spotOf(place: Place, locator: Locator): { source: SourceText; span: Span } | undefined {
  if ('span' in place) return { source: place.source, span: place.span }
  if (!('document' in place)) return undefined
  const override = place.overrides?.findLast((one) => one.path.every((step, i) => String(step) === String(place.path[i])))
  if (override !== undefined) return { source: override.source, span: override.document }
  const located = locator.locate(place.source.text, place.document, place.path, place.at)
  if (place.within === undefined || located.content === undefined || !located.found) return { source: place.source, span: located }
  // With escapes inside, offsets in the value are not offsets in the text.
  if (/\\|''/.test(place.source.text.slice(located.start, located.end))) return { source: place.source, span: located }
  const start = Math.min(located.content + place.within[0], located.end - 1)
  return { source: place.source, span: { start, end: Math.max(start + 1, Math.min(located.content + place.within[1], located.end)) } }
}

/** `file:line:column: error[code]: message in path`, the lines around it, and the hint. */
export function formatProblem(problem: Problem): string {
  const where = problem.line === 0 ? problem.file : `${problem.file}:${problem.line}:${problem.column}`
  const unknown = problem.message.startsWith('unknown ')
  const path = unknown ? problem.path.replace(/(?:^|\.)[\w-]+$|\["[^"]*"\]$/, '') : problem.path
  const inside = path === '' ? '' : `${unknown ? '' : ','} in ${path}`
  const rows = [`${where}: ${problem.severity}[${problem.code}]: ${problem.message}${inside}`]
  if (problem.frame !== undefined) rows.push(problem.frame)
  if (problem.hint !== undefined) rows.push(`   hint: ${problem.hint}`)
  return rows.join('\n')
}
