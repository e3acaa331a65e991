import { z } from 'zod'
import type { DistributionKind } from '../distribution.ts'
import { normalQuantile } from '../normal.ts'
import type { Uniform } from '../random.ts'
import { given, positive } from './shared.ts'

interface GammaParameters {
  readonly shape: number
  readonly scale?: number | undefined
  readonly mean?: number | undefined
}

/** One variate of scale 1 and a shape of 1 or more. Source: G. Marsaglia, W. W. Tsang, ACM TOMS 26 (2000) 363–372. */
function standardGamma(shape: number, uniform: Uniform): number {
  const d = shape - 1 / 3
  const c = 1 / Math.sqrt(9 * d)
  for (;;) {
    const x = normalQuantile(uniform())
    const v = (1 + c * x) ** 3
    if (v > 0 && Math.log(1 - uniform()) < 0.5 * x * x + d * (1 - v + Math.log(v))) return d * v
  }
}

export const gamma: DistributionKind<GammaParameters> = {
  name: 'gamma',
  doc: 'A sum of exponential stages: `gamma: { shape: 3, mean: 10s }`, or by its `scale` in place of `mean`.',
  parameters: (value) =>
    z
      .strictObject({ shape: positive(z.number()), scale: positive(value).optional(), mean: positive(value).optional() })
      .refine(({ scale, mean }) => given(scale, mean) === 1, 'expected either scale or mean'),
  create({ shape, scale, mean }) {
    const unit = scale ?? (mean as number) / shape
    // A shape below 1 is boosted: gamma(shape) = gamma(shape + 1) · U^(1/shape), by the same paper.
    const sample = (uniform: Uniform): number =>
      shape >= 1 ? unit * standardGamma(shape, uniform) : unit * standardGamma(shape + 1, uniform) * (1 - uniform()) ** (1 / shape)
    return { mean: mean ?? shape * unit, sample }
  },
}
