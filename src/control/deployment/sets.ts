import type { ReplicaSet } from '../../cluster/objects.ts'
import { timestamp } from '../../cluster/timestamp.ts'

/** What planning needs of a ReplicaSet; one that is still to be created has id −1. */
export type SetView = Pick<ReplicaSet, 'id' | 'name' | 'created' | 'replicas' | 'desiredReplicas' | 'maxReplicas' | 'status'>

/** A ReplicaSet and the number of replicas it is to have. */
export interface Scale {
  readonly id: number
  readonly replicas: number
}

/** Oldest first, by name within a second (`ReplicaSetsByCreationTimestamp`). */
export function byCreation(a: SetView, b: SetView): number {
  return timestamp(a.created) - timestamp(b.created) || (a.name < b.name ? -1 : a.name > b.name ? 1 : 0)
}

/** Sum of `spec.replicas`. */
export const desiredOf = (sets: readonly SetView[]): number => sets.reduce((sum, set) => sum + set.replicas, 0)

/** Sum of `status.availableReplicas`. */
export const availableOf = (sets: readonly SetView[]): number => sets.reduce((sum, set) => sum + set.status.availableReplicas, 0)

/** Those that want Pods: `FilterActiveReplicaSets`. */
export const activeSets = <Set extends SetView>(sets: readonly Set[]): Set[] => sets.filter((set) => set.replicas > 0)
