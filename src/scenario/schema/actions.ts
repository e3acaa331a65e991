import { z } from 'zod'
import type { Distribution } from '../../kernel/distribution.ts'
import type { Duration, Instant } from '../../kernel/time.ts'
import { exclusiveFields } from '../problems.ts'
import type { Who } from '../scenario.ts'
import type { LabelSelector } from '../specs.ts'
import type { FaultWord, OperationWord, Readers } from '../vocabulary.ts'
import { exactlyOne } from './cluster.ts'
import { diagnosed, labels, ownDuration, selectorText, share, whole } from './values.ts'

const traceRow = z.strictObject({ at: ownDuration, for: ownDuration.optional(), target: z.string().min(1).optional() })

/** A timetable as written; a trace may still be a file. */
export type WhenInput =
  | { readonly at: Instant }
  | { readonly every: Distribution; readonly from: Instant; readonly count?: number; readonly per?: 'target' }
  | { readonly trace: string | readonly { readonly at: Instant; readonly for?: Duration; readonly target?: string }[] }

const FORMS = ['at', 'every', 'trace']

/** `when:` of faults and operations. */
export function whenSchema(durations: z.ZodType<Distribution>): z.ZodType<WhenInput> {
  const written = z.strictObject({
    at: ownDuration.optional().meta({ description: 'Once, this long after the start.' }),
    every: durations.optional().meta({ description: 'Repeatedly, with gaps drawn from this distribution.' }),
    from: ownDuration.optional().meta({ description: 'With every: the first gap begins here.' }),
    count: whole(1).optional().meta({ description: 'With every: at most so many times.' }),
    per: z.literal('target').optional().meta({ description: 'With every: each matching entity has a timetable of its own.' }),
    trace: z
      .union([z.string().min(1), z.array(traceRow).min(1)])
      .optional()
      .meta({ description: 'At listed instants: a CSV file with columns at[,for,target], or such rows in place.' }),
  })
  return exactlyOne(written, FORMS).transform((row, context): WhenInput => {
    const beside = (['from', 'count', 'per'] as const).find((field) => row[field] !== undefined)
    if (row.every === undefined && beside !== undefined) {
      return diagnosed(context, row, exclusiveFields(`expected ${beside} only beside every`), [beside])
    }
    if (row.at !== undefined) return { at: row.at as unknown as Instant }
    if (row.trace !== undefined) return { trace: row.trace as never }
    const { count, per, from = 0 } = row
    return {
      every: row.every as Distribution,
      from: from as Instant,
      ...(count === undefined ? {} : { count }),
      ...(per === undefined ? {} : { per }),
    }
  }) as unknown as z.ZodType<WhenInput>
}

const TARGETS = ['node', 'nodes', 'zone', 'domain', 'selector', 'pod', 'workload', 'all'] as const

/** `who:` of faults. */
export const whoSchema: z.ZodType<Who> = exactlyOne(
  z.strictObject({
    node: z.string().min(1).optional().meta({ description: 'One machine by name.' }),
    nodes: z.array(z.string().min(1)).min(1).optional().meta({ description: 'Machines by name.' }),
    zone: z.string().min(1).optional().meta({ description: 'The machines of a zone.' }),
    domain: labels.optional().meta({ description: 'The machines of a fault domain: { rack: r3 }.' }),
    selector: selectorText.optional().meta({ description: 'By label: Nodes for faults of machines, Pods for faults of Pods.' }),
    namespace: z.string().min(1).optional().meta({ description: 'With selector: Pods of this namespace only.' }),
    pod: z.string().min(1).optional().meta({ description: 'One Pod: namespace/name.' }),
    workload: z.string().min(1).optional().meta({ description: 'The Pods of kind/namespace/name.' }),
    all: z.literal(true).optional(),
    count: whole(1).optional().meta({ description: 'A random pick of so many among the matching.' }),
    share: share.optional().meta({ description: 'A random pick of this share of the matching, rounded.' }),
    container: z.string().min(1).optional().meta({ description: 'Only this container of each Pod.' }),
  }),
  TARGETS,
).transform((row, context): Who => {
  const pick = row.count !== undefined && row.share !== undefined
  if (pick || (row.namespace !== undefined && row.selector === undefined)) {
    const message = pick ? 'expected count or share, got both' : 'expected namespace only beside selector'
    return diagnosed(context, row, exclusiveFields(message), [pick ? 'share' : 'namespace'])
  }
  const { count, share: part, container } = row
  return {
    target: targetOf(row),
    ...(count === undefined ? {} : { count }),
    ...(part === undefined ? {} : { share: part }),
    ...(container === undefined ? {} : { container }),
  }
}) as unknown as z.ZodType<Who>

