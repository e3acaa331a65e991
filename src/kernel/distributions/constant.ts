import type { DistributionKind } from '../distribution.ts'
import { always } from './shared.ts'

export const constant: DistributionKind<number> = {
  name: 'constant',
  doc: 'Always the same value: `constant: 5s`, or just `5s`. Draws nothing.',
  parameters: (value) => value,
  create: always,
}
