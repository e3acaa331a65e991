import { invalidValue, outOfRange, shown } from '../problems.ts'
import type { HorizontalPodAutoscalerManifest, Manifest, ScalingRules } from '../specs.ts'
import type { Conversion, Raw, RawValue } from './shared.ts'
import { items } from './shared.ts'

/** Default of `targetCPUUtilizationPercentage` (pkg/apis/autoscaling/v1/defaults.go, 1.20 … 1.36). */
const CPU_TARGET = 80
const SCALABLE = ['Deployment', 'ReplicaSet', 'ReplicationController', 'StatefulSet'] as const

/** Defaults of `behavior` where it is given: pkg/apis/autoscaling/v2/defaults.go (1.20 … 1.36). */
const RULES = {
  scaleUp: {
    stabilizationWindowSeconds: 0,
    policies: [
      { type: 'Pods', value: 4, periodSeconds: 15 },
      { type: 'Percent', value: 100, periodSeconds: 15 },
    ],
  },
  scaleDown: { stabilizationWindowSeconds: null, policies: [{ type: 'Percent', value: 100, periodSeconds: 15 }] },
} as const

function rulesOf(written: RawValue, which: 'scaleUp' | 'scaleDown'): ScalingRules {
  const { selectPolicy = 'Max', policies, stabilizationWindowSeconds } = written ?? {}
  const given = items(policies).map(({ type, value, periodSeconds }) => ({ type, value, periodSeconds }))
  return {
    selectPolicy,
    stabilizationWindowSeconds: stabilizationWindowSeconds ?? RULES[which].stabilizationWindowSeconds,
    policies: given.length === 0 ? RULES[which].policies : given,
  }
}

/** The target utilization of CPU; other metrics are reported. */
function cpuTarget(raw: Raw, { report }: Conversion): number {
  const { metrics, targetCPUUtilizationPercentage } = raw.spec
  const targets = items(metrics).flatMap(({ type, resource }, i) => {
    if (type === 'Resource' && resource?.name === 'cpu' && resource.target.averageUtilization !== undefined)
      return [resource.target.averageUtilization as number]
    report(
      ['spec', 'metrics', i],
      invalidValue(`expected averageUtilization of resource cpu, the only metric that is modelled, got ${shown(type)}`),
    )
    return []
  })
  return targets.length === 0 ? (targetCPUUtilizationPercentage ?? CPU_TARGET) : Math.min(...targets)
}

/** A HorizontalPodAutoscaler with the defaults of autoscaling/v2. */
export function autoscaler(raw: Raw, identity: Omit<Manifest, 'kind'>, conversion: Conversion): HorizontalPodAutoscalerManifest {
  const { scaleTargetRef, minReplicas = 1, maxReplicas, behavior } = raw.spec
  const kind = SCALABLE.find((one) => one === scaleTargetRef.kind)
  if (kind === undefined) {
    const message = `expected one of ${SCALABLE.join(', ')}, got ${shown(scaleTargetRef.kind)}`
    conversion.report(['spec', 'scaleTargetRef', 'kind'], invalidValue(message))
  }
  if (maxReplicas < minReplicas) conversion.report(['spec', 'maxReplicas'], outOfRange('at least minReplicas', maxReplicas))
  return {
    kind: 'HorizontalPodAutoscaler',
    ...identity,
    target: { kind: kind ?? 'Deployment', name: scaleTargetRef.name },
    minReplicas,
    maxReplicas,
    cpuUtilization: cpuTarget(raw, conversion),
    behavior: behavior ? { scaleUp: rulesOf(behavior.scaleUp, 'scaleUp'), scaleDown: rulesOf(behavior.scaleDown, 'scaleDown') } : null,
  }
}
