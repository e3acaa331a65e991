import { CONFLICT } from '../cluster/api-server.ts'
import { Client } from '../cluster/client.ts'
import type { Component } from '../cluster/component.ts'
import type { ControllerRevision, StatefulSet } from '../cluster/objects.ts'
import { Rows } from '../cluster/rows.ts'
import { WorkQueue } from '../cluster/work-queue.ts'
import { type Kind, type Run, setState, stateOf } from '../cluster/world.ts'
import { type Flags, integerFlag, resolveFlags } from '../scenario/flags.ts'
import { controllerManagerFlags } from './controller-manager-flags.ts'
import { TemplateTexts } from './deployment/template.ts'
import { claimsOf, PodClaims } from './pod-claims.ts'
import { nextLook, planPass } from './statefulset/plan.ts'
import { isMemberOf, ownerOf, podsOf, replicaOf, revisionOf } from './statefulset/pods.ts'
import { cleanable, planRevision, revisionDraft, revisionName } from './statefulset/revisions.ts'
import { type Pass, type State, statefulSetState } from './statefulset/state.ts'
import { statusAfter, statusDiffers } from './statefulset/status.ts'
import { claimAnswered, nextTasks, taskAnswered } from './statefulset/tasks.ts'
import { podChanged, setChanged } from './statefulset/watches.ts'

export { convergeGivenStatefulSets, convergeStatefulSetStatus, convergeStatefulSets } from './statefulset/converge.ts'

const CLIENT = 'statefulset-controller'
/** A status is written even if a call of the pass failed (performUpdate; seen here from 1.27). */
const STATUS_DESPITE_FAILURE_SINCE = 27
/** retry.DefaultBackoff of the status writer: four tries, 10 ms apart, five times longer each, stretched by up to a tenth (stateful_set_status_updater.go). */
const STATUS_TRIES = 4
const STATUS_WAIT_US = 10_000
const STATUS_JITTER = 0.1

const statefulSetFlags = {
  ...controllerManagerFlags,
  'concurrent-statefulset-syncs': integerFlag(
    5,
    'StatefulSets synced at once.',
    'pkg/controller/statefulset/config/v1alpha1/defaults.go, 1.20 … 1.36',
  ),
} satisfies Flags

const stateIn = (run: Run): State => stateOf(run.world, statefulSetState)
const passOf = (run: Run, id: number): Pass => stateIn(run).passes.get(id) as Pass

/** The sync of one StatefulSet: claims its Pods, looks after the history, makes one pass, reports. stateful_set.go:sync (1.20 … 1.36). */
const Sync: Kind = {
  name: 'statefulset/sync',
  on(run, id) {
    const state = stateIn(run)
    const { cache } = state.client.process
    const set = cache.get('StatefulSet', id)
    if (set === undefined) {
      state.queue.forget(id)
      state.queue.done(run, id)
      return
    }
    const empty = { revisions: [], updateRevision: '', input: null, steps: [], step: 0, begun: 0, batch: 0, outstanding: 0, surplus: [] }
    const wanted = claimsOf(cache, ownerOf(set), set, isMemberOf(set))
    const pass: Pass = { set, claims: wanted, ...empty, failed: false, made: [], status: set.status, conflicts: 0 }
    state.passes.set(id, pass)
    claims.begin(run, set, ownerOf(set), wanted)
  },
}

const claims = new PodClaims('statefulset', stateIn, (run, id, well) => {
  if (well) revise(run, stateIn(run), passOf(run, id))
  else finish(run, id, true)
})

