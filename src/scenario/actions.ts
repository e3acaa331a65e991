import { z } from 'zod'
import type { Instant } from '../kernel/time.ts'
import { parseDuration } from './durations.ts'
import { readWith } from './issues.ts'
import {
  afterHorizon,
  below,
  duplicateName,
  exclusiveFields,
  instantFault,
  invalidTable,
  invalidValue,
  missingField,
  type Report,
  unknownFault,
  unknownNode,
  unknownOperation,
  wrongType,
} from './problems.ts'
import type { FaultSpec, OperationSpec, When, Who } from './scenario.ts'
import type { WhenInput } from './schema/actions.ts'
import { faultParameters } from './schema/actions.ts'
import type { ScenarioSchemas } from './schema/scenario.ts'
import { diagnosed } from './schema/values.ts'
import type { Session } from './session.ts'
import { loadTexts, reportOf } from './session.ts'
import type { WorkloadManifest } from './specs.ts'
import { nearest } from './suggest.ts'
import { parseTable } from './tables.ts'
import type { Referable } from './targets.ts'
import { checkObject, checkWho } from './targets.ts'
import type { FaultWord, OperationWord } from './vocabulary.ts'
import { isMap } from './walk.ts'
import { readManifests } from './workloads.ts'
import type { Path } from './yaml.ts'

/** A fault or operation whose own fields are sound; whom and what it names is checked when all manifests are known. */
export interface Draft<Spec, Word> {
  readonly spec: Spec
  readonly word: Word
  readonly raw: Readonly<Record<string, unknown>>
  readonly path: Path
}
/** A row under `faults`. */
export type FaultDraft = Draft<FaultSpec, FaultWord>
/** A row under `operations`. */
export type OperationDraft = Draft<OperationSpec, OperationWord>

/** The row's word in the vocabulary; reported when it is none. */
function wordOf<Word extends { readonly name: string }>(
  row: unknown,
  field: 'fault' | 'do',
  words: readonly Word[],
  report: Report,
): { word: Word; row: Readonly<Record<string, unknown>> } | undefined {
  if (!isMap(row)) {
    report([], wrongType('a map', row))
    return undefined
  }
  const written = row[field]
  const word = words.find(({ name }) => name === written)
  if (word !== undefined) return { word, row }
  const noun = field === 'fault' ? 'fault' : 'operation'
  const known = words.map(({ name }) => name)
  if (typeof written !== 'string')
    report([field], written === undefined ? missingField(field) : wrongType(`the name of a ${noun}`, written))
  else report([field], field === 'fault' ? unknownFault(written, known) : unknownOperation(written, known))
  return undefined
}

/** Splits a row into the fields every word has and the word's own, and reads both. */
function readRow<Base extends Record<string, z.ZodType>>(
  row: Readonly<Record<string, unknown>>,
  base: Base,
  parameters: z.ZodType,
  report: Report,
) {
  const common: Record<string, unknown> = {}
  const own: Record<string, unknown> = {}
  for (const [field, value] of Object.entries(row)) (Object.hasOwn(base, field) ? common : own)[field] = value
  const head = readWith(z.strictObject(base), common, [], report)
  const tail = readWith(parameters, own, [], withBaseFields(report, Object.keys(base)))
  return head === undefined || tail === undefined ? undefined : { head: head.value, parameters: tail.value }
}

/** Unknown fields of a row are compared with the common ones too. */
function withBaseFields(report: Report, base: readonly string[]): Report {
  return (path, diagnosis) => {
    const isOwn = diagnosis.code !== 'unknown-field' || path.length !== 1 || diagnosis.hint?.startsWith('did') === true
    const near = isOwn ? undefined : nearest(String(path[0]), base)
    report(path, near === undefined ? diagnosis : { ...diagnosis, hint: `did you mean ${JSON.stringify(near)}?` })
  }
}

/** Reads the rows under `faults`. Names not given are the fault's word, with -2, -3 … where that is taken. */
export function readFaults(
  session: Session,
  schemas: ScenarioSchemas,
  rows: readonly unknown[],
  horizon: Instant | undefined,
): readonly FaultDraft[] {
  const report = reportOf(session)
  const given = new Set<string>()
  for (const [i, row] of rows.entries()) {
    if (!isMap(row) || typeof row.name !== 'string') continue
    if (given.has(row.name)) report(['faults', i, 'name'], duplicateName('fault', row.name))
    given.add(row.name)
  }
  const drafts: FaultDraft[] = []
  for (const [i, raw] of rows.entries()) {
    const path = ['faults', i]
    const draft = readFault(session, schemas, raw, path, given, horizon)
    if (draft !== undefined) drafts.push(draft)
  }
  return drafts
}

