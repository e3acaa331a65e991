import { z } from 'zod'
import type { Distribution, DistributionKind } from '../../kernel/distribution.ts'
import { always } from '../../kernel/distributions/shared.ts'
import type { Duration } from '../../kernel/time.ts'
import type { Parsed } from '../durations.ts'
import { parseDuration } from '../durations.ts'
import type { ProblemCode } from '../problem.ts'
import { type Diagnosis, exclusiveFields, invalidTable, missingField, shown, wrongType } from '../problems.ts'
import type { ProfileName } from '../profile.ts'
import { PROFILES } from '../profile.ts'
import { parseQuantity, parseSize } from '../quantities.ts'
import { parseSelector } from '../selectors.ts'
import type { LabelSelector } from '../specs.ts'
import { nearest } from '../suggest.ts'
import { isMap } from '../walk.ts'
import { parseWallClock } from '../wall-clock.ts'

/** Makes an issue of a diagnosis; `path` is from the value that the schema reads. */
export function diagnosed(context: z.RefinementCtx, input: unknown, diagnosis: Diagnosis, path: readonly string[] = []): never {
  context.issues.push({ code: 'custom', input, path: [...path], message: diagnosis.message, params: { diagnosis } })
  return z.NEVER
}

/** How an editor should see a value that the schema itself takes as text or number. */
type JsonSchema = Readonly<Record<string, unknown>>

/** Stands for the field's own name, which only its map knows. */
const ABSENT = missingField('')

/** A scalar with a parser of its own; `expected` opens the message about anything that is no scalar. */
export function scalar<Value>(
  description: string,
  json: JsonSchema,
  problem: ProblemCode,
  expected: string,
  parse: (value: string | number) => Parsed<Value>,
): z.ZodType<Value> {
  return z
    .unknown()
    .transform((value, context): Value => {
      if (typeof value !== 'string' && typeof value !== 'number') {
        return diagnosed(context, value, value === undefined ? ABSENT : wrongType(expected, value))
      }
      const parsed = parse(value)
      return parsed.ok ? parsed.value : diagnosed(context, value, { code: problem, message: parsed.message, hint: parsed.hint })
    })
    .meta({ description, ...json }) as unknown as z.ZodType<Value>
}

const DURATION = 'a duration such as 500ms, 40s or 10m'

function duration(days: boolean): z.ZodType<Duration> {
  const units = days ? 'ns|us|µs|ms|s|m|h|d' : 'ns|us|µs|ms|s|m|h'
  const description = days ? 'A duration: Go syntax, and d for days.' : 'A Go duration, such as 40s or 1h30m.'
  const json = { anyOf: [{ type: 'string', pattern: `^\\+?(0|(\\d+(\\.\\d*)?(${units})|\\.\\d+(${units}))+)$` }, { const: 0 }] }
  return scalar(description, json, 'invalid-duration', DURATION, (value) => {
    if (typeof value === 'string') return parseDuration(value, days)
    if (value === 0) return { ok: true, value: 0 as Duration }
    const hint = Number.isFinite(value) && value > 0 ? { hint: `durations need a unit: did you mean "${value}s"?` } : {}
    return { ok: false, message: `expected ${DURATION}, got ${shown(value)}`, ...hint }
  })
}

/** reconverge's own durations [µs], with days. */
export const ownDuration = duration(true)
/** Kubernetes' durations [µs]. */
export const goDuration = duration(false)

/** A finite number. */
export const finite: z.ZodType<number> = scalar('A number.', { type: 'number' }, 'wrong-type', 'a number', (value) => {
  if (typeof value !== 'number') return { ok: false, message: `expected a number, got ${shown(value)}` }
  return Number.isFinite(value) ? { ok: true, value } : { ok: false, message: `expected a finite number, got ${value}` }
})

const QUANTITY = { type: ['string', 'number'] }

/** An amount of one resource, as the model holds it. */
export const amountOf = (resource: string): z.ZodType<number> =>
  scalar(`A Kubernetes quantity of ${resource}.`, QUANTITY, 'invalid-quantity', 'a quantity such as 500m or 16Gi', (value) =>
    parseQuantity(value, resource),
  )

/** A size [bytes]. */
export const size: z.ZodType<number> = scalar(
  'A size, such as 200MB or 1Gi.',
  QUANTITY,
  'invalid-quantity',
  'a size such as 200MB',
  parseSize,
)

/** A time of day and date in UTC [s since 1 January 1970]. */
export const wallClock: z.ZodType<number> = scalar(
  'A time in UTC, such as 2026-01-31T23:59:00Z.',
  { type: 'string' },
  'invalid-value',
  'a time in UTC such as 2026-01-31T23:59:00Z',
  (value) => parseWallClock(String(value)),
)

