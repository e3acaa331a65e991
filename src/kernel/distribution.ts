import type { z } from 'zod'
import type { Uniform } from './random.ts'

/** A distribution of real numbers; for times the unit is µs. */
export interface Distribution {
  /** The only value there is, when there is only one: sampling it draws nothing. */
  readonly constant?: number
  /** Closed-form mean; `NaN` where there is none, `Infinity` where it diverges. */
  readonly mean: number
  sample(uniform: Uniform): number
  /** The value below which a share `p` in [0, 1) of all variates lies; there when sampling is this, applied to one uniform number. */
  readonly quantile?: (p: number) => number
  /** The share of variates that are at most `x`; there when `quantile` is. */
  readonly cdf?: (x: number) => number
}

/** One entry of the list of distributions: how it is written in a scenario, and how it is made. */
export interface DistributionKind<Parameters = never> {
  /** As written in a scenario: `{ exponential: { mean: 30d } }`. */
  readonly name: string
  /** One line for `schema`, MODEL.md and editors. */
  readonly doc: string
  /** The schema of its parameters; `value` reads one number of the quantity at hand (a duration in µs, say), `nested` a distribution. */
  parameters(value: z.ZodType<number>, nested: z.ZodType<Distribution>): z.ZodType<Parameters>
  create(parameters: Parameters): Distribution
}
