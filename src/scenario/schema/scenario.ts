import { z } from 'zod'
import type { Distribution } from '../../kernel/distribution.ts'
import type { Instant } from '../../kernel/time.ts'
import type { LoadSpec } from '../scenario.ts'
import type { WorkloadManifest } from '../specs.ts'
import type { Readers, Vocabulary } from '../vocabulary.ts'
import { faultBase, faultRow, oneOf, operationBase, operationRow } from './actions.ts'
import { clusterSchema, OBJECTS, workloadRow } from './cluster.ts'
import type { LoadColumn } from './values.ts'
import { distributionOf, finite, goDuration, ownDuration, selectorText, share, size, version, wallClock, whole } from './values.ts'

/** What the schemas need beside the vocabulary when they read rather than describe. */
export interface Reading {
  readonly loadColumn: LoadColumn
}

/** Every schema a scenario file is read by, section by section, so that one broken section does not hide the problems of another. */
export function scenarioSchemas(vocabulary: Vocabulary, reading?: Reading) {
  const seconds = (text: string): string => (/^[\d.]+$/.test(text) ? `${text}s` : text)
  const durations = distributionOf(ownDuration, vocabulary.distributions, seconds, reading?.loadColumn)
  const rates = distributionOf(size, vocabulary.distributions, Number, reading?.loadColumn)
  // Operations are read with manifests that know their place; see readOperations.
  const manifests = OBJECTS as unknown as z.ZodType<readonly WorkloadManifest[]>
  const readers: Readers = { duration: ownDuration, goDuration, durations, manifests }
  const bases = { fault: faultBase(durations), operation: operationBase(durations) }
  return { sections: sections(vocabulary, durations, rates, loadOf(vocabulary, reading)), bases, readers, rates }
}

export type ScenarioSchemas = ReturnType<typeof scenarioSchemas>

const NAME = /^[A-Za-z0-9][A-Za-z0-9._-]*$/

/** How a Service is named. */
const SERVICE = /^service\/[^/]+\/[^/]+$/

/** A selector of behaviour rows as written. */
const select = z.union([
  z.string().min(1),
  z.strictObject({
    workload: z.string().min(1).optional(),
    selector: selectorText.optional(),
    namespace: z.string().min(1).optional(),
    all: z.literal(true).optional(),
  }),
])

const exitCode = z.int().min(0).max(255)
/** One exit code, or several with their shares. */
const exitCodes = z.union([
  exitCode,
  z
    .record(z.string().regex(/^\d{1,3}$/, 'expected an exit code from 0 to 255'), share)
    .transform((shares) => Object.entries(shares).map(([code, part]) => ({ code: Number(code), share: part })))
    .refine((codes) => codes.every(({ code }) => code <= 255), 'expected exit codes from 0 to 255')
    .refine((codes) => Math.abs(codes.reduce((sum, one) => sum + one.share, 0) - 1) < 1e-9, 'expected shares that add up to 100%'),
])

const perSecond = finite.refine((rate) => rate >= 0, 'expected a rate of at least 0')

/** `load` of a behaviour row: a rate or a schedule of rates, each a number or a distribution. */
function loadOf(vocabulary: Vocabulary, reading: Reading | undefined) {
  const rate = distributionOf(perSecond, vocabulary.distributions, Number, reading?.loadColumn)
  const steps = z
    .array(z.strictObject({ at: ownDuration, rps: rate }))
    .min(1)
    .refine((rows) => rows.every(({ at }, i) => i === 0 || at > (rows[i - 1] as { at: number }).at), 'expected ascending times')
    .meta({ description: 'A schedule: each rate holds from its instant on.' })
  return z
    .strictObject({
      rps: z.union([rate.transform((rps) => [{ at: 0 as Instant, rps }]), steps]).meta({
        description: 'Requests per second to all Pods of the workload together: a rate, or a schedule [{ at: 0s, rps: 500 }, …].',
      }),
      perPod: rate.meta({ description: 'Requests per second at which one Pod uses all the CPU that it requests.' }),
    })
    .transform(({ rps, perPod }) => ({ rps: rps as unknown as LoadSpec['rps'], perPod }))
}

