import type { Change } from '../cluster/change-log.ts'
import type { ApiObject, DaemonSet, Deployment, ReplicaSet, StatefulSet } from '../cluster/objects.ts'
import { objectName } from '../cluster/workloads.ts'
import { scaledUp } from '../control/daemonset/rolling.ts'
import { isDeletingDependents } from '../control/garbage-collector/graph.ts'
import type { IntOrPercent } from '../scenario/specs.ts'

/** How many Pods a workload wants, and how many must serve for it to count as up. */
export interface Desire {
  readonly workload: string
  readonly desired: number
  readonly required: number
  /** `status.availableReplicas`. */
  readonly available: number
}

/** `maxUnavailable` of a Deployment as a number: percentages round down (deployment_util.go:ResolveFenceposts, 1.20 … 1.36). */
export function unavailableAllowed(maxUnavailable: IntOrPercent, replicas: number): number {
  const allowed = 'count' in maxUnavailable ? maxUnavailable.count : Math.floor((maxUnavailable.percent * replicas) / 100)
  return Math.min(allowed, replicas)
}

/** Kinds that keep a number of Pods. */
const CONTROLLERS: ReadonlySet<string> = new Set(['Deployment', 'ReplicaSet', 'ReplicationController', 'StatefulSet'])

/** Whether a controller takes its Pods with it: it is gone, or goes when they are. One that has let them go takes none. */
function takesPods({ before, after }: Change): boolean {
  if (after === undefined) return before?.deletionTimestamp === null
  return isDeletingDependents(after)
}

/**
 * What a change of a top-most controller says about its workload; null for every other object, and for one that goes at the end of its
 * deletion. A deleted one wants nothing, unless its Pods were orphaned. `nameOf`: the workload of an object without an owner.
 */
export function desireOf(change: Change, nameOf: (object: ApiObject) => string = objectName): Desire | null {
  const object = change.after ?? change.before
  if (object === undefined || object.owner !== null) return null
  const gone = takesPods(change)
  if (change.after === undefined && !gone) return null
  if (object.kind === 'DaemonSet') return desireOfDaemons(object as DaemonSet, gone)
  if (!CONTROLLERS.has(object.kind)) return null
  const workload = nameOf(object)
  if (gone) return { workload, desired: 0, required: 0, available: 0 }
  const { replicas, status } = object as Deployment | ReplicaSet | StatefulSet
  const slack = object.kind === 'Deployment' ? unavailableAllowed((object as Deployment).maxUnavailable, replicas) : 0
  return { workload, desired: replicas, required: replicas - slack, available: status.availableReplicas }
}

/**
 * A DaemonSet wants a Pod on every Node where it should run, as its status says; a Node that is down is none of them once it is tainted. A
 * ready Pod that it keeps elsewhere is wanted too. Up: no more than maxUnavailable are missing (rounded up, as in its rollout).
 */
function desireOfDaemons(set: DaemonSet, gone: boolean): Desire {
  const workload = objectName(set)
  if (gone) return { workload, desired: 0, required: 0, available: 0 }
  const { desiredNumberScheduled, numberAvailable } = set.status
  const desired = desiredNumberScheduled + set.readyElsewhere
  return { workload, desired, required: Math.max(0, desired - scaledUp(set.maxUnavailable, desired)), available: numberAvailable }
}
