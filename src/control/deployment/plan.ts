import type { Deployment, DeploymentStatus, ReplicaSet } from '../../cluster/objects.ts'
import type { Instant } from '../../kernel/time.ts'
import { cleanable } from './history.ts'
import { limitsOf } from './limits.ts'
import { countsOf, hasDeadline, isComplete, recheckAfter, rolloutStatus, sameStatus } from './progress.ts'
import { newReplicas, scaleDownOld } from './rolling.ts'
import { isScalingEvent, scale } from './scaling.ts'
import { activeSets, byCreation, type Scale, type SetView } from './sets.ts'
import type { Step, View } from './steps.ts'
import { newSetDraft } from './template.ts'

/** A sync as it is being planned. */
interface Draft {
  readonly view: View
  readonly old: readonly ReplicaSet[]
  readonly now: Instant
  readonly steps: Step[]
  newSet: SetView | null
  /** The Deployment's status as the sync has changed its copy. */
  status: DeploymentStatus
}

/** The calls of one sync of a Deployment, in order: `syncDeployment` (pkg/controller/deployment/deployment_controller.go, 1.20 … 1.36). */
export function plan(view: View, now: Instant): readonly Step[] {
  const { deployment, newSet, sets } = view
  const old = sets.filter((set) => set !== newSet)
  const draft: Draft = { view, old, now, steps: [], newSet, status: deployment.status }
  if (deployment.deletionTimestamp !== null) {
    writeCounts(draft)
    return draft.steps
  }
  checkPaused(draft)
  syncNewSet(draft)
  if (deployment.paused) {
    scaleAll(draft)
    cleanUp(draft)
    writeCounts(draft)
    return draft.steps
  }
  if (draft.steps.at(-1)?.do === 'annotate') draft.steps.push(draft.steps.at(-1) as Step)
  if (isScalingEvent(deployment, sets)) {
    scaleAll(draft)
    writeCounts(draft)
  } else if (deployment.strategy === 'Recreate') recreate(draft)
  else roll(draft)
  return draft.steps
}

/** checkPausedConditions: says that time does not count while a rollout is paused. */
function checkPaused(draft: Draft): void {
  const { deployment } = draft.view
  const { progressing } = draft.status
  if (!hasDeadline(deployment) || progressing === 'ProgressDeadlineExceeded') return
  if (deployment.paused !== (progressing === 'DeploymentPaused')) {
    setCondition(draft, deployment.paused ? 'DeploymentPaused' : 'DeploymentResumed')
  }
}

function setCondition(draft: Draft, progressing: DeploymentStatus['progressing']): void {
  draft.status = { ...draft.status, progressing, progressTime: draft.now }
  draft.steps.push({ do: 'status', status: draft.status })
}

/**
 * The part of `getNewReplicaSet` for one that exists: brings its annotations up to date, once for the question whether this is a scaling
 * event and once for the rollout (the second meets a conflict, and the sync is repeated).
 */
function syncNewSet(draft: Draft): void {
  const { deployment, newSet } = draft.view
  if (newSet === null) return
  const revision = Math.max(newSet.revision, nextRevision(draft.old))
  const { annotations, minReadySeconds } = deployment
  if (revision !== newSet.revision || minReadySeconds !== newSet.minReadySeconds || !contains(newSet.annotations, annotations)) {
    const fields = { revision, minReadySeconds, annotations: { ...newSet.annotations, ...annotations } }
    draft.steps.push({ do: 'annotate', set: newSet, fields, specChanged: minReadySeconds !== newSet.minReadySeconds })
  } else if (hasDeadline(deployment) && draft.status.progressing === '') setCondition(draft, 'FoundNewReplicaSet')
}

const nextRevision = (old: readonly ReplicaSet[]): number => old.reduce((most, set) => Math.max(most, set.revision), 0) + 1

const contains = (all: Readonly<Record<string, string>>, some: Readonly<Record<string, string>>): boolean =>
  Object.entries(some).every(([key, value]) => all[key] === value)

