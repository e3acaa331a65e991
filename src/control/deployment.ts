import { Client } from '../cluster/client.ts'
import type { Component } from '../cluster/component.ts'
import type { Deployment, DeploymentId, ReplicaSet } from '../cluster/objects.ts'
import { compileSelector } from '../cluster/selectors.ts'
import { WorkQueue } from '../cluster/work-queue.ts'
import { type Kind, type Run, setState, stateKey, stateOf } from '../cluster/world.ts'
import { type Flags, integerFlag, resolveFlags } from '../scenario/flags.ts'
import { controllerManagerFlags } from './controller-manager-flags.ts'
import { claimSets, Ownership, podsLeft } from './deployment/ownership.ts'
import { findNewSet, plan } from './deployment/plan.ts'
import type { Step } from './deployment/steps.ts'
import { TemplateTexts } from './deployment/template.ts'

export { convergeDeploymentStatus, convergeDeployments } from './deployment/converge.ts'

/** A Deployment whose sync fails more often in a row is dropped until something changes (maxRetries, deployment_controller.go, 1.20 … 1.36). */
const MAX_RETRIES = 15

const deploymentFlags = {
  'concurrent-deployment-syncs': integerFlag(
    5,
    'Deployments synced at once.',
    'pkg/controller/deployment/config/v1alpha1/defaults.go, 1.20 … 1.36',
  ),
  ...controllerManagerFlags,
} satisfies Flags

/** A sync under way: its calls are made one after the other. */
interface Sync {
  readonly deployment: Deployment
  readonly steps: readonly Step[]
  next: number
  /** resourceVersions of ReplicaSets that this sync has written. */
  readonly versions: Map<number, number>
}

interface State {
  readonly client: Client
  readonly queue: WorkQueue<DeploymentId>
  readonly ownership: Ownership
  readonly texts: TemplateTexts
  readonly syncs: Map<DeploymentId, Sync>
}

const state = stateKey<State>('deployment')
const at = (run: Run): State => stateOf(run.world, state)

const SyncDeployment: Kind<DeploymentId> = { name: 'deployment/sync', on: sync }
const Due: Kind<DeploymentId> = { name: 'deployment/due', on: (run, id) => at(run).queue.arrive(run, id) }
const Answered: Kind<DeploymentId> = { name: 'deployment/answered', on: answered }

function sync(run: Run, id: DeploymentId): void {
  const { client, ownership, texts, syncs } = at(run)
  const { cache } = client.process
  const deployment = cache.get('Deployment', id)
  if (deployment === undefined) {
    finish(run, id, false)
    return
  }
  const claims = claimSets(cache, ownership, deployment)
  const { sets } = claims
  const newSet = findNewSet(deployment, sets, (one) => texts.of(one.template))
  const oldPodsRun = podsLeft(cache, sets, (set, pod) => set !== newSet && pod.phase !== 'Failed' && pod.phase !== 'Succeeded')
  const steps = [...claims.steps, ...plan({ deployment, sets, newSet, text: texts.of(deployment.template), oldPodsRun }, run.now)]
  syncs.set(id, { deployment, steps, next: 0, versions: new Map() })
  proceed(run, id)
}

/**
 * Whether the same sync would come to nothing again, whenever it is repeated, until the Deployment or one of its ReplicaSets changes: nothing but the check is to be done,
 * no deadline is running, and no Pod is waited for.
 */
const isIdle = ({ deployment, steps }: Sync): boolean =>
  steps.length === 1 && deployment.strategy === 'RollingUpdate' && deployment.status.progressing === 'NewReplicaSetAvailable'

/** Makes the next call; what needs none is done on the way. */
function proceed(run: Run, id: DeploymentId): void {
  const { queue, syncs } = at(run)
  const row = syncs.get(id) as Sync
  for (let step = row.steps[row.next]; step !== undefined; step = row.steps[++row.next]) {
    if (step.do !== 'requeue') {
      call(run, id, row, step)
      return
    }
    if (step.delay === 0 && isIdle(row)) queue.checkAgain(run, id)
    else if (step.delay === 0) queue.addRateLimited(run, id)
    else queue.addAfter(run, id, step.delay)
  }
  finish(run, id, false)
}

function call(run: Run, id: DeploymentId, { deployment, versions }: Sync, step: Exclude<Step, { do: 'requeue' }>): void {
  const { api } = run.world
  const { client } = at(run)
  switch (step.do) {
    case 'recheck':
      api.get(run, client, deployment, Answered, id)
      return
    case 'claim':
      api.update(run, client, step.set, { owner: step.adopt ? { kind: 'Deployment', id } : null }, 0, Answered, id)
      return
    case 'create':
      api.create(run, client, 'ReplicaSet', step.draft, Answered, id)
      return
    case 'annotate':
      api.update(run, client, step.set, step.fields, step.set.resourceVersion, Answered, id, step.specChanged)
      return
    case 'scale': {
      const version = versions.get(step.set.id) ?? step.set.resourceVersion
      api.update(run, client, step.set, step.fields, version, Answered, id, step.fields.replicas !== step.from)
      return
    }
    case 'delete':
      api.delete(run, client, step.set, Answered, id)
      return
    case 'status':
      api.update(run, client, deployment, { status: step.status }, deployment.resourceVersion, Answered, id)
  }
}

