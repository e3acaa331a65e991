import { podDraft } from '../../cluster/drafts.ts'
import { nameSuffix, type Place } from '../../cluster/lineage.ts'
import type { DaemonSet, Draft, Node, OwnerReference, Pod } from '../../cluster/objects.ts'
import type { NodeSelectorTerm, PodSpec, PodTemplate } from '../../scenario/specs.ts'
import { TemplateTexts, templateHash } from '../deployment/template.ts'
import { daemonTolerations } from './fit.ts'

/** Label that tells of which template a Pod is. */
export const REVISION_HASH = 'controller-revision-hash'

/** The owner reference of a DaemonSet's Pods. */
export const ownerOf = (set: DaemonSet): OwnerReference => ({ kind: 'DaemonSet', id: set.id })

/** A template as its Pods have it, and the specs made from it for single Nodes. */
export interface DaemonTemplate {
  readonly hash: string
  readonly template: PodTemplate
  readonly specs: Map<string, PodSpec>
}

/**
 * Templates of DaemonSets made ready for their Pods, each once. ControllerRevisions are not stored: the hash of a template stands for its
 * revision (pkg/controller/daemon/update.go:constructHistory).
 */
export class DaemonTemplates {
  private readonly texts = new TemplateTexts()
  private readonly known = new Map<PodTemplate, DaemonTemplate>()

  of({ template }: DaemonSet): DaemonTemplate {
    let known = this.known.get(template)
    if (known === undefined) {
      const hash = templateHash(this.texts.of(template))
      const spec = { ...template.spec, tolerations: daemonTolerations(template.spec) }
      known = { hash, template: { ...template, labels: { ...template.labels, [REVISION_HASH]: hash }, spec }, specs: new Map() }
      this.known.set(template, known)
    }
    return known
  }
}

/** Whether a Pod is of the present template. */
export const isUpdated = (pod: Pod, hash: string): boolean => pod.labels[REVISION_HASH] === hash

const NO_AFFINITY = { required: [], preferred: [] }

/** The spec for one Node: its required node affinity names that Node and nothing else (ReplaceDaemonSetPodNodeNameNodeAffinity). */
function specFor({ template, specs }: DaemonTemplate, node: string): PodSpec {
  let spec = specs.get(node)
  if (spec === undefined) {
    const { affinity } = template.spec
    const only: NodeSelectorTerm = {
      matchExpressions: [],
      matchFields: [{ key: 'metadata.name', operator: 'In', values: [node] }],
    }
    spec = {
      ...template.spec,
      affinity: {
        nodeAffinity: { preferred: affinity?.nodeAffinity.preferred ?? [], required: [only] },
        podAffinity: affinity?.podAffinity ?? NO_AFFINITY,
        podAntiAffinity: affinity?.podAntiAffinity ?? NO_AFFINITY,
      },
    }
    specs.set(node, spec)
  }
  return spec
}

/** The Pod for one Node, which the default scheduler will bind there. */
export function daemonDraft(set: DaemonSet, daemon: DaemonTemplate, node: Pick<Node, 'name'>, place: Place): Draft<Pod> {
  const key = `pod/${set.namespace}/${set.name}/${node.name}.${place.generation}`
  const template = { ...daemon.template, spec: specFor(daemon, node.name) }
  return podDraft(`${set.name}-${nameSuffix(key)}`, set.namespace, key, template, ownerOf(set))
}

/** The name of the Node that an unbound daemon Pod is for (util/daemonset_util.go:GetTargetNodeName). */
export function targetOf(pod: Pod): string | undefined {
  const fields = pod.spec.affinity?.nodeAffinity.required?.[0]?.matchFields ?? []
  return fields.find(({ key }) => key === 'metadata.name')?.values[0]
}