/** The history has a ControllerRevision of the present template, as the newest. */
function revise(run: Run, state: State, pass: Pass): void {
  const { set } = pass
  const { client, texts } = state
  pass.revisions = [...client.process.cache.all('ControllerRevision')].filter(({ owner }) => owner?.id === set.id)
  const plan = planRevision(pass.revisions, revisionName(set, texts.of(set.template)))
  pass.updateRevision = plan.name
  if (plan.action === 'keep') manage(run, state, pass)
  else if (plan.action === 'bump') run.world.api.update(run, client, plan.existing, { revision: plan.revision }, 0, Revised, set.id)
  else run.world.api.create(run, client, 'ControllerRevision', revisionDraft(set, plan.name, plan.revision), Revised, set.id)
}

const Revised: Kind = {
  name: 'statefulset/revised',
  on(run, id, answer) {
    const state = stateIn(run)
    const pass = passOf(run, id)
    if (answer < 0 && answer !== CONFLICT) {
      finish(run, id, true)
      return
    }
    const { ControllerRevision } = run.world.store.tables
    const newest = ControllerRevision.find(pass.set.namespace, pass.updateRevision) as ControllerRevision
    pass.revisions = [...pass.revisions.filter(({ name }) => name !== newest.name), newest]
    manage(run, state, pass)
  },
}

function manage(run: Run, state: State, pass: Pass): void {
  const { set, revisions, updateRevision } = pass
  const { minor } = run.world.profile
  const { replicas, startOrdinal: start, podManagementPolicy, updateStrategy, partition, status } = set
  const known = revisions.some(({ name }) => name === status.currentRevision)
  pass.input = {
    replicas,
    start,
    ordered: podManagementPolicy === 'OrderedReady',
    updateStrategy,
    partition,
    currentRevision: known ? status.currentRevision : updateRevision,
    updateRevision,
    currentReplicas: status.currentReplicas,
    pods: podsOf(state.client.process.cache, pass).map((pod) => replicaOf(pod, set, minor, run.now)),
    minor,
  }
  pass.steps = set.deletionTimestamp === null ? planPass(pass.input) : []
  if (!nextTasks(run, state, pass)) conclude(run, state, pass)
}

/** A Pod of a pass was created or deleted, or could not be. */
const PodCalled: Kind = {
  name: 'statefulset/pod-called',
  on(run, slot, answer) {
    const state = stateIn(run)
    const pass = state.passes.get(state.tasks.at(slot).set) as Pass
    if (taskAnswered(run, state, slot, answer)) conclude(run, state, pass)
  },
}

/** A claim of a Pod to be created was created, or could not be. */
const ClaimCalled: Kind = {
  name: 'statefulset/claim-called',
  on(run, slot, answer) {
    const state = stateIn(run)
    const pass = state.passes.get(state.tasks.at(slot).set) as Pass
    if (claimAnswered(run, state, slot, answer)) conclude(run, state, pass)
  },
}

function conclude(run: Run, state: State, pass: Pass): void {
  const { set, input, failed, made } = pass
  if (input === null || (failed && run.world.profile.minor < STATUS_DESPITE_FAILURE_SINCE)) {
    finish(run, set.id, true)
    return
  }
  pass.status = statusAfter(set, input, made)
  if (statusDiffers(set, pass.status)) writeStatus(run, state, pass)
  else cleanUp(run, state, pass)
}

/** UpdateStatefulSetStatus: after a conflict it tries again with what its cache has by then. */
function writeStatus(run: Run, { client }: State, { set, status }: Pass): void {
  const newest = client.process.cache.get('StatefulSet', set.id) ?? set
  run.world.api.update(run, client, newest, { status }, newest.resourceVersion, StatusWritten, set.id)
}

const StatusWritten: Kind = {
  name: 'statefulset/status-written',
  on(run, id, answer) {
    const state = stateIn(run)
    const pass = passOf(run, id)
    if (answer >= 0) {
      cleanUp(run, state, pass)
      return
    }
    pass.conflicts++
    if (pass.conflicts >= STATUS_TRIES) {
      finish(run, id, true)
      return
    }
    const jitter = 1 + STATUS_JITTER * run.random.draw('statefulset-status', pass.set.key, pass.set.resourceVersion + pass.conflicts)
    run.after(Math.round(STATUS_WAIT_US * 5 ** (pass.conflicts - 1) * jitter), WriteStatusAgain, id, state.client.process.incarnation)
  },
}

