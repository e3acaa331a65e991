import { z } from 'zod'
import type { Distribution, DistributionKind } from '../distribution.ts'
import { positive } from './shared.ts'

/** One part of a mixture; its share is its weight over the sum of all weights. */
interface Part {
  readonly weight: number
  readonly of: Distribution
}

/** The part on which `weight` falls when all weights lie side by side. */
function partAt(parts: readonly Part[], weight: number): Part {
  let left = weight
  for (const part of parts) {
    left -= part.weight
    if (left < 0) return part
  }
  return parts.at(-1) as Part
}

export const mixture: DistributionKind<readonly Part[]> = {
  name: 'mixture',
  doc: 'One of several distributions, by weight: `mixture: [{ weight: 9, of: 2s }, { weight: 1, of: { exponential: { mean: 1m } } }]`.',
  parameters: (_, nested) => z.array(z.strictObject({ weight: positive(z.number()), of: nested })).min(1, 'expected at least one part'),
  create(parts) {
    const total = parts.reduce((sum, { weight }) => sum + weight, 0)
    const mean = parts.reduce((sum, { weight, of }) => sum + (weight / total) * of.mean, 0)
    return {
      mean,
      sample(uniform) {
        const part = partAt(parts, uniform() * total)
        return part.of.constant ?? part.of.sample(uniform)
      },
    }
  },
}
