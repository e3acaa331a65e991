import { Client } from '../cluster/client.ts'
import type { Component } from '../cluster/component.ts'
import type { DaemonSet, DaemonSetId } from '../cluster/objects.ts'
import { WorkQueue } from '../cluster/work-queue.ts'
import { type Kind, type Run, setState } from '../cluster/world.ts'
import { seconds } from '../kernel/time.ts'
import { type Flags, integerFlag, resolveFlags } from '../scenario/flags.ts'
import { controllerManagerFlags } from './controller-manager-flags.ts'
import { FailedPodBackoff } from './daemonset/backoff.ts'
import { burst, type DaemonPlan, manage, type PlanRules } from './daemonset/plan.ts'
import { rollingUpdate, scaledUp } from './daemonset/rolling.ts'
import { at, daemonSetState, rowsOf, type Sync } from './daemonset/state.ts'
import { differs, statusOf } from './daemonset/status.ts'
import { DaemonTemplates, daemonDraft, ownerOf } from './daemonset/template.ts'
import { nodeChanged, podChanged, setChanged } from './daemonset/watches.ts'
import { type BatchResult, newBatches, PodBatches } from './pod-batch.ts'
import { claimsOf, PodClaims } from './pod-claims.ts'
import { Expectations } from './replicaset/expectations.ts'

export { convergeDaemonSetStatus, convergeDaemonSets, takeRecordedDaemons } from './daemonset/converge.ts'

/** Writes of a status after a failed one (StatusUpdateRetries, pkg/controller/daemon/daemon_controller.go, 1.20 … 1.36). */
const STATUS_RETRIES = 1
/** From 1.26 the status is written although Pods could not be created or deleted (PR #112127). */
const STATUS_AFTER_FAILURE_SINCE = 26
/** maxSurge counts from 1.22 (gate DaemonSetUpdateSurge). */
const SURGE_SINCE = 22

const daemonSetFlags = {
  'concurrent-daemonset-syncs': integerFlag(
    2,
    'DaemonSets synced at once.',
    'pkg/controller/daemon/config/v1alpha1/defaults.go, 1.20 … 1.36',
  ),
  ...controllerManagerFlags,
} satisfies Flags

const SyncDaemonSet: Kind<DaemonSetId> = { name: 'daemonset/sync', on: sync }
const Due: Kind<DaemonSetId> = { name: 'daemonset/due', on: (run, id) => at(run).queue.arrive(run, id) }
const StatusWritten: Kind<DaemonSetId> = { name: 'daemonset/status-written', on: statusWritten }
const StatusRead: Kind<DaemonSetId> = { name: 'daemonset/status-read', on: statusRead }
const batches = new PodBatches('daemonset', (run) => at(run).batches, pods)

function sync(run: Run, id: DaemonSetId): void {
  const { client, expectations, syncs } = at(run)
  const set = client.process.cache.get('DaemonSet', id)
  if (set === undefined || set.deletionTimestamp !== null) {
    if (set === undefined) expectations.forget(id)
    finish(run, id, false)
    return
  }
  const manages = expectations.satisfied(run.now, id)
  const wanted = claimsOf(client.process.cache, ownerOf(set), set)
  syncs.set(id, { set, claims: wanted, step: manages ? 'manage' : 'status', failed: false, fields: null, conflicts: 0 })
  claims.begin(run, set, ownerOf(set), wanted)
}

/** Pods that match have been taken over, and others let go. */
const claims = new PodClaims('daemonset', at, (run, id, well) => {
  const row = at(run).syncs.get(id) as Sync
  const { set } = row
  if (!well) finish(run, id as DaemonSetId, true)
  else if (row.step === 'manage')
    send(
      run,
      row,
      manage(rows(run, row), rulesOf(run, row), (node) => waits(run, set, node)),
    )
  else writeStatus(run, row, false)
})

const rows = (run: Run, row: Sync) => rowsOf(at(run), at(run).client.process.cache, row, run.world.profile.minor)

/** A failed Pod whose Node is in back-off is looked at again when that is over. */
function waits(run: Run, set: DaemonSet, node: number): boolean {
  const { backoff, queue } = at(run)
  const pause = backoff.next(`${set.id}/${set.status.observedGeneration}/${node}`, run.now)
  if (pause > 0) queue.addAfter(run, set.id as DaemonSetId, pause)
  return pause > 0
}

function rulesOf(run: Run, row: Sync): PlanRules {
  const { set } = row
  const { templates } = at(run)
  const { minor } = run.world.profile
  const wanted = rows(run, row).filter(({ shouldRun }) => shouldRun).length
  const surges = minor >= SURGE_SINCE && set.updateStrategy === 'RollingUpdate'
  const maxSurge = surges ? scaledUp(set.maxSurge, wanted) : 0
  const maxUnavailable = scaledUp(set.maxUnavailable, wanted)
  const { hash } = templates.of(set)
  return { hash, minReadySeconds: set.minReadySeconds, maxSurge, maxUnavailable, now: run.now, minor }
}

