import type { z } from 'zod'
import type { Distribution, DistributionKind } from '../kernel/distribution.ts'
import type { Flags } from './flags.ts'
import type { ProcessName } from './scenario.ts'
import type { WorkloadManifest } from './specs.ts'

/** The schemas by which every word reads the values a scenario file holds. */
export interface Readers {
  /** reconverge's own durations: Go's, and days (`d`) [µs]. */
  readonly duration: z.ZodType<number>
  /** Durations inside Kubernetes fields: Go's, which know no days [µs]. */
  readonly goDuration: z.ZodType<number>
  /** A duration, or a distribution of durations [µs]. */
  readonly durations: z.ZodType<Distribution>
  /** Kubernetes manifests, inline: one object or a list. */
  readonly manifests: z.ZodType<readonly WorkloadManifest[]>
}

/** What a fault can hit, hence which forms of `who` it accepts. */
export type Victim = 'machine' | 'pod' | 'container' | 'component' | 'cluster'

/** A fault as a word of the scenario. */
export interface FaultWord {
  readonly name: string
  /** One sentence. */
  readonly doc: string
  readonly victim: Victim
  /** Lasting faults have an end that undoes their begin; instant ones have none, and `for` is an error. */
  readonly lasting: boolean
  /** Fields beside `name fault when who for`. */
  parameters(read: Readers): z.ZodType<unknown>
  /** Where victims are components: the names that `component:` accepts. */
  readonly components?: readonly string[]
}

/** An operation as a word of the scenario. */
export interface OperationWord {
  readonly name: string
  readonly doc: string
  /** Kinds `of:` accepts, lower case; empty when the operation takes no `of`. */
  readonly of: readonly string[]
  /** Fields beside `when do of`. */
  parameters(read: Readers): z.ZodType<unknown>
}

/** A component as a word of the scenario: its flags. */
export interface ComponentWord {
  readonly name: string
  readonly doc: string
  readonly process: ProcessName
  readonly flags: Flags
}

/** A measure as a word of the scenario. */
export interface MeasureWord {
  readonly name: string
  readonly doc: string
  readonly unit: 's' | 'count' | 'share' | 'pod·s'
  readonly labels: readonly ('fault' | 'workload' | 'service')[]
  /** Whether a smaller value is better: the direction a gate compares. */
  readonly better: 'lower' | 'higher'
}

/** Every word a scenario may use, with its schema: what `read`, `schema`, `docs/MODEL.md` and "did you mean" are made from. */
export interface Vocabulary {
  readonly components: readonly ComponentWord[]
  readonly faults: readonly FaultWord[]
  readonly operations: readonly OperationWord[]
  readonly measures: readonly MeasureWord[]
  // biome-ignore lint/suspicious/noExplicitAny: each kind has parameters of its own; only `create` of the same entry ever sees them
  readonly distributions: readonly DistributionKind<any>[]
}
