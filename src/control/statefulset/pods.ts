import type { Cache } from '../../cluster/cache.ts'
import { podDraft } from '../../cluster/drafts.ts'
import { ordinalOf, type Place } from '../../cluster/lineage.ts'
import { type Draft, isActive, type OwnerReference, type PersistentVolumeClaim, type Pod, type StatefulSet } from '../../cluster/objects.ts'
import { selectorMatches } from '../../cluster/selectors.ts'
import { timestamp } from '../../cluster/timestamp.ts'
import { type Instant, seconds } from '../../kernel/time.ts'
import type { Labels, PodTemplate, Volume } from '../../scenario/specs.ts'
import { isAvailable } from '../replicaset/status.ts'
import type { Replica } from './plan.ts'

const REVISION_LABEL = 'controller-revision-hash'
const NAME_LABEL = 'statefulset.kubernetes.io/pod-name'
/** On from 1.28 (gate PodIndexLabel). */
const INDEX_LABEL = 'apps.kubernetes.io/pod-index'
const INDEX_SINCE = 28
/** From when on minReadySeconds counts (alpha 1.22, on from 1.23). */
const MIN_READY_SINCE = 23

/** The owner reference of a StatefulSet's Pods. */
export const ownerOf = (set: StatefulSet): OwnerReference => ({ kind: 'StatefulSet', id: set.id })

/** The name of the ControllerRevision a Pod was made from; empty for one that was recorded without it. */
export const revisionOf = (pod: Pod): string => pod.labels[REVISION_LABEL] ?? ''

/** The Pods of a StatefulSet as the controller's cache has them, in order of ordinals. */
export function podsOf(cache: Cache, set: StatefulSet): Pod[] {
  const pods = [...cache.podsOfOwner('StatefulSet', set.id)].map((id) => cache.get('Pod', id) as Pod)
  return pods.sort((a, b) => ordinalOf(a.name) - ordinalOf(b.name) || a.id - b.id)
}

/** A Pod as a pass sees it. */
export function replicaOf(pod: Pod, { minReadySeconds }: StatefulSet, minor: number, now: Instant): Replica {
  const available = minor < MIN_READY_SINCE ? pod.ready : isAvailable(pod, minReadySeconds, now)
  return {
    ordinal: ordinalOf(pod.name),
    phase: pod.phase,
    ready: pod.ready,
    available,
    availableIn: pod.ready && !available ? Math.max(1, timestamp(pod.readyTransition) + seconds(minReadySeconds) - now) : 0,
    terminating: pod.deletionTimestamp !== null,
    revision: revisionOf(pod),
  }
}

/** The name of the claim of one ordinal. */
export const claimName = (set: StatefulSet, template: string, ordinal: number): string => `${template}-${set.name}-${ordinal}`

/** The claims of one ordinal, in order of the templates. getPersistentVolumeClaims (stateful_set_utils.go, 1.20 … 1.36). */
export const claimDrafts = (set: StatefulSet, ordinal: number): Draft<PersistentVolumeClaim>[] =>
  set.volumeClaimTemplates.map(({ name: template, labels, accessModes }) => {
    const name = claimName(set, template, ordinal)
    return {
      kind: 'PersistentVolumeClaim',
      namespace: set.namespace,
      name,
      key: `persistentvolumeclaim/${set.namespace}/${name}`,
      labels: { ...labels, ...set.selector.matchLabels },
      annotations: {},
      owner: null,
      accessModes,
      phase: 'Pending',
    }
  })

/** The template of the Pod of one ordinal, with the volumes of its claims. newStatefulSetPod, updateStorage (stateful_set_utils.go, 1.20 … 1.36). */
export function templateFor(set: StatefulSet, template: PodTemplate, revision: string, ordinal: number, minor: number): PodTemplate {
  const labels: Labels = {
    ...template.labels,
    [NAME_LABEL]: `${set.name}-${ordinal}`,
    [REVISION_LABEL]: revision,
    ...(minor >= INDEX_SINCE ? { [INDEX_LABEL]: String(ordinal) } : {}),
  }
  const claimed = set.volumeClaimTemplates.map(
    ({ name }): Volume => ({ name, kind: 'persistentVolumeClaim', claimName: claimName(set, name, ordinal) }),
  )
  if (claimed.length === 0) return { ...template, labels }
  const others = template.spec.volumes.filter(({ name }) => !claimed.some((one) => one.name === name))
  return { ...template, labels, spec: { ...template.spec, volumes: [...claimed, ...others] } }
}

/** The Pod in one place of a StatefulSet. */
export function statefulPodDraft(set: StatefulSet, template: PodTemplate, place: Place): Draft<Pod> {
  const key = `pod/${set.namespace}/${set.name}/${place.slot}.${place.generation}`
  return podDraft(`${set.name}-${place.slot}`, set.namespace, key, template, ownerOf(set))
}

/** Active Pods without a controller that have the name of one of its Pods and that its selector matches: ClaimPods with isMemberOf, in order of id. */
export function adoptable(cache: Cache, { namespace, name, selector }: StatefulSet): Pod[] {
  const orphans = [...cache.podsWithoutOwner(namespace)].map((id) => cache.get('Pod', id) as Pod)
  const isMember = (pod: Pod): boolean => pod.name === `${name}-${ordinalOf(pod.name)}`
  return orphans.filter((pod) => isActive(pod) && isMember(pod) && selectorMatches(selector, pod.labels)).sort((a, b) => a.id - b.id)
}
