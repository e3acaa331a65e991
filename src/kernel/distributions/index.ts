import type { DistributionKind } from '../distribution.ts'
import { constant } from './constant.ts'
import { empirical } from './empirical.ts'
import { exponential } from './exponential.ts'
import { gamma } from './gamma.ts'
import { lognormal } from './lognormal.ts'
import { mixture } from './mixture.ts'
import { pareto } from './pareto.ts'
import { truncated } from './truncated.ts'
import { uniform } from './uniform.ts'
import { weibull } from './weibull.ts'

/** Every distribution a scenario may name; `create` of an entry takes what its own schema has read. */
export const distributions: readonly DistributionKind<unknown>[] = [
  constant,
  uniform,
  exponential,
  weibull,
  lognormal,
  gamma,
  pareto,
  empirical,
  truncated,
  mixture,
]