/** syncNodes: what is asked for replaces what was expected before. */
function send(run: Run, { set }: Sync, plan: DaemonPlan): void {
  const { expectations, templates } = at(run)
  const { create, remove } = burst(plan)
  const removed = remove.map((pod) => pod.id)
  expectations.expect(run.now, set.id, create.length, removed)
  const daemon = templates.of(set)
  const creations = create.map((node) => {
    const place = run.world.lineages.takeAt(ownerOf(set), node.id)
    return { draft: daemonDraft(set, daemon, node, place), place }
  })
  batches.send(run, set, ownerOf(set), creations, remove)
}

/** The Pods of one step have been created and deleted. */
function pods(run: Run, id: number, { failed }: BatchResult): void {
  const { expectations, syncs } = at(run)
  const row = syncs.get(id) as Sync
  row.failed = failed
  const rolls = row.step === 'manage' && !failed && row.set.updateStrategy === 'RollingUpdate' && expectations.satisfied(run.now, id)
  row.step = rolls ? 'rollout' : 'status'
  if (rolls) send(run, row, rollingUpdate(rows(run, row), rulesOf(run, row)))
  else if (failed && run.world.profile.minor < STATUS_AFTER_FAILURE_SINCE) finish(run, id as DaemonSetId, true)
  else writeStatus(run, row, true)
}

function writeStatus(run: Run, row: Sync, observed: boolean): void {
  const { set } = row
  row.fields = statusOf(set, rows(run, row), at(run).templates.of(set).hash, run.now, observed)
  if (differs(set, row.fields)) putStatus(run, row, set)
  else settle(run, row)
}

function putStatus(run: Run, { set, fields }: Sync, newest: DaemonSet): void {
  if (fields === null) return
  run.world.api.update(run, at(run).client, newest, fields, newest.resourceVersion, StatusWritten, set.id as DaemonSetId)
}

function statusWritten(run: Run, id: DaemonSetId, answer: number): void {
  const { client, syncs } = at(run)
  const row = syncs.get(id) as Sync
  if (answer >= 0) settle(run, row)
  else if (row.conflicts >= STATUS_RETRIES) finish(run, id, true)
  else {
    row.conflicts++
    run.world.api.get(run, client, row.set, StatusRead, id)
  }
}

function statusRead(run: Run, id: DaemonSetId, answer: number): void {
  const newest = run.world.store.tables.DaemonSet.get(id)
  if (answer < 0 || newest === undefined) finish(run, id, true)
  else putStatus(run, at(run).syncs.get(id) as Sync, newest)
}

/** The status says what it should: the DaemonSet is looked at again when Pods become available. */
function settle(run: Run, { set, fields, failed }: Sync): void {
  const waiting = fields !== null && fields.status.numberReady !== fields.status.numberAvailable
  const id = set.id as DaemonSetId
  if (set.minReadySeconds > 0 && waiting) at(run).queue.addAfter(run, id, seconds(set.minReadySeconds))
  finish(run, id, failed)
}

function finish(run: Run, id: DaemonSetId, failed: boolean): void {
  const { queue, syncs } = at(run)
  syncs.delete(id)
  if (failed) queue.addRateLimited(run, id)
  else queue.forget(id)
  queue.done(run, id)
}

/** Keeps one Pod on every Node that suits: pkg/controller/daemon (1.20 … 1.36); kubernetes-semantics §6.2. */
export const daemonSet: Component = {
  name: 'daemonset',
  doc: 'Creates a Pod for every Node that suits a DaemonSet, and replaces Pods of an older template.',
  process: 'kube-controller-manager',
  flags: daemonSetFlags,
  watches: {
    Pod: podChanged,
    Node: nodeChanged,
    DaemonSet: (run, _process, change) => setChanged(run, change),
  },
  start(run, process) {
    const { api, profile, scenario } = run.world
    const flags = resolveFlags(daemonSetFlags, profile, scenario.cluster.flags['kube-controller-manager'])
    const client = new Client(api.clients, process, 'daemon-set-controller', flags['kube-api-qps'], flags['kube-api-burst'])
    const keyOf = (_run: Run, id: DaemonSetId): string => process.cache.get('DaemonSet', id)?.key ?? ''
    const expectations = new Expectations()
    const queue = new WorkQueue('daemonset', flags['concurrent-daemonset-syncs'], SyncDaemonSet, Due, keyOf)
    setState(run.world, daemonSetState, {
      client,
      queue,
      expectations,
      batches: newBatches(client, expectations),
      templates: new DaemonTemplates(),
      backoff: new FailedPodBackoff(),
      syncs: new Map(),
      claims: new Map(),
      fits: new Map(),
    })
    for (const set of process.cache.all('DaemonSet')) queue.add(run, set.id as DaemonSetId)
  },
  stop(run) {
    at(run).queue.stop(run)
    batches.stop(run)
  },
}
