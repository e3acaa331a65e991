import { z } from 'zod'
import type { DistributionKind } from '../distribution.ts'
import { inverted, positive } from './shared.ts'

interface ExponentialParameters {
  readonly mean: number
}

export const exponential: DistributionKind<ExponentialParameters> = {
  name: 'exponential',
  doc: 'Without memory, as independent failures are: `exponential: { mean: 30d }`.',
  parameters: (value) => z.strictObject({ mean: positive(value) }),
  create: ({ mean }) =>
    inverted(
      mean,
      (p) => -mean * Math.log1p(-p),
      (x) => (x <= 0 ? 0 : -Math.expm1(-x / mean)),
    ),
}
