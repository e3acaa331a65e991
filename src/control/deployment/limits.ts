import type { Deployment } from '../../cluster/objects.ts'
import type { IntOrPercent } from '../../scenario/specs.ts'

/** How far a rolling update may leave the desired number of Pods. */
export interface Limits {
  /** Pods above it. */
  readonly surge: number
  /** Pods below it. */
  readonly unavailable: number
}

type Sized = Pick<Deployment, 'replicas' | 'strategy' | 'maxSurge' | 'maxUnavailable'>

const scaled = (value: IntOrPercent, total: number, round: (n: number) => number): number =>
  'count' in value ? value.count : round((value.percent * total) / 100)

/**
 * maxSurge rounded up, maxUnavailable rounded down and at most the desired number; when both are 0, one Pod may be unavailable. Both 0 unless the
 * strategy is RollingUpdate. pkg/controller/deployment/util/deployment_util.go:ResolveFenceposts, MaxSurge, MaxUnavailable (1.20 … 1.36).
 */
export function limitsOf({ replicas, strategy, maxSurge, maxUnavailable }: Sized): Limits {
  if (strategy !== 'RollingUpdate') return { surge: 0, unavailable: 0 }
  const surge = scaled(maxSurge, replicas, Math.ceil)
  const unavailable = scaled(maxUnavailable, replicas, Math.floor)
  return { surge, unavailable: Math.min(surge === 0 && unavailable === 0 ? 1 : unavailable, replicas) }
}
