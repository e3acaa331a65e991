import { admitPod } from '../../cluster/admission.ts'
import { ordinalOf } from '../../cluster/lineage.ts'
import type { Pod, StatefulSet } from '../../cluster/objects.ts'
import { isActive } from '../../cluster/objects.ts'
import { selectorMatches } from '../../cluster/selectors.ts'
import type { Run } from '../../cluster/world.ts'
import { TemplateTexts } from '../deployment/template.ts'
import { claimDrafts, ownerOf, replicaOf, statefulPodDraft, templateFor } from './pods.ts'
import { revisionDraft, revisionName } from './revisions.ts'
import { statusAfter } from './status.ts'

const owned = (run: Run, set: StatefulSet): Pod[] =>
  [...run.world.store.pods].filter(({ owner }) => owner?.kind === 'StatefulSet' && owner.id === set.id)

/** Gives Pods without a controller that have the name of one of its Pods to the StatefulSet. */
function adopt(run: Run, set: StatefulSet): void {
  const { lineages, store } = run.world
  for (const pod of [...store.pods]) {
    const ordinal = ordinalOf(pod.name)
    const member = pod.owner === null && pod.namespace === set.namespace && pod.name === `${set.name}-${ordinal}`
    if (!member || !isActive(pod) || !selectorMatches(set.selector, pod.labels)) continue
    store.update(run, pod, { owner: ownerOf(set) })
    lineages.hold(ownerOf(set), pod.id, lineages.at(ownerOf(set), ordinal))
  }
}

/** The history of a StatefulSet begins with its present template, and the Pods it has are taken to be made from that. Answers the revision's name. */
function beginHistory(run: Run, set: StatefulSet, texts: TemplateTexts): string {
  const { profile, store } = run.world
  const revision = revisionName(set, texts.of(set.template))
  store.create(run, 'ControllerRevision', revisionDraft(set, revision, 1))
  for (const pod of owned(run, set)) {
    const { labels } = templateFor(set, set.template, revision, ordinalOf(pod.name), profile.minor)
    store.update(run, pod, { labels: { ...pod.labels, ...labels } })
  }
  return revision
}

/** Recorded Pods of StatefulSets belong to the present templates. */
export function convergeGivenStatefulSets(run: Run): void {
  const texts = new TemplateTexts()
  for (const set of run.world.store.tables.StatefulSet) beginHistory(run, set, texts)
}

/** Every StatefulSet has rolled out and has all its Pods, in order of ordinals; none is bound yet. Before any process has started. */
export function convergeStatefulSets(run: Run): void {
  const { lineages, profile, store } = run.world
  const texts = new TemplateTexts()
  for (const set of store.tables.StatefulSet) {
    adopt(run, set)
    const revision = beginHistory(run, set, texts)
    const there = new Set(owned(run, set).map(({ name }) => name))
    for (let ordinal = set.startOrdinal; ordinal < set.startOrdinal + set.replicas; ordinal++) {
      makeClaims(run, set, ordinal)
      if (there.has(`${set.name}-${ordinal}`)) continue
      const place = lineages.at(ownerOf(set), ordinal)
      const template = templateFor(set, set.template, revision, ordinal, profile.minor)
      const pod = store.create(run, 'Pod', admitPod(run, statefulPodDraft(set, template, place)))
      lineages.hold(ownerOf(set), pod.id, place)
    }
  }
}

function makeClaims(run: Run, set: StatefulSet, ordinal: number): void {
  const { store } = run.world
  for (const claim of claimDrafts(set, ordinal)) {
    if (store.tables.PersistentVolumeClaim.find(claim.namespace, claim.name) === undefined)
      store.create(run, 'PersistentVolumeClaim', claim)
  }
}

/** Every StatefulSet reports the Pods it has. */
export function convergeStatefulSetStatus(run: Run): void {
  const { profile, store } = run.world
  const texts = new TemplateTexts()
  for (const set of store.tables.StatefulSet) {
    const revision = revisionName(set, texts.of(set.template))
    const status = statusAfter(
      set,
      {
        replicas: set.replicas,
        start: set.startOrdinal,
        ordered: set.podManagementPolicy === 'OrderedReady',
        updateStrategy: set.updateStrategy,
        partition: set.partition,
        currentRevision: revision,
        updateRevision: revision,
        currentReplicas: set.replicas,
        pods: owned(run, set).map((pod) => replicaOf(pod, set, profile.minor, run.now)),
        minor: profile.minor,
      },
      [],
    )
    store.update(run, set, { status })
  }
}
