import type { z } from 'zod'
import type { Distribution } from '../distribution.ts'

/** The distribution that has only one value. */
export const always = (value: number): Distribution => ({ constant: value, mean: value, sample: () => value })

/** A distribution sampled by inverting its cumulative distribution: one uniform number for each variate, greater for greater. */
export const inverted = (mean: number, quantile: (p: number) => number, cdf: (x: number) => number): Distribution => ({
  mean,
  quantile,
  cdf,
  sample: (uniform) => quantile(uniform()),
})

/** `number`, restricted to finite ones above zero. */
export const positive = (number: z.ZodType<number>): z.ZodType<number> =>
  number.refine((x) => x > 0 && x < Number.POSITIVE_INFINITY, 'expected a number above 0')

/** How many of `values` are given. */
export const given = (...values: readonly unknown[]): number => values.filter((value) => value !== undefined).length