function readFault(
  session: Session,
  schemas: ScenarioSchemas,
  raw: unknown,
  path: Path,
  taken: Set<string>,
  horizon: Instant | undefined,
): FaultDraft | undefined {
  const report = below(reportOf(session), path)
  const found = wordOf(raw, 'fault', session.vocabulary.faults, report)
  if (found === undefined) return undefined
  const { word, row } = found
  const read = readRow(row, schemas.bases.fault, faultParameters(word, schemas.readers), report)
  if (read === undefined) return undefined
  const { head, parameters } = read
  const when = readWhen(session, head.when, [...path, 'when'], horizon)
  if (head.for !== undefined && !word.lasting) {
    report(['for'], instantFault(word.name))
    return undefined
  }
  if (when === undefined || !checkTrace(word, when, isMap(row.when) && Array.isArray(row.when.trace), report)) return undefined
  const named = 'trace' in when && when.trace.every(({ target }) => target !== undefined)
  if (!checkVictim(word, head.who, named, report)) return undefined
  const spec: FaultSpec = {
    name: head.name ?? freeName(word.name, taken),
    fault: word.name,
    when,
    who: head.who ?? { target: { all: true } },
    ...(head.for === undefined ? {} : { for: head.for }),
    parameters,
  }
  return { spec, word, raw: row, path }
}

function freeName(word: string, taken: Set<string>): string {
  let name = word
  for (let n = 2; taken.has(name); n++) name = `${word}-${n}`
  taken.add(name)
  return name
}

/** Rows of a trace may say how long the fault lasts only where it does. */
function checkTrace(word: FaultWord, when: When, inline: boolean, report: Report): boolean {
  const row = 'trace' in when && !word.lasting ? when.trace.findIndex((one) => one.for !== undefined) : -1
  if (row === -1) return true
  report(inline ? ['when', 'trace', row, 'for'] : ['when', 'trace'], instantFault(word.name))
  return false
}

/** `named`: a trace names every target, so that there need be no `who`. */
function checkVictim(word: FaultWord, who: Who | undefined, named: boolean, report: Report): boolean {
  if (who === undefined) {
    if (named || word.victim === 'component' || word.victim === 'cluster') return true
    report(['who'], missingField('who', `${word.name} hits a ${word.victim}`))
    return false
  }
  if (word.victim === 'cluster') {
    report(['who'], exclusiveFields(`expected no "who": ${word.name} hits the whole cluster`))
    return false
  }
  if (who.container === undefined || word.victim === 'container') return true
  report(['who', 'container'], exclusiveFields(`expected no "container": ${word.name} hits a ${word.victim}`))
  return false
}

/** The timetable with its trace loaded; instants at or after the horizon are reported. */
function readWhen(session: Session, when: WhenInput, path: Path, horizon: Instant | undefined): When | undefined {
  const report = below(reportOf(session), path)
  const late = (at: Instant, where: Path): boolean => {
    if (horizon === undefined || at < horizon) return false
    report(where, afterHorizon())
    return true
  }
  if ('at' in when) return late(when.at, ['at']) ? undefined : when
  if ('every' in when) return late(when.from, ['from']) ? undefined : when
  const inline = typeof when.trace !== 'string'
  const trace = typeof when.trace === 'string' ? loadTrace(session, when.trace, [...path, 'trace']) : when.trace
  const anyLate = trace?.some((row, i) => late(row.at, inline ? ['trace', i, 'at'] : ['trace'])) ?? true
  return trace === undefined || anyLate ? undefined : { trace }
}

type Trace = Extract<When, { trace: unknown }>['trace']

/** A trace file: CSV with a heading of `at`, and `for` and `target` where there are such. */
function loadTrace(session: Session, file: string, path: Path): Trace | undefined {
  const [source] = loadTexts(session, file, path)
  if (source === undefined) return undefined
  const [heading, ...rows] = parseTable(source.text)
  const columns = heading?.cells ?? []
  const odd = columns.find((column) => !['at', 'for', 'target'].includes(column))
  const wrong = (line: number, message: string): undefined => {
    const start = source.text.split('\n', line - 1).reduce((sum, text) => sum + text.length + 1, 0)
    const end = Math.max(start + 1, start + (source.text.split('\n', line)[line - 1] ?? '').length)
    session.findings.add({ diagnosis: invalidTable(message), place: { source, span: { start, end } } })
    return undefined
  }
  if (!columns.includes('at') || odd !== undefined) {
    return wrong(heading?.line ?? 1, `expected the heading at[,for,target], got ${JSON.stringify(columns.join(','))}`)
  }
  if (rows.length === 0) return wrong(1, 'expected at least one row, got none')
  const trace: Trace[number][] = []
  for (const { line, cells } of rows) {
    const cell = (column: string): string => cells[columns.indexOf(column)] ?? ''
    const seconds = (text: string) => parseDuration(/^[\d.]+$/.test(text) ? `${text}s` : text, true)
    const at = seconds(cell('at'))
    const lasts = cell('for') === '' ? undefined : seconds(cell('for'))
    if (!at.ok) return wrong(line, at.message)
    if (lasts?.ok === false) return wrong(line, lasts.message)
    const target = cell('target')
    trace.push({
      at: at.value as unknown as Instant,
      ...(lasts === undefined ? {} : { for: lasts.value }),
      ...(target === '' ? {} : { target }),
    })
  }
  return trace
}

