/** Most Pods one sync creates or deletes (BurstReplicas, pkg/controller/replicaset/replica_set.go, 1.20 … 1.36). */
const BURST_REPLICAS = 500

/** What a ReplicaSet does about its number of Pods: create that many, or delete that many; both 0 when it is right. */
export interface Plan {
  readonly create: number
  readonly remove: number
}

/** `ReplicaSetController.manageReplicas`: the difference between desired and active Pods, at most 500 at a time. */
export function plan(desired: number, active: number): Plan {
  return {
    create: Math.max(0, Math.min(desired - active, BURST_REPLICAS)),
    remove: Math.max(0, Math.min(active - desired, BURST_REPLICAS)),
  }
}

/**
 * Size of the next batch of a slow start: 1, then twice the batch before, never more than remain.
 * replica_set.go:slowStartBatch, SlowStartInitialBatchSize (1.20 … 1.36).
 */
export function nextBatch(remaining: number, batchBefore: number): number {
  return Math.min(remaining, batchBefore === 0 ? 1 : 2 * batchBefore)
}
