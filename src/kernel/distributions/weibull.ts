import { z } from 'zod'
import type { DistributionKind } from '../distribution.ts'
import { gammaFunction } from '../gamma-function.ts'
import { given, inverted, positive } from './shared.ts'

interface WeibullParameters {
  readonly shape: number
  readonly scale?: number | undefined
  readonly mean?: number | undefined
}

export const weibull: DistributionKind<WeibullParameters> = {
  name: 'weibull',
  doc: 'Wear-out (shape above 1) or early failures (below 1): `weibull: { shape: 0.7, scale: 30d }`, or by its `mean` in place of `scale`.',
  parameters: (value) =>
    z
      .strictObject({ shape: positive(z.number()), scale: positive(value).optional(), mean: positive(value).optional() })
      .refine(({ scale, mean }) => given(scale, mean) === 1, 'expected either scale or mean')
      .refine(({ shape }) => shape >= 0.01, { error: 'expected a shape of at least 0.01', path: ['shape'] }),
  create({ shape, scale, mean }) {
    const perScale = gammaFunction(1 + 1 / shape)
    const unit = scale ?? (mean as number) / perScale
    return inverted(
      mean ?? unit * perScale,
      (p) => unit * (-Math.log1p(-p)) ** (1 / shape),
      (x) => (x <= 0 ? 0 : -Math.expm1(-((x / unit) ** shape))),
    )
  },
}
