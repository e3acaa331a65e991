import type { DaemonSet, DaemonSetStatus, Pod } from '../../cluster/objects.ts'
import type { Instant } from '../../kernel/time.ts'
import { isAvailable } from '../replicaset/status.ts'
import { byAge, type NodeRow } from './plan.ts'
import { isUpdated } from './template.ts'

/** What one sync writes of a DaemonSet. */
export type DaemonFields = Pick<DaemonSet, 'status' | 'readyElsewhere'>

/**
 * `updateDaemonSetStatus` (pkg/controller/daemon/daemon_controller.go, 1.20 … 1.36). `observed`: the sync has acted on the present spec; else
 * the generation stays as it was.
 */
export function statusOf(set: DaemonSet, rows: readonly NodeRow[], hash: string, now: Instant, observed: boolean): DaemonFields {
  const wanted = rows.filter(({ node, shouldRun }) => node !== undefined && shouldRun)
  const others = rows.filter(({ node, shouldRun, pods }) => node !== undefined && !shouldRun && pods.length > 0)
  const first = wanted.flatMap(({ pods }) => pods.toSorted(byAge).slice(0, 1))
  const ready = first.filter((pod) => pod.ready)
  const numberAvailable = ready.filter((pod) => isAvailable(pod, set.minReadySeconds, now)).length
  const status: DaemonSetStatus = {
    desiredNumberScheduled: wanted.length,
    currentNumberScheduled: first.length,
    numberMisscheduled: others.length,
    numberReady: ready.length,
    updatedNumberScheduled: first.filter((pod) => isUpdated(pod, hash)).length,
    numberAvailable,
    numberUnavailable: wanted.length - numberAvailable,
    observedGeneration: observed ? set.generation : set.status.observedGeneration,
  }
  return { status, readyElsewhere: others.flatMap(({ pods }) => pods.filter(counts)).length }
}

const counts = (pod: Pod): boolean => pod.ready && pod.deletionTimestamp === null

/** Whether writing `next` would change what `set` says. */
export function differs(set: DaemonSet, next: DaemonFields): boolean {
  const names = Object.keys(next.status) as (keyof DaemonSetStatus)[]
  return set.readyElsewhere !== next.readyElsewhere || names.some((name) => set.status[name] !== next.status[name])
}
