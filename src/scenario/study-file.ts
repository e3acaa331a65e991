import { z } from 'zod'
import { type Axis, readAxis } from './axis.ts'
import { readWith } from './issues.ts'
import { Findings, type Problem } from './problem.ts'
import { duplicateName, invalidSet, type Report } from './problems.ts'
import { questionOf } from './root.ts'
import { reportAt } from './session.ts'
import { parseFile, textOf } from './sources.ts'
import { isMap } from './walk.ts'

/** A study as its file says it: one scenario, and what is varied in it. */
export interface StudyFile {
  readonly name: string
  /** The first line of comment; empty when there is none. */
  readonly question: string
  /** Path of the scenario, relative to the study's file. */
  readonly scenario: string
  readonly seed: string | undefined
  readonly replications: number | undefined
  /** `--set` arguments that hold at every point. */
  readonly set: readonly string[]
  readonly axes: readonly Axis[]
  /** Two measures to weigh against each other, or none. */
  readonly pareto: readonly string[]
}

/** A study, that the text is none (no `kind: Study`), or everything that is wrong with it. */
export type ReadStudy =
  | { readonly ok: true; readonly study: StudyFile }
  | { readonly ok: false; readonly isStudy: boolean; readonly problems: readonly Problem[] }

const scalar = z.union([z.string(), z.number(), z.boolean()]).transform(String)
const schema = z.strictObject({
  apiVersion: z.literal('reconverge/v1'),
  kind: z.literal('Study'),
  metadata: z.strictObject({
    name: z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]*$/, 'expected a name of letters, digits, dots and dashes'),
  }),
  scenario: z.string().min(1),
  seed: scalar.optional(),
  replications: z.int().min(1).max(10_000_000).optional(),
  set: z.array(z.string()).default([]),
  sweep: z.array(z.union([z.string(), z.strictObject({ path: z.string().min(1), values: z.array(scalar).min(1) })])).min(1),
  pareto: z.union([z.tuple([z.string(), z.string()]), z.tuple([])]).default([]),
})

/** Reads a file of `kind: Study`. Never throws. */
export function readStudyFile(path: string, bytes: Uint8Array | string): ReadStudy {
  const findings = new Findings()
  const failed = (isStudy: boolean): ReadStudy => ({ ok: false, isStudy, problems: findings.problems() })
  const source = textOf(path, bytes, findings)
  const parsed = source === undefined ? undefined : parseFile(source, findings)
  if (source === undefined || parsed === undefined) return failed(false)
  const [document] = parsed.documents.filter(({ value }) => value !== null)
  if (document === undefined || !isMap(document.value) || document.value.kind !== 'Study') return failed(false)
  const report = reportAt(findings, source, document, [], [])
  const read = readWith(schema, document.value, [], report)?.value
  if (read === undefined) return failed(true)
  const axes = axesOf(read.sweep, report)
  if (findings.count > 0) return failed(true)
  const { metadata, scenario, seed, replications, set, pareto } = read
  return { ok: true, study: { name: metadata.name, question: questionOf(source.text), scenario, seed, replications, set, axes, pareto } }
}

const quoted = (value: string): string => (value.includes(',') ? `"${value}"` : value)

function axesOf(rows: z.infer<typeof schema>['sweep'], report: Report): Axis[] {
  const axes: Axis[] = []
  for (const [i, row] of rows.entries()) {
    const text = typeof row === 'string' ? row : `${row.path}=${row.values.map(quoted).join(',')}`
    const read = readAxis(text)
    if (!read.ok) report(['sweep', i], invalidSet(read.message, read.hint))
    else if (axes.some(({ path }) => path === read.axis.path)) report(['sweep', i], duplicateName('path', read.axis.path))
    else axes.push(read.axis)
  }
  return axes
}
