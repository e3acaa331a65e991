import { podDraft } from '../../cluster/drafts.ts'
import { nameSuffix, type Place } from '../../cluster/lineage.ts'
import type { Draft, Job, OwnerReference, Pod } from '../../cluster/objects.ts'
import { isActive, isTerminal } from '../../cluster/objects.ts'
import type { Instant } from '../../kernel/time.ts'
import type { Labels, PodTemplate } from '../../scenario/specs.ts'
import { isSidecar } from '../kubelet/init-actions.ts'

/** The finalizer that keeps a Pod until its Job has counted it (GA 1.26). */
export const TRACKING = 'batch.kubernetes.io/job-tracking'
const INDEX = 'batch.kubernetes.io/job-completion-index'
/** From when on Jobs track their Pods with finalizers. */
export const TRACKED_SINCE = 26
/** From when on the label of a Job's Pods has a prefix as well. */
const PREFIXED_SINCE = 27

/** No index: the Job is not Indexed. */
export const NO_INDEX = -1

/** The owner reference of a Job's Pods. */
export const ownerOf = (job: Job): OwnerReference => ({ kind: 'Job', id: job.id })

/** The completion index of a Pod; NO_INDEX when it has none. */
export const indexOf = (pod: Pod): number => Number(pod.annotations[INDEX] ?? NO_INDEX)

/** Whether the Job controller has still to count a Pod. */
export const isTracked = (pod: Pod): boolean => pod.finalizers?.includes(TRACKING) === true

/** Templates of Jobs as their Pods have them, each made once: the API server adds labels with the Job's name. */
export class JobTemplates {
  private readonly known = new Map<PodTemplate, PodTemplate>()

  of({ name, template }: Job, minor: number): PodTemplate {
    let known = this.known.get(template)
    if (known === undefined) {
      const prefixed = minor >= PREFIXED_SINCE ? { 'batch.kubernetes.io/job-name': name } : {}
      known = { ...template, labels: { ...template.labels, 'job-name': name, ...prefixed } }
      this.known.set(template, known)
    }
    return known
  }
}

/** The Pod in one place of a Job: place and index are the same in an Indexed one. `counts`: annotations with the failures of its index. */
export function jobPodDraft(job: Job, template: PodTemplate, place: Place, index: number, minor: number, counts: Labels = {}): Draft<Pod> {
  const key = `pod/${job.namespace}/${job.name}/${place.slot}.${place.generation}`
  const stem = index === NO_INDEX ? job.name : `${job.name}-${index}`
  const annotations = index === NO_INDEX ? template.annotations : { ...template.annotations, [INDEX]: String(index), ...counts }
  const draft = podDraft(`${stem}-${nameSuffix(key)}`, job.namespace, key, { ...template, annotations }, ownerOf(job))
  return minor >= TRACKED_SINCE ? { ...draft, finalizers: [TRACKING] } : draft
}

/** Whether only Pods that have ended are replaced (onlyReplaceFailedPods; gate JobPodReplacementPolicy, on from 1.29). */
export const waitsForEnd = (job: Job): boolean => job.podReplacementPolicy === 'Failed'

/**
 * Whether a Pod counts as failed: its phase says so, or it is being deleted and only Pods that have ended are not what is waited for
 * (isPodFailed, pkg/controller/job/job_controller.go, 1.26 … 1.36).
 */
export function isFailed(pod: Pod, job: Job): boolean {
  if (pod.phase === 'Failed') return true
  return !waitsForEnd(job) && pod.deletionTimestamp !== null && pod.phase !== 'Succeeded'
}

/** Pods being deleted that have not ended (CountTerminatingPods). */
export const terminatingPods = (pods: readonly Pod[]): Pod[] => pods.filter((pod) => pod.deletionTimestamp !== null && !isTerminal(pod))

/** The active ones. */
export const activePods = (pods: readonly Pod[]): Pod[] => pods.filter(isActive)

/** Restarts of the containers of Pods that have not ended: what `backoffLimit` is compared with under restartPolicy OnFailure. */
export function restartsOf(pods: readonly Pod[]): number {
  let restarts = 0
  for (const pod of pods) {
    if (isTerminal(pod)) continue
    for (const { restartCount } of [...pod.initContainerStatuses, ...pod.containerStatuses]) restarts += restartCount
  }
  return restarts
}

/** API timestamps have whole seconds. */
const second = (time: number): Instant => (Math.floor(time / 1e6) * 1e6) as Instant

/**
 * When a Pod ended, as the API tells: when its last container did (sidecars included, where there are such), else when it became unready, else
 * when its deletion was asked for, else when it was created. getFinishedTime (pkg/controller/job/backoff_utils.go, 1.27 … 1.36).
 */
export function finishedAt(pod: Pod, minor: number): Instant {
  const sidecars = pod.initContainerStatuses.filter((_, index) => isSidecar(pod.spec.initContainers[index], minor))
  const statuses = [...pod.containerStatuses, ...sidecars]
  if (statuses.length > 0 && statuses.every(({ state, finishedAt: end }) => state === 'terminated' && end !== null)) {
    return second(Math.max(...statuses.map(({ finishedAt: end }) => end as number)))
  }
  if (pod.containerStatuses.length > 0 && !pod.ready) return second(pod.readyTransition)
  if (pod.deletionTimestamp !== null) return second(pod.deletionTimestamp - (pod.deletionGracePeriodSeconds ?? 0) * 1e6)
  return second(pod.created)
}