/** The part of `getNewReplicaSet` that creates one. */
function createNewSet(draft: Draft): SetView {
  const { deployment, text } = draft.view
  const replicas = newReplicas(deployment, 0, draft.old)
  const set = newSetDraft(deployment, text, replicas, nextRevision(draft.old))
  draft.steps.push({ do: 'create', draft: set })
  if (hasDeadline(deployment)) setCondition(draft, 'NewReplicaSetCreated')
  return { ...set, id: -1, created: draft.now }
}

/** rolloutRolling (rolling.go): one scale-up or one scale-down. A ReplicaSet created in this sync has its size already. */
function roll(draft: Draft): void {
  const { deployment } = draft.view
  draft.newSet ??= createNewSet(draft)
  const { newSet } = draft
  const replicas = newReplicas(deployment, newSet.replicas, draft.old)
  if (replicas !== newSet.replicas) pushScales(draft, [{ id: newSet.id, replicas }])
  else {
    const scales = scaleDownOld(deployment, newSet, draft.old)
    pushScales(draft, scales)
    if (scales.length === 0 && isComplete(deployment, draft.status)) cleanUp(draft)
  }
  writeRollout(draft)
}

/** rolloutRecreate (recreate.go): nothing new before every old Pod is gone. */
function recreate(draft: Draft): void {
  const { deployment, oldPodsRun } = draft.view
  const active = activeSets(draft.old)
  if (active.length > 0)
    pushScales(
      draft,
      active.map(({ id }) => ({ id, replicas: 0 })),
    )
  else if (!oldPodsRun && draft.old.every((set) => set.status.replicas === 0)) {
    draft.newSet ??= createNewSet(draft)
    const { newSet } = draft
    if (newSet.replicas !== deployment.replicas) pushScales(draft, [{ id: newSet.id, replicas: deployment.replicas }])
    if (isComplete(deployment, draft.status)) cleanUp(draft)
  }
  writeRollout(draft)
}

function scaleAll(draft: Draft): void {
  const { deployment } = draft.view
  pushScales(draft, scale(deployment, draft.newSet, draft.old))
}

/** One PUT for each size or annotation that changes: `scaleReplicaSet` (sync.go). */
function pushScales(draft: Draft, scales: readonly Scale[]): void {
  const { deployment, sets } = draft.view
  const desiredReplicas = deployment.replicas
  const maxReplicas = desiredReplicas + limitsOf(deployment).surge
  const sizes = new Map(sets.map((set) => [set.id, set.replicas]))
  for (const { id, replicas } of scales) {
    const set = sets.find((one) => one.id === id) as ReplicaSet
    const from = sizes.get(id) as number
    if (from === replicas && set.desiredReplicas === desiredReplicas && set.maxReplicas === maxReplicas) continue
    draft.steps.push({ do: 'scale', set, from, fields: { replicas, desiredReplicas, maxReplicas } })
    sizes.set(id, replicas)
  }
}

function cleanUp(draft: Draft): void {
  for (const set of cleanable(draft.old, draft.view.deployment.revisionHistoryLimit)) draft.steps.push({ do: 'delete', set })
}

const counts = ({ view, old, newSet, status }: Draft): DeploymentStatus =>
  countsOf(view.deployment, status, newSet === null ? old : [...old, newSet], newSet)

/** syncDeploymentStatus (sync.go). */
function writeCounts(draft: Draft): void {
  const status = counts(draft)
  if (!sameStatus(draft.status, status)) draft.steps.push({ do: 'status', status })
}

/** syncRolloutStatus (progress.go). */
function writeRollout(draft: Draft): void {
  const { deployment } = draft.view
  const status = rolloutStatus(deployment, draft.status, counts(draft), draft.now)
  if (!sameStatus(draft.status, status)) draft.steps.push({ do: 'status', status })
  else {
    const delay = recheckAfter(deployment, status, draft.now)
    if (delay !== null) draft.steps.push({ do: 'requeue', delay })
  }
}

/** The ReplicaSet whose template is the Deployment's; of several the oldest: `FindNewReplicaSet`. */
export function findNewSet(
  deployment: Deployment,
  sets: readonly ReplicaSet[],
  textOf: (set: ReplicaSet | Deployment) => string,
): ReplicaSet | null {
  const text = textOf(deployment)
  return [...sets].sort(byCreation).find((set) => textOf(set) === text) ?? null
}
