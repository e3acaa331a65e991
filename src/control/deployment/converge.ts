import type { Deployment, ReplicaSet } from '../../cluster/objects.ts'
import { selectorMatches } from '../../cluster/selectors.ts'
import type { Run } from '../../cluster/world.ts'
import { limitsOf } from './limits.ts'
import { findNewSet } from './plan.ts'
import { countsOf, hasDeadline, isComplete, sameStatus } from './progress.ts'
import { newSetDraft, TemplateTexts } from './template.ts'

/** ReplicaSets of the store by the id of their Deployment. */
function setsByDeployment(run: Run): Map<number, ReplicaSet[]> {
  const owned = new Map<number, ReplicaSet[]>()
  for (const set of run.world.store.tables.ReplicaSet) {
    if (set.owner === null) continue
    const sets = owned.get(set.owner.id)
    if (sets === undefined) owned.set(set.owner.id, [set])
    else sets.push(set)
  }
  return owned
}

/** Gives every ReplicaSet without owner to the first Deployment that selects it. */
function adoptAll(run: Run): void {
  const { store } = run.world
  const orphans = [...store.tables.ReplicaSet].filter((set) => set.owner === null)
  if (orphans.length === 0) return
  const deployments = [...store.tables.Deployment]
  for (const set of orphans) {
    const owner = deployments.find((one) => one.namespace === set.namespace && selectorMatches(one.selector, set.labels))
    if (owner !== undefined) store.update(run, set, { owner: { kind: 'Deployment', id: owner.id } })
  }
}

/**
 * Every Deployment has rolled out: a ReplicaSet of its template with all replicas, the others at none. A paused one keeps what it has. Before any process
 * has started.
 */
export function convergeDeployments(run: Run): void {
  const { store } = run.world
  const texts = new TemplateTexts()
  adoptAll(run)
  const owned = setsByDeployment(run)
  for (const deployment of store.tables.Deployment) {
    const sets = owned.get(deployment.id) ?? []
    const newSet = findNewSet(deployment, sets, (one) => texts.of(one.template))
    if (deployment.paused) continue
    for (const set of sets) convergeSet(run, deployment, set, set === newSet, sets.length)
    if (newSet === null) {
      store.create(run, 'ReplicaSet', newSetDraft(deployment, texts.of(deployment.template), deployment.replicas, sets.length + 1))
    }
  }
}

function convergeSet(run: Run, deployment: Deployment, set: ReplicaSet, isNew: boolean, revision: number): void {
  const desiredReplicas = deployment.replicas
  const maxReplicas = desiredReplicas + limitsOf(deployment).surge
  const { minReadySeconds, annotations } = deployment
  const fields = isNew
    ? {
        replicas: desiredReplicas,
        desiredReplicas,
        maxReplicas,
        revision,
        minReadySeconds,
        annotations: { ...set.annotations, ...annotations },
      }
    : { replicas: 0, desiredReplicas, maxReplicas }
  run.world.store.update(run, set, fields, true)
}

/** Every Deployment reports its ReplicaSets; where all replicas are available its rollout is complete, else its deadline has passed. */
export function convergeDeploymentStatus(run: Run): void {
  const { store } = run.world
  const texts = new TemplateTexts()
  const owned = setsByDeployment(run)
  for (const deployment of store.tables.Deployment) {
    const sets = owned.get(deployment.id) ?? []
    const newSet = findNewSet(deployment, sets, (one) => texts.of(one.template))
    const counts = countsOf(deployment, deployment.status, sets, newSet)
    const status = { ...counts, progressing: progressOf(deployment, counts), progressTime: run.now }
    if (!sameStatus(deployment.status, status)) store.update(run, deployment, { status })
  }
}

function progressOf(deployment: Deployment, counts: Deployment['status']): Deployment['status']['progressing'] {
  if (!hasDeadline(deployment)) return ''
  if (deployment.paused) return 'DeploymentPaused'
  return isComplete(deployment, counts) ? 'NewReplicaSetAvailable' : 'ProgressDeadlineExceeded'
}