/** Reads the rows under `operations`. */
export function readOperations(
  session: Session,
  schemas: ScenarioSchemas,
  rows: readonly unknown[],
  horizon: Instant | undefined,
): readonly OperationDraft[] {
  return rows.flatMap((raw, i) => {
    const path = ['operations', i]
    const report = below(reportOf(session), path)
    const found = wordOf(raw, 'do', session.vocabulary.operations, report)
    if (found === undefined) return []
    const { word, row } = found
    const readers = { ...schemas.readers, manifests: manifestsIn(session, row, path) }
    const read = readRow(row, schemas.bases.operation, word.parameters(readers), report)
    const when = read === undefined ? undefined : readWhen(session, read.head.when, [...path, 'when'], horizon)
    if (read === undefined || when === undefined) return []
    const of = read.head.of ?? ''
    if (of === '' && word.of.length > 0) {
      report(['of'], missingField('of', `${word.name} acts on a ${word.of.join(' or ')}`))
      return []
    }
    if (of !== '' && word.of.length === 0) report(['of'], exclusiveFields(`expected no "of": ${word.name} takes none`))
    return [{ spec: { do: word.name, when, of: of.toLowerCase(), parameters: read.parameters }, word, raw: row, path }]
  })
}

/** Manifests inside an operation: one object, a list, or `{ file | glob | objects }`. They can be referred to from then on. */
function manifestsIn(session: Session, row: Readonly<Record<string, unknown>>, path: Path): z.ZodType<readonly WorkloadManifest[]> {
  return z.unknown().transform((value, context): readonly WorkloadManifest[] => {
    const field = Object.keys(row).find((key) => row[key] === value) ?? ''
    if (typeof value !== 'object' || value === null) {
      return diagnosed(context, value, value === undefined ? missingField(field) : wrongType('Kubernetes manifests', value))
    }
    const isSource =
      isMap(value) &&
      value.kind === undefined &&
      ['file', 'glob', 'objects'].some((name) => typeof value[name] === (name === 'objects' ? 'object' : 'string'))
    const source = isSource ? value : { objects: value }
    const found = readManifests(session, source, [...path, field], !isSource)
    const workloads = found.flatMap(({ manifest, report }) => {
      if (manifest.kind !== 'Node') return [manifest]
      report(['kind'], invalidValue('expected workloads, got a Node'))
      return []
    })
    session.applied.push(...workloads)
    return workloads
  }) as unknown as z.ZodType<readonly WorkloadManifest[]>
}

/** Whom each fault hits, and whether there is such a one. */
export function checkFaults(session: Session, drafts: readonly FaultDraft[], among: Referable): void {
  for (const { spec, word, raw, path } of drafts) {
    const report = below(reportOf(session), path)
    if (isMap(raw.who)) checkWho(spec.who, word.victim, among, asWritten(below(report, ['who']), raw.who))
    if (!('trace' in spec.when)) continue
    const names = among.machines.map(({ name }) => name)
    const inline = isMap(raw.when) && Array.isArray(raw.when.trace)
    for (const [i, { target }] of spec.when.trace.entries()) {
      if (target === undefined || names.includes(target)) continue
      report(inline ? ['when', 'trace', i, 'target'] : ['when', 'trace'], unknownNode(target, names))
    }
  }
}

/** `node: x` is read as `nodes: [x]`; problems are shown where it was written. */
const asWritten =
  (report: Report, who: Readonly<Record<string, unknown>>): Report =>
  (path, diagnosis) =>
    report(path[0] === 'nodes' && who.nodes === undefined ? ['node'] : path, diagnosis)

/** What each operation acts on, and whether there is such an object. */
export function checkOperations(session: Session, drafts: readonly OperationDraft[], among: Referable): void {
  for (const { spec, word, path } of drafts) {
    if (spec.of !== '' && word.of.length > 0) checkObject(spec.of, word.of, among, below(reportOf(session), path))
  }
}
