import type { ScalingRules } from '../../scenario/specs.ts'

/** What a sync asked for, and when [µs]. */
export interface Recommendation {
  readonly time: number
  readonly replicas: number
}

/** A change of the number of replicas, and when [µs]. */
export interface ScaleEvent {
  readonly time: number
  readonly change: number
}

/** Everything that shapes what is asked for into what is done. */
export interface Shaping {
  readonly now: number
  readonly current: number
  readonly min: number
  readonly max: number
  readonly recommendations: readonly Recommendation[]
  /** `--horizontal-pod-autoscaler-downscale-stabilization` [µs]. */
  readonly downscaleStabilization: number
  readonly behavior: { readonly scaleUp: ScalingRules; readonly scaleDown: ScalingRules } | null
  readonly ups: readonly ScaleEvent[]
  readonly downs: readonly ScaleEvent[]
}

/** Length of the window in which a recommendation counts [µs]. */
export const windowOf = (rules: ScalingRules, downscaleStabilization: number): number =>
  rules.stabilizationWindowSeconds === null ? downscaleStabilization : rules.stabilizationWindowSeconds * 1e6

/**
 * The number of replicas to be set when metrics ask for `wanted`: stabilised over the window, limited by rate, then by the bounds. pkg/controller/podautoscaler/horizontal.go:
 * normalizeDesiredReplicas, normalizeDesiredReplicasWithBehaviors (1.20 … 1.36).
 */
export function shape(wanted: number, shaping: Shaping): number {
  const { behavior, min, max } = shaping
  if (behavior === null) {
    const { current, downscaleStabilization } = shaping
    const stable = Math.max(wanted, ...since(shaping, downscaleStabilization))
    const limit = Math.max(2 * current, 4)
    return Math.max(min, Math.min(stable, max, limit))
  }
  const { scaleUp, scaleDown } = behavior
  const low = Math.min(wanted, ...since(shaping, windowOf(scaleUp, shaping.downscaleStabilization)))
  const high = Math.max(wanted, ...since(shaping, windowOf(scaleDown, shaping.downscaleStabilization)))
  const stable = Math.min(Math.max(shaping.current, low), Math.max(high, low))
  return limited(stable, shaping, behavior)
}

/** Recommendations later than a window ago. */
function since({ recommendations, now }: Shaping, window: number): number[] {
  return recommendations.filter(({ time }) => time > now - window).map(({ replicas }) => replicas)
}

function limited(wanted: number, shaping: Shaping, { scaleUp, scaleDown }: NonNullable<Shaping['behavior']>): number {
  const { current, min, max } = shaping
  if (wanted > current) return Math.min(wanted, max, Math.max(current, upLimit(shaping, scaleUp)))
  if (wanted < current) return Math.max(wanted, min, Math.min(current, downLimit(shaping, scaleDown)))
  return wanted
}

/** Replicas at the begin of a policy's period. */
function atBegin({ now, current, ups, downs }: Shaping, periodSeconds: number): number {
  const inPeriod = (events: readonly ScaleEvent[]): number =>
    events.filter(({ time }) => time > now - periodSeconds * 1e6).reduce((sum, { change }) => sum + change, 0)
  return current - inPeriod(ups) + inPeriod(downs)
}

/** calculateScaleUpLimitWithScalingRules. */
function upLimit(shaping: Shaping, { selectPolicy, policies }: ScalingRules): number {
  if (selectPolicy === 'Disabled') return shaping.current
  const limits = policies.map(({ type, value, periodSeconds }) => {
    const begin = atBegin(shaping, periodSeconds)
    return type === 'Pods' ? begin + value : Math.ceil(begin * (1 + value / 100))
  })
  return selectPolicy === 'Min' ? Math.min(...limits) : Math.max(...limits)
}

/** calculateScaleDownLimitWithBehaviors. */
function downLimit(shaping: Shaping, { selectPolicy, policies }: ScalingRules): number {
  if (selectPolicy === 'Disabled') return shaping.current
  const limits = policies.map(({ type, value, periodSeconds }) => {
    const begin = atBegin(shaping, periodSeconds)
    return type === 'Pods' ? begin - value : Math.trunc(begin * (1 - value / 100))
  })
  return selectPolicy === 'Min' ? Math.max(...limits) : Math.min(...limits)
}
