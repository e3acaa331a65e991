import type { Cache } from '../../cluster/cache.ts'
import { podDraft } from '../../cluster/drafts.ts'
import { ordinalOf, type Place } from '../../cluster/lineage.ts'
import type { Draft, OwnerReference, PersistentVolumeClaim, Pod, StatefulSet } from '../../cluster/objects.ts'
import { timestamp } from '../../cluster/timestamp.ts'
import { type Instant, seconds } from '../../kernel/time.ts'
import type { Labels, PodTemplate, Volume } from '../../scenario/specs.ts'
import { withClaims } from '../pod-claims.ts'
import { isAvailable } from '../replicaset/status.ts'
import type { Replica } from './plan.ts'
import type { Pass } from './state.ts'

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

/** The Pods of a StatefulSet as the controller's cache has them, and a pass has claimed them, in order of ordinals. */
export function podsOf(cache: Cache, { set, claims }: Pick<Pass, 'set' | 'claims'>): Pod[] {
  const pods = [...cache.podsOfOwner('StatefulSet', set.id)].map((id) => cache.get('Pod', id) as Pod)
  return withClaims(pods, claims).sort((a, b) => ordinalOf(a.name) - ordinalOf(b.name) || a.id - b.id)
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

/** Whether a Pod has the name of one of the set's Pods (stateful_set_utils.go:isMemberOf, 1.20 … 1.36). */
export const isMemberOf =
  ({ name }: StatefulSet) =>
  (pod: Pod): boolean =>
    pod.name === `${name}-${ordinalOf(pod.name)}`