/** A share 0 … 1, also written as `30%`. */
export const share: z.ZodType<number> = scalar(
  'A share: 30% or 0.3.',
  { type: ['string', 'number'] },
  'out-of-range',
  'a share such as 30% or 0.3',
  (value) => {
    const percent = typeof value === 'string' ? /^(\d+(?:\.\d+)?)%$/.exec(value) : null
    const part = percent === null ? value : Number(`${percent[1]}e-2`)
    if (typeof part === 'number' && part > 0 && part <= 1) return { ok: true, value: part }
    return { ok: false, message: `expected a share above 0 and up to 100%, got ${shown(value)}` }
  },
)

/** A label selector in kubectl's syntax. */
export const selectorText: z.ZodType<LabelSelector> = scalar(
  'A label selector as kubectl writes it: app=web,tier!=cache.',
  { type: 'string' },
  'invalid-selector',
  'a label selector such as app=web',
  (value) => parseSelector(String(value)),
)

/** A Kubernetes release with a profile; also unquoted, as YAML then reads a number. */
export const version: z.ZodType<ProfileName> = scalar(
  'The Kubernetes release whose defaults and behaviour apply.',
  { anyOf: [{ enum: [...PROFILES] }, { type: 'number', exclusiveMinimum: 1, exclusiveMaximum: 2 }] },
  'unknown-version',
  'a Kubernetes version such as "1.32"',
  (value) => {
    const text = String(value).replace(/^v/, '')
    const name = PROFILES.find((one) => one === text)
    if (name !== undefined) return { ok: true, value: name }
    const message = `expected one of the Kubernetes versions ${PROFILES.join(', ')}, got ${shown(value)}`
    return { ok: false, message, ...versionHint(text, typeof value === 'number') }
  },
)

function versionHint(text: string, unquoted: boolean): { hint?: string } {
  const padded = PROFILES.find((one) => one === `${text}0`)
  if (padded !== undefined)
    return { hint: `did you mean "${padded}"?${unquoted ? ' Without quotes YAML reads a number, which has no last zero.' : ''}` }
  const minor = /^1\.(\d+)/.exec(text)
  const same = PROFILES.find((one) => minor !== null && one === `1.${minor[1]}`)
  const near = same ?? (minor === null ? nearest(text, PROFILES) : nearestMinor(Number(minor[1])))
  return near === undefined ? {} : { hint: `did you mean "${near}"?` }
}

function nearestMinor(minor: number): ProfileName {
  const away = (name: ProfileName): number => Math.abs(Number(name.split('.')[1]) - minor)
  return [...PROFILES].sort((a, b) => away(a) - away(b) || PROFILES.indexOf(a) - PROFILES.indexOf(b))[0] as ProfileName
}

/** Reads the first column of a CSV file of values; a number there is of `unit`. Absent where only a description is wanted. */
export type LoadColumn = (file: string) => Parsed<readonly string[]>

/** A distribution of the quantity that `value` reads: a bare value is a constant, `{ name: parameters }` one of `kinds`. */
export function distributionOf(
  value: z.ZodType<number>,
  kinds: readonly DistributionKind<unknown>[],
  cell: (text: string) => unknown,
  loadColumn?: LoadColumn,
): z.ZodType<Distribution> {
  const nested: z.ZodType<Distribution> = z.lazy(() => distribution)
  const shape = Object.fromEntries(
    kinds.map((kind) => [kind.name, kind.parameters(value, nested).optional().meta({ description: kind.doc })]),
  )
  const known = kinds.map((kind) => kind.name)
  const named = z
    .strictObject(shape)
    .meta({ minProperties: 1, maxProperties: 1 })
    .transform((written, context): Distribution => {
      const names = known.filter((name) => written[name] !== undefined)
      const kind = kinds.find((one) => one.name === names[0])
      if (names.length !== 1 || kind === undefined) {
        const got = names.length === 0 ? 'none' : names.join(' and ')
        return diagnosed(context, written, exclusiveFields(`expected one distribution, got ${got}`))
      }
      return kind.create(written[kind.name])
    })
  const distribution = z
    .union([value.transform(always), loadColumn === undefined ? named : z.preprocess(withFile(cell, loadColumn), named)])
    .meta({ description: 'A value, or a distribution: { name: parameters }.' }) as unknown as z.ZodType<Distribution>
  return distribution
}

/** Puts the values of `empirical: { file }` in the file's place. */
const withFile =
  (cell: (text: string) => unknown, loadColumn: LoadColumn) =>
  (written: unknown, context: z.RefinementCtx): unknown => {
    const empirical = isMap(written) ? written.empirical : undefined
    if (!isMap(empirical) || typeof empirical.file !== 'string') return written
    const column = loadColumn(empirical.file)
    if (column.ok) return { empirical: { values: column.value.map(cell) } }
    return diagnosed(context, empirical.file, invalidTable(column.message), ['empirical', 'file'])
  }

/** Whole number from `min` to `max`. */
export const whole = (min: number, max = Number.MAX_SAFE_INTEGER): z.ZodType<number> =>
  z.int(`expected a whole number of at least ${min}`).min(min).max(max)

/** A map of texts, such as labels. */
export const labels = z.record(z.string(), z.string())

/** An IPv4 range. */
export const cidr = z.cidrv4('expected an IPv4 range such as 10.244.0.0/16')