function answered(run: Run, id: DeploymentId, answer: number): void {
  const { client, syncs } = at(run)
  const row = syncs.get(id) as Sync
  const step = row.steps[row.next++] as Step
  if (answer < 0) {
    finish(run, id, true)
    return
  }
  if (step.do === 'create' && step.draft.replicas > 0) {
    client.notice(run, row.deployment.key, 'ScalingReplicaSet', `Scaled up replica set ${step.draft.name} to ${step.draft.replicas}`)
  }
  if (step.do === 'scale' || step.do === 'annotate') {
    const written = run.world.store.tables.ReplicaSet.get(answer) as ReplicaSet
    row.versions.set(answer, written.resourceVersion)
    if (step.do === 'scale' && written.replicas !== step.from) {
      const way = written.replicas > step.from ? 'up' : 'down'
      client.notice(run, row.deployment.key, 'ScalingReplicaSet', `Scaled ${way} replica set ${written.name} to ${written.replicas}`)
    }
  }
  proceed(run, id)
}

function finish(run: Run, id: DeploymentId, failed: boolean): void {
  const { queue, syncs } = at(run)
  syncs.delete(id)
  if (failed && queue.retries(id) < MAX_RETRIES) queue.addRateLimited(run, id)
  else queue.forget(id)
  queue.done(run, id)
}

/** Orphaned ReplicaSets concern every Deployment that would adopt them. */
function enqueueMatching(run: Run, set: ReplicaSet): void {
  const { client, queue } = at(run)
  for (const deployment of client.process.cache.all('Deployment')) {
    if (deployment.namespace === set.namespace && compileSelector(deployment.selector)(set.labels)) {
      queue.add(run, deployment.id as DeploymentId)
    }
  }
}

/** Rolls ReplicaSets over to the template of their Deployment: pkg/controller/deployment (1.20 … 1.36); kubernetes-semantics §5. */
export const deployment = {
  name: 'deployment',
  doc: 'Creates a ReplicaSet for each template of a Deployment and moves its replicas over within maxSurge and maxUnavailable.',
  process: 'kube-controller-manager',
  flags: deploymentFlags,
  watches: {
    Deployment: (run, _process, { before, after }) => at(run).queue.add(run, (after ?? (before as Deployment)).id as DeploymentId),
    ReplicaSet(run, _process, { before, after }) {
      const { ownership, queue } = at(run)
      ownership.put(before, after)
      const owner = after?.owner ?? null
      const wasOwner = before?.owner ?? null
      if (wasOwner !== null && owner !== wasOwner) queue.add(run, wasOwner.id as DeploymentId)
      if (owner !== null) queue.add(run, owner.id as DeploymentId)
      else if (after !== undefined && (before === undefined || wasOwner !== null || before.labels !== after.labels))
        enqueueMatching(run, after)
    },
    /** deletePod: a Deployment that recreates waits for its last Pod to go. */
    Pod(run, process, { before, after }) {
      if (after !== undefined || before?.owner?.kind !== 'ReplicaSet') return
      const owner = process.cache.get('ReplicaSet', before.owner.id)?.owner
      const parent = owner?.kind === 'Deployment' ? process.cache.get('Deployment', owner.id) : undefined
      if (parent?.strategy !== 'Recreate') return
      const sets = at(run).ownership.setsOf(process.cache, parent.id)
      if (!podsLeft(process.cache, sets, () => true)) at(run).queue.add(run, parent.id as DeploymentId)
    },
  },
  start(run, process) {
    const { api, profile, scenario } = run.world
    const flags = resolveFlags(deploymentFlags, profile, scenario.cluster.flags['kube-controller-manager'])
    const keyOf = (_run: Run, id: DeploymentId): string => process.cache.get('Deployment', id)?.key ?? ''
    const row: State = {
      client: new Client(api.clients, process, 'deployment-controller', flags['kube-api-qps'], flags['kube-api-burst']),
      queue: new WorkQueue('deployment', flags['concurrent-deployment-syncs'], SyncDeployment, Due, keyOf),
      ownership: new Ownership(),
      texts: new TemplateTexts(),
      syncs: new Map(),
    }
    setState(run.world, state, row)
    for (const set of process.cache.all('ReplicaSet')) row.ownership.put(undefined, set)
    for (const each of process.cache.all('Deployment')) row.queue.add(run, each.id as DeploymentId)
  },
  stop: (run) => at(run).queue.stop(run),
} satisfies Component
