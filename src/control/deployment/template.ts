import { fnv1a } from '../../cluster/lineage.ts'
import type { Deployment, Draft, ReplicaSet } from '../../cluster/objects.ts'
import type { PodTemplate } from '../../scenario/specs.ts'
import { limitsOf } from './limits.ts'

/** Label by which the ReplicaSets of one Deployment tell their Pods apart. */
const TEMPLATE_HASH = 'pod-template-hash'

/** `rand.SafeEncodeString` (apimachinery pkg/util/rand): each character becomes one of these. */
const SAFE = 'bcdfghjklmnpqrstvwxz2456789'

/** JSON with sorted keys, so that equal values give equal text. */
function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'null'
  const entries = Object.entries(value).filter(([, each]) => each !== undefined)
  entries.sort(([a], [b]) => (a < b ? -1 : 1))
  return `{${entries.map(([key, each]) => `${JSON.stringify(key)}:${canonical(each)}`).join(',')}}`
}

/** Texts by which templates are compared, the hash label left out: `EqualIgnoreHash`. Templates never change, so each is written once. */
export class TemplateTexts {
  private readonly texts = new Map<PodTemplate, string>()

  of(template: PodTemplate): string {
    let text = this.texts.get(template)
    if (text === undefined) {
      const { [TEMPLATE_HASH]: _, ...labels } = template.labels
      text = canonical({ ...template, labels })
      this.texts.set(template, text)
    }
    return text
  }
}

/** The hash of a template, from its text. Kubernetes hashes a dump of its Go structs with 32-bit FNV; the values differ, their use does not. */
export const templateHash = (text: string): string =>
  Array.from(String(fnv1a(text)), (digit) => SAFE[digit.charCodeAt(0) % SAFE.length]).join('')

/** The ReplicaSet of a Deployment's present template: `getNewReplicaSet` (pkg/controller/deployment/sync.go, 1.20 … 1.36). */
export function newSetDraft(deployment: Deployment, text: string, replicas: number, revision: number): Draft<ReplicaSet> {
  const { namespace, template, selector, minReadySeconds } = deployment
  const hash = templateHash(text)
  const labels = { ...template.labels, [TEMPLATE_HASH]: hash }
  const name = `${deployment.name}-${hash}`
  return {
    kind: 'ReplicaSet',
    namespace,
    name,
    key: `replicaset/${namespace}/${name}`,
    labels,
    annotations: deployment.annotations,
    owner: { kind: 'Deployment', id: deployment.id },
    replicas,
    minReadySeconds,
    selector: { ...selector, matchLabels: { ...selector.matchLabels, [TEMPLATE_HASH]: hash } },
    template: { ...template, labels },
    desiredReplicas: deployment.replicas,
    maxReplicas: deployment.replicas + limitsOf(deployment).surge,
    revision,
    status: { replicas: 0, readyReplicas: 0, availableReplicas: 0, observedGeneration: 0 },
  }
}
