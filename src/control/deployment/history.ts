import type { ReplicaSet } from '../../cluster/objects.ts'

/** `math.MaxInt32`: every old ReplicaSet is kept. */
const UNLIMITED = 2 ** 31 - 1

/**
 * Old ReplicaSets beyond the history limit, oldest revision first, that have and want no Pods.
 * pkg/controller/deployment/sync.go:cleanupDeployment (1.20 … 1.36; ordered by creation before 1.21).
 */
export function cleanable(old: readonly ReplicaSet[], limit: number): ReplicaSet[] {
  if (limit >= UNLIMITED) return []
  const excess = old.length - limit
  if (excess <= 0) return []
  const oldest = [...old].sort((a, b) => a.revision - b.revision || a.created - b.created || a.id - b.id).slice(0, excess)
  return oldest.filter(
    ({ replicas, status, generation }) => replicas === 0 && status.replicas === 0 && generation <= status.observedGeneration,
  )
}
