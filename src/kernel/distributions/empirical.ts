import { z } from 'zod'
import type { DistributionKind } from '../distribution.ts'
import { always, given } from './shared.ts'

/** The values that were observed, in any order, or the file they are in; whoever reads the scenario puts its values in the file's place. */
export interface EmpiricalParameters {
  readonly values?: readonly number[] | undefined
  readonly file?: string | undefined
}

export const empirical: DistributionKind<EmpiricalParameters> = {
  name: 'empirical',
  doc: 'One of the values that were observed, each alike: `empirical: { values: [4s, 4s, 9s] }`, or `empirical: { file: starts.csv }`.',
  parameters: (value) =>
    z
      .strictObject({ values: z.array(value).min(1, 'expected at least one value').optional(), file: z.string().min(1).optional() })
      .refine(({ values, file }) => given(values, file) === 1, 'expected either values or file'),
  create({ values, file }) {
    if (values === undefined) throw new Error(`Expected the values of ${file} to have been read`)
    const sorted = Float64Array.from(values).sort((a, b) => a - b)
    const first = sorted[0] as number
    if (first === sorted.at(-1)) return always(first)
    const mean = sorted.reduce((sum, value) => sum + value, 0) / sorted.length
    return { mean, sample: (uniform) => sorted[Math.floor(uniform() * sorted.length)] as number }
  },
}
