import { z } from 'zod'
import type { Distribution, DistributionKind } from '../distribution.ts'
import type { Uniform } from '../random.ts'
import { always, given, inverted } from './shared.ts'

interface TruncatedParameters {
  readonly of: Distribution
  readonly min?: number | undefined
  readonly max?: number | undefined
}

/** Draws that may fall outside before the nearest bound is taken instead, so that sampling always ends. */
const TRIES = 1_000

/** The greatest number below 1: the quantile of 1 may be Infinity. */
const BELOW_ONE = 1 - 2 ** -53

/** Whether some of the distribution is known to lie within the bounds, or none is known not to. */
function holds({ of, min = Number.NEGATIVE_INFINITY, max = Number.POSITIVE_INFINITY }: TruncatedParameters): boolean {
  if (of.constant !== undefined) return of.constant >= min && of.constant <= max
  return min < max && (of.cdf === undefined || of.cdf(max) > of.cdf(min))
}

const clamp = (x: number, min: number, max: number): number => Math.min(max, Math.max(min, x))

function byRejection(of: Distribution, min: number, max: number): (uniform: Uniform) => number {
  return (uniform) => {
    let x = Number.NaN
    for (let i = 0; i < TRIES; i++) {
      x = of.sample(uniform)
      if (x >= min && x <= max) return x
    }
    return clamp(x, min, max)
  }
}

export const truncated: DistributionKind<TruncatedParameters> = {
  name: 'truncated',
  doc: 'Another distribution within bounds: `truncated: { of: { exponential: { mean: 10s } }, max: 1m }`; `min`, `max` or both.',
  parameters: (value, nested) =>
    z
      .strictObject({ of: nested, min: value.optional(), max: value.optional() })
      .refine(({ min, max }) => given(min, max) > 0, 'expected min, max or both')
      .refine(({ min, max }) => min === undefined || max === undefined || min < max, {
        error: 'expected min to be below max',
        path: ['min'],
      })
      .refine(holds, 'expected bounds that hold some of the distribution'),
  create({ of, min = Number.NEGATIVE_INFINITY, max = Number.POSITIVE_INFINITY }) {
    if (of.constant !== undefined) return always(of.constant)
    const { quantile, cdf } = of
    if (quantile === undefined || cdf === undefined) return { mean: Number.NaN, sample: byRejection(of, min, max) }
    const below = cdf(min)
    const share = cdf(max) - below
    return inverted(
      Number.NaN,
      (p) => clamp(quantile(Math.min(BELOW_ONE, below + share * p)), min, max),
      (x) => clamp((cdf(x) - below) / share, 0, 1),
    )
  },
}