interface Targets {
  readonly node?: string | undefined
  readonly nodes?: readonly string[] | undefined
  readonly zone?: string | undefined
  readonly domain?: Readonly<Record<string, string>> | undefined
  readonly selector?: LabelSelector | undefined
  readonly namespace?: string | undefined
  readonly pod?: string | undefined
  readonly workload?: string | undefined
}

function targetOf(row: Targets): Who['target'] {
  if (row.node !== undefined) return { nodes: [row.node] }
  if (row.nodes !== undefined) return { nodes: row.nodes }
  if (row.zone !== undefined) return { zone: row.zone }
  if (row.domain !== undefined) return { domain: row.domain }
  if (row.selector !== undefined) {
    return { selector: row.selector, ...(row.namespace === undefined ? {} : { namespace: row.namespace }) }
  }
  if (row.pod !== undefined) return { pod: row.pod.includes('/') ? row.pod : `default/${row.pod}` }
  return row.workload === undefined ? { all: true } : { workload: row.workload.toLowerCase() }
}

type Shape = Record<string, z.ZodType>

/** The fields of a word's own parameters, when its schema is an object. */
export const shapeOf = (schema: z.ZodType): Shape => (schema instanceof z.ZodObject ? (schema.shape as Shape) : {})

/** The own parameters of a fault, with `component` where its victims are components. */
export function faultParameters(word: FaultWord, read: Readers): z.ZodType {
  const own = word.parameters(read)
  if (word.components === undefined || !(own instanceof z.ZodObject) || 'component' in own.shape) return own
  return own.extend({ component: z.enum([...word.components]) })
}

/** Fields every fault has. */
export const faultBase = (durations: z.ZodType<Distribution>) => ({
  name: z
    .string()
    .regex(/^[A-Za-z0-9][A-Za-z0-9._-]*$/, 'expected a name of letters, digits, dots and dashes')
    .optional()
    .meta({ description: 'By which results and expectations call it; the word of the fault when absent.' }),
  fault: z.string(),
  when: whenSchema(durations),
  who: whoSchema.optional(),
  for: durations.optional().meta({ description: 'How long it lasts; to the end of the run when absent.' }),
})

/** Fields every operation has. */
export const operationBase = (durations: z.ZodType<Distribution>) => ({
  do: z.string(),
  when: whenSchema(durations),
  of: z.string().min(1).optional().meta({ description: 'The object: kind/namespace/name, or node/name.' }),
})

/** The fields of one fault's rows: `who` where it hits something, `for` where it lasts. */
export function faultRow(word: FaultWord, durations: z.ZodType<Distribution>, read: Readers): z.ZodType {
  const { who, for: lasts, ...rest } = faultBase(durations)
  const needed = word.victim === 'component' || word.victim === 'cluster' ? who : who.unwrap()
  const shape = { ...rest, ...(word.victim === 'cluster' ? {} : { who: needed }), ...(word.lasting ? { for: lasts } : {}) }
  return z.strictObject({ ...shape, ...shapeOf(faultParameters(word, read)), fault: z.literal(word.name) }).meta({ description: word.doc })
}

/** The fields of one operation's rows: `of` where it acts on an object. */
export function operationRow(word: OperationWord, durations: z.ZodType<Distribution>, read: Readers): z.ZodType {
  const { of, ...rest } = operationBase(durations)
  const shape = word.of.length === 0 ? rest : { ...rest, of: of.unwrap() }
  return z.strictObject({ ...shape, ...shapeOf(word.parameters(read)), do: z.literal(word.name) }).meta({ description: word.doc })
}

/** Rows that are each of one of several sorts. */
export const oneOf = (rows: readonly z.ZodType[]): z.ZodType =>
  rows.length === 0 ? z.never() : z.union(rows as unknown as readonly [z.ZodType, ...z.ZodType[]])
