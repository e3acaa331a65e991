import type { Deployment, DeploymentStatus } from '../../cluster/objects.ts'
import { timestamp } from '../../cluster/timestamp.ts'
import { type Instant, seconds } from '../../kernel/time.ts'
import { availableOf, desiredOf, type SetView } from './sets.ts'

/** `math.MaxInt32`: no deadline. */
const NO_DEADLINE = 2 ** 31 - 1

type Observed = Pick<Deployment, 'replicas' | 'generation' | 'progressDeadlineSeconds'>

/** Whether lack of progress is ever reported. */
export const hasDeadline = ({ progressDeadlineSeconds }: Observed): boolean => progressDeadlineSeconds < NO_DEADLINE

/** The counts of a status, from the ReplicaSets' own; the Progressing condition is kept. `calculateStatus`, sync.go (1.20 … 1.36). */
export function countsOf(
  deployment: Deployment,
  kept: DeploymentStatus,
  sets: readonly SetView[],
  newSet: SetView | null,
): DeploymentStatus {
  const availableReplicas = availableOf(sets)
  return {
    ...kept,
    observedGeneration: deployment.generation,
    replicas: sets.reduce((sum, { status }) => sum + status.replicas, 0),
    updatedReplicas: newSet === null ? 0 : newSet.status.replicas,
    readyReplicas: sets.reduce((sum, { status }) => sum + status.readyReplicas, 0),
    availableReplicas,
    unavailableReplicas: Math.max(0, desiredOf(sets) - availableReplicas),
  }
}

/** `DeploymentComplete` (deployment_util.go, 1.20 … 1.36). */
export const isComplete = ({ replicas, generation }: Observed, status: DeploymentStatus): boolean =>
  status.updatedReplicas === replicas &&
  status.replicas === replicas &&
  status.availableReplicas === replicas &&
  status.observedGeneration >= generation

/** `DeploymentProgressing`: more updated, ready or available Pods, or fewer old ones. */
export const hasProgressed = (before: DeploymentStatus, after: DeploymentStatus): boolean =>
  after.updatedReplicas > before.updatedReplicas ||
  after.replicas - after.updatedReplicas < before.replicas - before.updatedReplicas ||
  after.readyReplicas > before.readyReplicas ||
  after.availableReplicas > before.availableReplicas

/** `DeploymentTimedOut`: no progress for longer than the deadline; never after completion. */
export function isTimedOut({ progressDeadlineSeconds }: Observed, { progressing, progressTime }: DeploymentStatus, now: Instant): boolean {
  if (progressing === '' || progressing === 'NewReplicaSetAvailable') return false
  return progressing === 'ProgressDeadlineExceeded' || timestamp(progressTime) + seconds(progressDeadlineSeconds) < now
}

/** The status after a sync that rolled out: counts, and what they say about progress. progress.go:syncRolloutStatus (1.20 … 1.36). */
export function rolloutStatus(deployment: Observed, before: DeploymentStatus, counts: DeploymentStatus, now: Instant): DeploymentStatus {
  const settled = counts.replicas === counts.updatedReplicas && before.progressing === 'NewReplicaSetAvailable'
  if (!hasDeadline(deployment) || settled) return counts
  const becomes = (progressing: DeploymentStatus['progressing']): DeploymentStatus =>
    before.progressing === progressing ? counts : { ...counts, progressing, progressTime: now }
  if (isComplete(deployment, counts)) return becomes('NewReplicaSetAvailable')
  if (hasProgressed(before, counts)) return { ...counts, progressing: 'ReplicaSetUpdated', progressTime: now }
  return isTimedOut(deployment, counts, now) ? becomes('ProgressDeadlineExceeded') : counts
}

/**
 * When to look again for lack of progress [µs from now]: 0 with back-off at once, null never. progress.go:requeueStuckDeployment (1.20 … 1.36).
 */
export function recheckAfter(deployment: Observed, status: DeploymentStatus, now: Instant): number | null {
  if (!hasDeadline(deployment) || status.progressing === '' || isComplete(deployment, status)) return null
  if (status.progressing === 'ProgressDeadlineExceeded') return null
  const left = timestamp(status.progressTime) + seconds(deployment.progressDeadlineSeconds) - now
  return left < seconds(1) ? 0 : left + seconds(1)
}

/** Whether two statuses say the same. */
export const sameStatus = (a: DeploymentStatus, b: DeploymentStatus): boolean =>
  (Object.keys(a) as (keyof DeploymentStatus)[]).every((field) => a[field] === b[field])
