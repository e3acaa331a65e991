import type { Change } from '../cluster/change-log.ts'
import type { Deployment, ReplicaSet, StatefulSet } from '../cluster/objects.ts'
import { objectName } from '../cluster/workloads.ts'
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

/** What a change of a top-most controller says about its workload; null for every other object. A deleted one wants nothing. */
export function desireOf(change: Change): Desire | null {
  const object = change.after ?? change.before
  if (object === undefined || object.owner !== null) return null
  if (!CONTROLLERS.has(object.kind)) return null
  const workload = objectName(object)
  if (change.after === undefined) return { workload, desired: 0, required: 0, available: 0 }
  const { replicas, status } = object as Deployment | ReplicaSet | StatefulSet
  const slack = object.kind === 'Deployment' ? unavailableAllowed((object as Deployment).maxUnavailable, replicas) : 0
  return { workload, desired: replicas, required: replicas - slack, available: status.availableReplicas }
}
