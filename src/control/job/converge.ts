import { admitPod } from '../../cluster/admission.ts'
import type { Job } from '../../cluster/objects.ts'
import type { Run } from '../../cluster/world.ts'
import { factsOf } from './facts.ts'
import { countAnnotations } from './per-index.ts'
import { wantActive } from './plan.ts'
import { JobTemplates, jobPodDraft, NO_INDEX, ownerOf, TRACKED_SINCE, TRACKING } from './pods.ts'

const isOpen = (job: Job): boolean => job.status.end === null

/** Every Job that has not ended runs as many Pods as it wants at first. Before any process has started. */
export function convergeJobs(run: Run): void {
  const { lineages, profile, store } = run.world
  const templates = new JobTemplates()
  for (const job of [...store.tables.Job].filter(isOpen)) {
    const template = templates.of(job, profile.minor)
    const count = wantActive(job, job.status.succeeded, 0)
    for (let i = 0; i < count; i++) {
      const index = job.completionMode === 'Indexed' ? i : NO_INDEX
      const place = index === NO_INDEX ? lineages.take(ownerOf(job)) : lineages.takeAt(ownerOf(job), index)
      const pod = store.create(
        run,
        'Pod',
        admitPod(run, jobPodDraft(job, template, place, index, profile.minor, countAnnotations(job, undefined))),
      )
      lineages.settle(pod.id, place)
    }
  }
}

/** Jobs have started, and their status counts their Pods. */
export function convergeJobStatus(run: Run): void {
  const { store } = run.world
  for (const job of [...store.tables.Job].filter(isOpen)) {
    const pods = [...store.pods].filter(({ owner }) => owner?.kind === 'Job' && owner.id === job.id)
    const { active } = factsOf(job, pods, run.world.profile.minor)
    const startTime = job.suspend ? null : run.now
    const ready = active.filter((pod) => pod.ready).length
    store.update(run, job, { status: { ...job.status, active: active.length, ready, startTime, suspended: job.suspend } })
  }
}

/** Recorded Pods of Jobs are tracked, as far as they have not ended: those that have are in the recorded counts. */
export function takeRecordedJobPods(run: Run): void {
  const { profile, store } = run.world
  if (profile.minor < TRACKED_SINCE) return
  for (const pod of [...store.pods]) {
    if (pod.owner?.kind === 'Job' && pod.phase !== 'Succeeded' && pod.phase !== 'Failed') store.update(run, pod, { finalizers: [TRACKING] })
  }
}
