import { exclusiveFields, missingField } from '../problems.ts'
import type { ClaimTemplate, Manifest, StatefulSetManifest } from '../specs.ts'
import { accessModes } from './claim.ts'
import { podTemplate } from './pod.ts'
import { EVERYTHING, scaled } from './scaled.ts'
import type { Conversion, Raw } from './shared.ts'
import { items, labelSelector, optional, textMap } from './shared.ts'

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
    volumeClaimTemplates: items(spec.volumeClaimTemplates).map((one, i) =>
      claimTemplate(one, ['spec', 'volumeClaimTemplates', i], conversion),
    ),
  }
}

function claimTemplate(raw: Raw, path: readonly (string | number)[], conversion: Conversion): ClaimTemplate {
  const name = raw.metadata?.name ?? ''
  if (name === '') conversion.report([...path, 'metadata', 'name'], missingField('name'))
  return { name, labels: textMap(raw.metadata?.labels), accessModes: accessModes(raw.spec, [...path, 'spec'], conversion) }
}
