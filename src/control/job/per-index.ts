import type { Job, Pod } from '../../cluster/objects.ts'
import type { Duration, Instant } from '../../kernel/time.ts'
import type { Labels } from '../../scenario/specs.ts'
import { remaining } from './backoff.ts'
import { policyOf } from './failure-policy.ts'
import { finishedAt, indexOf, isFailed } from './pods.ts'

const FAILURES = 'batch.kubernetes.io/job-index-failure-count'
const IGNORED = 'batch.kubernetes.io/job-index-ignored-failure-count'

const countOf = ({ annotations }: Pick<Pod, 'annotations'>, name: string): number => Number(annotations[name] ?? 0)

/** Failures of a Pod's index before this Pod, those included that its policy ignored. */
const failuresBefore = (pod: Pod): number => countOf(pod, FAILURES) + countOf(pod, IGNORED)

/** Whether a failed Pod is the last that its index may have: isIndexFailed (pkg/controller/job/indexed_job_utils.go, 1.29 … 1.36). */
export function failsIndex(job: Job, pod: Pod): boolean {
  if (job.backoffLimitPerIndex === null || !isFailed(pod, job)) return false
  const action = policyOf(job, pod)
  return action === 'FailIndex' || (action !== 'Ignore' && countOf(pod, FAILURES) >= job.backoffLimitPerIndex)
}

/**
 * The failed Pod of each index that has yet to be replaced: it keeps its finalizer until its successor has taken over its count of
 * failures. getPodsWithDelayedDeletionPerIndex (pkg/controller/job/indexed_job_utils.go, 1.29 … 1.36).
 */
export function heldPods(job: Job, tracked: readonly Pod[], done: readonly number[], minor: number): ReadonlyMap<number, Pod> {
  const held = new Map<number, Pod>()
  if (job.backoffLimitPerIndex === null) return held
  const settled = new Set(done)
  for (const pod of tracked) {
    const index = indexOf(pod)
    if (settled.has(index) || !isFailed(pod, job)) continue
    const before = held.get(index)
    const later =
      before !== undefined && failuresBefore(before) <= failuresBefore(pod) && finishedAt(pod, minor) >= finishedAt(before, minor)
    if (before === undefined || later) held.set(index, pod)
  }
  return held
}

/** Annotations of an index's next Pod: failures so far. addIndexFailureCountAnnotation. */
export function countAnnotations(job: Job, replaced: Pod | undefined): Labels {
  if (job.backoffLimitPerIndex === null) return {}
  const ignores = replaced !== undefined && policyOf(job, replaced) === 'Ignore'
  const failures = replaced === undefined ? 0 : countOf(replaced, FAILURES) + (ignores ? 0 : 1)
  const ignored = replaced === undefined ? 0 : countOf(replaced, IGNORED) + (ignores ? 1 : 0)
  return { [FAILURES]: `${failures}`, ...(ignored > 0 ? { [IGNORED]: `${ignored}` } : {}) }
}

/**
 * Which of these indexes may have a Pod now; none: after how long the first may [µs], counted from the end of its last Pod.
 * getPodCreationInfoForIndependentIndexes.
 */
export function creatable(
  indexes: readonly number[],
  held: ReadonlyMap<number, Pod>,
  now: Instant,
  minor: number,
): { readonly create: readonly number[]; readonly again: Duration | null } {
  const wait = (index: number): Duration => {
    const last = held.get(index)
    return last === undefined
      ? (0 as Duration)
      : remaining({ failures: failuresBefore(last) + 1, last: finishedAt(last, minor) }, now, minor)
  }
  const create = indexes.filter((index) => wait(index) === 0)
  return { create, again: create.length > 0 || indexes.length === 0 ? null : (Math.min(...indexes.map(wait)) as Duration) }
}
