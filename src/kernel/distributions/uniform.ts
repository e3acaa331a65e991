import { z } from 'zod'
import type { DistributionKind } from '../distribution.ts'
import { always, inverted } from './shared.ts'

interface UniformParameters {
  readonly min: number
  readonly max: number
}

export const uniform: DistributionKind<UniformParameters> = {
  name: 'uniform',
  doc: 'Every value from `min` to `max` alike: `uniform: { min: 1s, max: 3s }`.',
  parameters: (value) =>
    z
      .strictObject({ min: value, max: value })
      .refine(({ min, max }) => min <= max, { error: 'expected min to be at most max', path: ['min'] }),
  create({ min, max }) {
    if (min === max) return always(min)
    const width = max - min
    return inverted(
      min + width / 2,
      (p) => min + width * p,
      (x) => Math.min(1, Math.max(0, (x - min) / width)),
    )
  },
}
