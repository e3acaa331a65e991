import { z } from 'zod'
import type { DistributionKind } from '../distribution.ts'
import { normalCdf, normalQuantile } from '../normal.ts'
import { given, inverted, positive } from './shared.ts'

/** Its location is given by `median` or `mean`, its spread by `sigma` (of the natural logarithm) or, with a median, by `p99`. */
interface LognormalParameters {
  readonly median?: number | undefined
  readonly mean?: number | undefined
  readonly sigma?: number | undefined
  readonly p99?: number | undefined
}

const Z99 = normalQuantile(0.99)

export const lognormal: DistributionKind<LognormalParameters> = {
  name: 'lognormal',
  doc: 'A skewed duration, as most are: `lognormal: { median: 4s, p99: 30s }`; or `median` with `sigma`, or `mean` with `sigma`.',
  parameters: (value) =>
    z
      .strictObject({
        median: positive(value).optional(),
        mean: positive(value).optional(),
        sigma: positive(z.number()).optional(),
        p99: positive(value).optional(),
      })
      .refine(
        ({ median, mean, sigma, p99 }) => given(median, mean) === 1 && given(sigma, p99) === 1 && given(mean, p99) < 2,
        'expected median and p99, or median and sigma, or mean and sigma',
      )
      .refine(({ median, p99 }) => median === undefined || p99 === undefined || p99 > median, {
        error: 'expected p99 to be above the median',
        path: ['p99'],
      }),
  create({ median, mean, sigma, p99 }) {
    const spread = sigma ?? Math.log((p99 as number) / (median as number)) / Z99
    const stretch = Math.exp((spread * spread) / 2)
    const middle = median ?? (mean as number) / stretch
    return inverted(
      mean ?? middle * stretch,
      (p) => middle * Math.exp(spread * normalQuantile(p)),
      (x) => (x <= 0 ? 0 : normalCdf(Math.log(x / middle) / spread)),
    )
  },
}
