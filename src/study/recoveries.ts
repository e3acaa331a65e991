import type { ReplicationResult } from '../measure/record.ts'
import type { MeasureWord } from '../scenario/vocabulary.ts'
import { seriesOf } from './series.ts'
import { mean } from './statistics/mean.ts'
import { ascending } from './statistics/observation.ts'
import { estimate } from './statistics/statistic.ts'

/** How the cluster recovered from one loss, over its replications. Times in seconds; null where it cannot be said. */
export interface RecoveryFrom {
  readonly units: readonly string[]
  readonly n: number
  /** Replications in which everything that was touched converged again. */
  readonly survived: number
  readonly median: number | null
  readonly longest: number | null
  /** Mean Pod-seconds that were not served. */
  readonly unserved: number
}

/** What one loss came to. */
export function recoveryFrom(
  units: readonly string[],
  results: readonly ReplicationResult[],
  measures: readonly MeasureWord[],
): RecoveryFrom {
  const series = seriesOf(results, measures)
  const of = (measure: string) => ascending(series.find((one) => one.measure === measure && one.labels === '')?.values ?? [])
  const convergence = of('convergence')
  const unserved = of('unserved_pod_s').map(({ value }) => value)
  return {
    units,
    n: results.length,
    survived: results.length - convergence.filter(({ censored }) => censored).length,
    median: estimate(convergence, { name: 'quantile', p: 0.5 }),
    longest: estimate(convergence, { name: 'max' }),
    unserved: unserved.length === 0 ? 0 : mean(unserved),
  }
}

/** Fewest replications survived first, then most service lost; by name where they tie. */
export function worstFirst(recoveries: readonly RecoveryFrom[]): RecoveryFrom[] {
  const share = ({ survived, n }: RecoveryFrom) => (n === 0 ? 1 : survived / n)
  return [...recoveries].sort((a, b) => share(a) - share(b) || b.unserved - a.unserved || (a.units.join() < b.units.join() ? -1 : 1))
}
