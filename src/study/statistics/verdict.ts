import type { Comparison } from '../../scenario/scenario.ts'
import type { Limits } from './quantile-limits.ts'

/** Undecided: the values at hand leave both open. */
export type Decision = 'pass' | 'fail' | 'undecided'

/**
 * Holds a comparison for certain, is it for certain violated, or do the limits leave both open? `pass` when even the unfavourable limit
 * satisfies it, `fail` when even the favourable one does not.
 */
export function decide({ lower, upper }: Limits, operator: Comparison, bound: number): Decision {
  const holds = COMPARE[operator]
  const small = operator === '<' || operator === '<='
  const favourable = small ? lower : upper
  const unfavourable = small ? upper : lower
  if (unfavourable !== null && holds(unfavourable, bound)) return 'pass'
  if (favourable !== null && !holds(favourable, bound)) return 'fail'
  return 'undecided'
}

const COMPARE: Readonly<Record<Comparison, (value: number, bound: number) => boolean>> = {
  '<': (value, bound) => value < bound,
  '<=': (value, bound) => value <= bound,
  '>': (value, bound) => value > bound,
  '>=': (value, bound) => value >= bound,
}
