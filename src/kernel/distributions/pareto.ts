import { z } from 'zod'
import type { DistributionKind } from '../distribution.ts'
import { inverted, positive } from './shared.ts'

interface ParetoParameters {
  readonly min: number
  readonly shape: number
}

export const pareto: DistributionKind<ParetoParameters> = {
  name: 'pareto',
  doc: 'A heavy tail above `min`: `pareto: { min: 1m, shape: 1.5 }`; its mean diverges for a shape of 1 or less.',
  parameters: (value) => z.strictObject({ min: positive(value), shape: positive(z.number()) }),
  create: ({ min, shape }) =>
    inverted(
      shape > 1 ? (shape * min) / (shape - 1) : Number.POSITIVE_INFINITY,
      (p) => min * (1 - p) ** (-1 / shape),
      (x) => (x <= min ? 0 : 1 - (min / x) ** shape),
    ),
}