function behaviourRow(durations: z.ZodType<Distribution>, load: z.ZodType<LoadSpec>) {
  return z.strictObject({
    select: select.meta({ description: 'Whose containers: kind/namespace/name, a label selector, or all.' }),
    container: z.string().min(1).optional().meta({ description: 'Only this container.' }),
    start: durations.optional().meta({ description: 'From the creation of the container until its process runs.' }),
    ready: durations.optional().meta({ description: 'From the process running until its readiness probe would pass.' }),
    stop: durations.optional().meta({ description: 'From SIGTERM until the process has exited.' }),
    run: durations.optional().meta({ description: 'From the process running until it ends by itself.' }),
    exitCode: exitCodes
      .optional()
      .meta({ description: 'Its exit code when it ends by itself, or the share of each: { 0: 90%, 1: 10% }; 0 when absent.' }),
    image: size.optional().meta({ description: 'Compressed size of its image.' }),
    needs: z
      .array(z.string().regex(SERVICE, 'expected service/namespace/name'))
      .min(1)
      .optional()
      .meta({ description: 'Services without which it answers nobody, and fails its readiness probe: service/namespace/name.' }),
    load: load.optional().meta({ description: 'Requests that the Pods of each selected workload share.' }),
  })
}

function sections(vocabulary: Vocabulary, durations: z.ZodType<Distribution>, rates: z.ZodType<Distribution>, load: z.ZodType<LoadSpec>) {
  return {
    apiVersion: z.literal('reconverge/v1'),
    kind: z.literal('Scenario'),
    metadata: z.strictObject({
      name: z
        .string()
        .regex(NAME, 'expected a name of letters, digits, dots and dashes')
        .max(200)
        .meta({ description: 'Names the result files.' }),
    }),
    kubernetes: version.prefault('1.34'),
    horizon: ownDuration.meta({ description: 'End of simulated time.' }),
    seed: z
      .union([z.string(), z.int()])
      .prefault('1')
      .transform(String)
      .meta({ description: 'Any text; equal seeds give equal results. "1" when absent.' }),
    replications: whole(1, 10_000_000).default(200).meta({ description: 'Runs with draws of their own.' }),
    initial: z.enum(['converged', 'empty', 'given']).default('converged').meta({ description: 'The state at time 0.' }),
    images: z.enum(['used', 'all', 'none']).default('used').meta({ description: 'Images present on machines at time 0.' }),
    phases: z
      .record(z.string(), ownDuration)
      .default({})
      .meta({ description: 'How long ago a loop last fired at time 0: { "kubelet.lease/n01": 9.8s }.' }),
    clock: wallClock.prefault('2026-01-01T00:00:00Z').meta({
      description: 'What the wall clock shows at time 0, in UTC; schedules of CronJobs are read by it. 2026-01-01T00:00:00Z when absent.',
    }),
    cluster: clusterSchema(vocabulary, { durations, rates }),
    workloads: z.array(workloadRow).default([]).meta({ description: 'Genuine Kubernetes manifests.' }),
    behaviour: z
      .array(behaviourRow(durations, load))
      .default([])
      .meta({ description: 'What manifests do not say; later rows win, field by field.' }),
    operations: z.array(z.looseObject({ do: z.string() })).default([]),
    faults: z.array(z.looseObject({ fault: z.string() })).default([]),
    measure: z
      .strictObject({
        from: ownDuration.prefault('0s').meta({ description: 'Begin of the window of measures.' }),
        stableFor: ownDuration.prefault('30s').meta({ description: 'How long convergence must hold to count.' }),
        rows: z
          .union([z.enum(['occurrence', 'none']), z.strictObject({ worst: whole(1) })])
          .default('occurrence')
          .meta({ description: 'Rows written: all, none, or those of the worst replications.' }),
      })
      .prefault({}),
    expect: z.array(z.string()).default([]).meta({ description: 'Such as convergence{fault="power-loss"}.p95 < 7m.' }),
  }
}

/** The whole scenario as one schema, with every word's own fields: what editors are given. */
export function describedScenario(vocabulary: Vocabulary): z.ZodType {
  const { sections: parts, readers } = scenarioSchemas(vocabulary)
  const { durations } = readers
  const faults = oneOf(vocabulary.faults.map((word) => faultRow(word, durations, readers)))
  const operations = oneOf(vocabulary.operations.map((word) => operationRow(word, durations, readers)))
  return z.strictObject({
    ...parts,
    faults: z.array(faults).default([]).meta({ description: 'Injected causes.' }),
    operations: z.array(operations).default([]).meta({ description: 'What a person or pipeline does through the API.' }),
  })
}
