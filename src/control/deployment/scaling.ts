import type { Deployment } from '../../cluster/objects.ts'
import { limitsOf } from './limits.ts'
import { activeSets, byCreation, desiredOf, type Scale, type SetView } from './sets.ts'

type Scaled = Pick<Deployment, 'replicas' | 'strategy' | 'maxSurge' | 'maxUnavailable'> & { readonly status: { readonly replicas: number } }

/**
 * Whether the Deployment was scaled since its ReplicaSets were last written: an active one carries another desired number.
 * pkg/controller/deployment/sync.go:isScalingEvent (1.20 … 1.36).
 */
export const isScalingEvent = (deployment: Scaled, sets: readonly SetView[]): boolean =>
  activeSets(sets).some((set) => set.desiredReplicas !== null && set.desiredReplicas !== deployment.replicas)

/** Go's rounding of a number: half away from zero. */
const round = (n: number): number => (n < 0 ? -Math.floor(0.5 - n) : Math.floor(n + 0.5))

/** What a ReplicaSet gains in proportion to its size, never more than is left. deployment_util.go:GetProportion, getReplicaSetFraction. */
export function proportion(set: SetView, deployment: Scaled, toAdd: number, added: number): number {
  if (set.replicas === 0 || toAdd === 0 || toAdd === added) return 0
  const allowed = toAdd - added
  const size = deployment.replicas + limitsOf(deployment).surge
  const annotated = set.maxReplicas ?? deployment.status.replicas
  const fraction = deployment.replicas === 0 ? -set.replicas : round((set.replicas * size) / annotated) - set.replicas
  return toAdd > 0 ? Math.min(fraction, allowed) : Math.max(fraction, allowed)
}

/**
 * New sizes on a change of the desired number (or while paused): the only active ReplicaSet, or the latest, takes it all; a saturated new one takes
 * the others' place; else, in a rolling update, all grow or shrink in proportion, and the largest takes what rounding leaves. A size that stays is listed too:
 * its annotations may have to be written.
 * pkg/controller/deployment/sync.go:scale (1.20 … 1.36).
 */
export function scale(deployment: Scaled, newSet: SetView | null, old: readonly SetView[]): Scale[] {
  const all = newSet === null ? [...old] : [...old, newSet]
  const active = activeSets(all)
  const newest = newSet ?? [...old].sort(byCreation).at(-1)
  const only = active.length > 1 ? undefined : (active[0] ?? newest)
  if (only !== undefined) return only.replicas === deployment.replicas ? [] : [{ id: only.id, replicas: deployment.replicas }]
  if (newSet !== null && isSaturated(deployment, newSet)) return activeSets(old).map(({ id }) => ({ id, replicas: 0 }))
  return deployment.strategy === 'RollingUpdate' ? scaleInProportion(deployment, active) : []
}

function scaleInProportion(deployment: Scaled, active: readonly SetView[]): Scale[] {
  const allowed = deployment.replicas > 0 ? deployment.replicas + limitsOf(deployment).surge : 0
  const toAdd = allowed - desiredOf(active)
  const sign = toAdd > 0 ? -1 : 1
  const sets = toAdd === 0 ? active : [...active].sort((a, b) => b.replicas - a.replicas || sign * byCreation(a, b))
  let added = 0
  const scales = sets.map((set) => {
    const share = proportion(set, deployment, toAdd, added)
    added += share
    return { id: set.id, replicas: set.replicas + share }
  })
  const [largest, ...others] = scales
  if (largest === undefined || toAdd === 0) return scales
  return [{ id: largest.id, replicas: Math.max(0, largest.replicas + toAdd - added) }, ...others]
}

/** Whether the new ReplicaSet has all replicas, available, under the present annotation: `IsSaturated`. */
const isSaturated = (deployment: Scaled, newSet: SetView): boolean =>
  newSet.replicas === deployment.replicas &&
  newSet.desiredReplicas === deployment.replicas &&
  newSet.status.availableReplicas === deployment.replicas
