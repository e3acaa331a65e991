import { exclusiveFields } from '../problems.ts'
import type { DaemonSetManifest, IntOrPercent } from '../specs.ts'
import { intOrPercent, isZero } from './parts.ts'
import { podTemplate } from './pod.ts'
import { checkSelector, EVERYTHING } from './scaled.ts'
import { type Conversion, type Identity, labelSelector, type Raw } from './shared.ts'

const ONE: IntOrPercent = { count: 1 }
const NONE: IntOrPercent = { count: 0 }

/**
 * A DaemonSet with the defaults of apps/v1 defaults.go: rolling, one Node at a time. Exactly one of maxSurge and maxUnavailable is above 0
 * (ValidateRollingUpdateDaemonSet, pkg/apis/apps/validation, 1.22 … 1.36).
 */
export function daemonSet(raw: Raw, identity: Identity, conversion: Conversion): DaemonSetManifest {
  const { spec } = raw
  const template = podTemplate(spec.template, ['spec', 'template'], conversion)
  const selector = labelSelector(spec.selector, ['spec', 'selector'], conversion) ?? EVERYTHING
  checkSelector(selector, template, conversion)
  const updateStrategy = spec.updateStrategy?.type || 'RollingUpdate'
  const rolling = spec.updateStrategy?.rollingUpdate
  const path = ['spec', 'updateStrategy', 'rollingUpdate']
  const maxSurge = intOrPercent(rolling?.maxSurge, NONE, [...path, 'maxSurge'], conversion)
  const maxUnavailable = intOrPercent(rolling?.maxUnavailable, ONE, [...path, 'maxUnavailable'], conversion)
  if (isZero(maxSurge) === isZero(maxUnavailable)) {
    conversion.report(
      path,
      exclusiveFields('expected one of maxSurge and maxUnavailable above 0, the other 0 (maxUnavailable is 1 when absent)'),
    )
  }
  return {
    kind: 'DaemonSet',
    ...identity,
    minReadySeconds: spec.minReadySeconds ?? 0,
    selector,
    template,
    updateStrategy,
    maxSurge,
    maxUnavailable,
  }
}
