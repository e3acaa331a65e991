import type { Deployment } from '../../cluster/objects.ts'
import { limitsOf } from './limits.ts'
import { activeSets, availableOf, byCreation, desiredOf, type Scale, type SetView } from './sets.ts'

type Rolling = Pick<Deployment, 'replicas' | 'strategy' | 'maxSurge' | 'maxUnavailable'>

/**
 * Replicas of the new ReplicaSet: as many as the room under desired + surge lets it have, never more than desired; under Recreate all at once.
 * `others` are all ReplicaSets but the new one. deployment_util.go:NewRSNewReplicas, rolling.go:reconcileNewReplicaSet (1.20 … 1.36).
 */
export function newReplicas(deployment: Rolling, present: number, others: readonly SetView[]): number {
  const { replicas, strategy } = deployment
  if (strategy === 'Recreate' || present >= replicas) return replicas
  const room = replicas + limitsOf(deployment).surge - present - desiredOf(others)
  return room <= 0 ? present : present + Math.min(room, replicas - present)
}

/**
 * Scale-downs of old ReplicaSets, in order: first of Pods that are not available (they cost nothing), then as many available ones as exceed
 * desired − maxUnavailable. Oldest ReplicaSet first; one may occur twice.
 * pkg/controller/deployment/rolling.go:reconcileOldReplicaSets (1.20 … 1.36).
 */
export function scaleDownOld(deployment: Rolling, newSet: SetView, old: readonly SetView[]): Scale[] {
  const oldDesired = desiredOf(old)
  if (oldDesired === 0) return []
  const minAvailable = deployment.replicas - limitsOf(deployment).unavailable
  const newUnavailable = newSet.replicas - newSet.status.availableReplicas
  const most = oldDesired + newSet.replicas - minAvailable - newUnavailable
  if (most <= 0) return []
  const sets = activeSets(old).sort(byCreation)
  const { scales: cleaned, ends } = cleanupUnhealthy(sets, most)
  if (ends) return [...cleaned]
  const left = new Map([
    ...sets.map((set) => [set.id, set.replicas] as const),
    ...cleaned.map(({ id, replicas }) => [id, replicas] as const),
  ])
  let budget = availableOf([...sets, newSet]) - minAvailable
  const scales = [...cleaned]
  for (const { id } of sets) {
    const replicas = left.get(id) as number
    const count = Math.min(replicas, budget)
    if (count <= 0) continue
    scales.push({ id, replicas: replicas - count })
    budget -= count
  }
  return scales
}

/** Scale-downs, and whether a ReplicaSet was met that cannot be judged. */
interface Cleanup {
  readonly scales: readonly Scale[]
  readonly ends: boolean
}

/**
 * Reduces ReplicaSets by what they have not available, `most` in all. One with more available than it should have, for its status is of
 * before its last scaling, ends this sync's scaling down. rolling.go:cleanupUnhealthyReplicas (“got invalid request to scale down”; 1.20 …
 * 1.36).
 */
export function cleanupUnhealthy(oldestFirst: readonly SetView[], most: number): Cleanup {
  const scales: Scale[] = []
  let budget = most
  for (const { id, replicas, status } of oldestFirst) {
    if (budget <= 0) break
    const count = Math.min(budget, replicas - status.availableReplicas)
    if (count < 0) return { scales, ends: true }
    if (count === 0) continue
    scales.push({ id, replicas: replicas - count })
    budget -= count
  }
  return { scales, ends: false }
}
