import { exclusiveFields } from '../problems.ts'
import type { Manifest, StatefulSetManifest } from '../specs.ts'
import { podTemplate } from './pod.ts'
import { EVERYTHING, scaled } from './scaled.ts'
import type { Conversion, Raw } from './shared.ts'
import { labelSelector, optional } from './shared.ts'

/**
 * A StatefulSet with the defaults of apps/v1 defaults.go: OrderedReady, RollingUpdate from partition 0. A strategy that is written without `rollingUpdate` has no
 * partition, which decides the revision of Pods created during a rollout.
 */
export function statefulSet(raw: Raw, identity: Omit<Manifest, 'kind'>, conversion: Conversion): StatefulSetManifest {
  const { spec } = raw
  const template = podTemplate(spec.template, ['spec', 'template'], conversion)
  const selector = labelSelector(spec.selector, ['spec', 'selector'], conversion) ?? EVERYTHING
  const type = spec.updateStrategy?.type
  const rolling = spec.updateStrategy?.rollingUpdate
  if (type === 'OnDelete' && rolling) {
    conversion.report(
      ['spec', 'updateStrategy', 'rollingUpdate'],
      exclusiveFields('expected no rollingUpdate with updateStrategy OnDelete'),
    )
  }
  const written = type !== undefined && type !== null && (rolling === undefined || rolling === null)
  return {
    kind: 'StatefulSet',
    ...identity,
    ...scaled(raw, selector, template, conversion),
    podManagementPolicy: spec.podManagementPolicy ?? 'OrderedReady',
    updateStrategy: type ?? 'RollingUpdate',
    ...optional('partition', written ? undefined : ((rolling?.partition ?? 0) as number)),
    revisionHistoryLimit: spec.revisionHistoryLimit ?? 10,
    startOrdinal: spec.ordinals?.start ?? 0,
  }
}