const WriteStatusAgain: Kind = {
  name: 'statefulset/write-status-again',
  on(run, id, incarnation) {
    const state = stateIn(run)
    if (state.client.process.incarnation === incarnation) writeStatus(run, state, passOf(run, id))
  },
}

/** Revisions that nothing needs any more are deleted, one after the other. */
function cleanUp(run: Run, state: State, pass: Pass): void {
  const { set, revisions, input } = pass
  const { cache } = state.client.process
  const inUse = new Set([input?.currentRevision ?? '', pass.updateRevision, ...podsOf(cache, pass).map(revisionOf)])
  pass.surplus = pass.failed ? [] : cleanable(revisions, inUse, set.revisionHistoryLimit)
  deleteNextRevision(run, state, pass)
}

function deleteNextRevision(run: Run, state: State, pass: Pass): void {
  const revision = pass.surplus.shift()
  if (revision === undefined) finish(run, pass.set.id, pass.failed)
  else run.world.api.delete(run, state.client, revision, RevisionDeleted, pass.set.id)
}

const RevisionDeleted: Kind = {
  name: 'statefulset/revision-deleted',
  on: (run, id) => deleteNextRevision(run, stateIn(run), passOf(run, id)),
}

/** The sync has ended: again when Pods may have become available, or after the back-off when something failed. */
function finish(run: Run, id: number, failed: boolean): void {
  const { queue, passes } = stateIn(run)
  const { set, status, input } = passes.get(id) as Pass
  passes.delete(id)
  if (!failed && set.minReadySeconds > 0 && status.availableReplicas !== set.replicas) {
    const wait = nextLook(input?.pods ?? [], set.minReadySeconds, run.world.profile.minor)
    if (wait !== null) queue.addAfter(run, id, wait)
  }
  if (failed) queue.addRateLimited(run, id)
  else queue.forget(id)
  queue.done(run, id)
}

const SyncLater: Kind = { name: 'statefulset/sync-later', on: (run, id) => stateIn(run).queue.arrive(run, id) }

const identity = (run: Run, id: number): string => stateIn(run).client.process.cache.get('StatefulSet', id)?.key ?? ''

/** Keeps Pods with names of their own: pkg/controller/statefulset (1.20 … 1.36); kubernetes-semantics §6.1. */
export const statefulSet: Component = {
  name: 'statefulset',
  doc: 'Creates and deletes Pods with names of their own in order of ordinals; a name is given again only when its Pod is gone.',
  process: 'kube-controller-manager',
  flags: statefulSetFlags,
  watches: {
    StatefulSet: (run, _process, { before, after }) => setChanged(run, stateIn(run), after ?? (before as StatefulSet)),
    Pod: (run, process, change) => podChanged(run, process, stateIn(run), change),
    ControllerRevision: () => undefined,
    PersistentVolumeClaim: () => undefined,
  },
  start(run, process) {
    const { profile, scenario, api } = run.world
    const flags = resolveFlags(statefulSetFlags, profile, scenario.cluster.flags['kube-controller-manager'])
    const state: State = {
      client: new Client(api.clients, process, CLIENT, flags['kube-api-qps'], flags['kube-api-burst']),
      queue: new WorkQueue('statefulset', flags['concurrent-statefulset-syncs'], Sync, SyncLater, identity),
      called: PodCalled,
      claimed: ClaimCalled,
      texts: new TemplateTexts(),
      passes: new Map(),
      claims: new Map(),
      tasks: new Rows(),
      templates: new Map(),
    }
    setState(run.world, statefulSetState, state)
    for (const set of process.cache.all('StatefulSet')) state.queue.add(run, set.id)
  },
  stop: (run) => stateIn(run).queue.stop(run),
}
