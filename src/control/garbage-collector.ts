import type { Change } from '../cluster/change-log.ts'
import { Client } from '../cluster/client.ts'
import type { Component } from '../cluster/component.ts'
import { AFTER_DEPENDENTS, type Propagation } from '../cluster/deletion.ts'
import type { ApiObject, OwnerReference } from '../cluster/objects.ts'
import type { Process } from '../cluster/process.ts'
import { NOT_FOUND } from '../cluster/status.ts'
import { WorkQueue } from '../cluster/work-queue.ts'
import { type Kind, type Run, setState } from '../cluster/world.ts'
import { type Flags, integerFlag, resolveFlags } from '../scenario/flags.ts'
import { controllerManagerFlags } from './controller-manager-flags.ts'
import { FinalizerRemoval } from './garbage-collector/finalizer.ts'
import { dependentsOf, isDeletingDependents, isOrphaning } from './garbage-collector/graph.ts'
import { Orphan, OrphanLater } from './garbage-collector/orphan.ts'
import { at, cached, collectorState, DEPENDENTS, keyOf, OWNERS, ownerKey, stored } from './garbage-collector/state.ts'

const CLIENT = 'generic-garbage-collector'
/** From 1.23 its clientset has twice the rate, because a deletion takes two calls (PR #104966). */
const DOUBLED_SINCE = 23

const garbageCollectorFlags = {
  ...controllerManagerFlags,
  'concurrent-gc-syncs': integerFlag(
    20,
    'Objects whose owners are looked up at once.',
    'pkg/controller/garbagecollector/config/v1alpha1/defaults.go, 1.20 … 1.36',
  ),
} satisfies Flags

const end = (run: Run, key: number): void => at(run).queue.done(run, key)

/** A call failed: the object is looked at again after its back-off. */
function tryLater(run: Run, key: number): void {
  at(run).queue.addRateLimited(run, key)
  end(run, key)
}

const refOf = ({ kind, id }: ApiObject): OwnerReference => ({ kind, id }) as OwnerReference

/** garbagecollector.go:attemptToDeleteItem (1.20 … 1.36): GET the object, GET an owner not known to be gone, DELETE. */
const Collect: Kind = {
  name: 'garbage-collector/collect',
  on(run, key) {
    const object = cached(run, key)
    if (object === undefined) end(run, key)
    else run.world.api.get(run, at(run).client, object, DependentRead, key)
  },
}

const DependentRead: Kind = {
  name: 'garbage-collector/dependent-read',
  on(run, key, status) {
    const { client, absent } = at(run)
    if (status < 0 && status !== NOT_FOUND) {
      tryLater(run, key)
      return
    }
    const dependent = stored(run, key)
    if (isDeletingDependents(cached(run, key))) deleteDependents(run, key)
    else if (dependent === undefined || dependent.owner === null || dependent.deletionTimestamp !== null) end(run, key)
    else if (absent.has(ownerKey(dependent.owner))) collect(run, key, dependent, 'background')
    else run.world.api.get(run, client, { ...dependent, ...dependent.owner, key: ownerKey(dependent.owner) } as ApiObject, OwnerRead, key)
  },
}

/** An owner that waits for its dependents takes those with dependents of their own in the foreground too. */
const OwnerRead: Kind = {
  name: 'garbage-collector/owner-read',
  on(run, key, status) {
    const { absent, process } = at(run)
    if (status < 0 && status !== NOT_FOUND) {
      tryLater(run, key)
      return
    }
    const dependent = stored(run, key)
    if (dependent === undefined || dependent.owner === null) {
      end(run, key)
      return
    }
    const { kind, id } = dependent.owner
    if (status === NOT_FOUND) {
      absent.add(ownerKey(dependent.owner))
      collect(run, key, dependent, 'background')
    } else if (!isDeletingDependents(run.world.store.tables[kind].get(id))) end(run, key)
    else collect(run, key, dependent, dependentsOf(process.cache, refOf(dependent)).length > 0 ? 'foreground' : 'background')
  },
}

function collect(run: Run, key: number, dependent: ApiObject, propagation: Propagation): void {
  run.world.api.delete(run, at(run).client, dependent, DependentDeleted, key, -1, propagation)
}

const DependentDeleted: Kind = {
  name: 'garbage-collector/dependent-deleted',
  on(run, key, status) {
    const { queue } = at(run)
    if (status < 0 && status !== NOT_FOUND) queue.addRateLimited(run, key)
    else queue.forget(key)
    queue.done(run, key)
  },
}

const release = new FinalizerRemoval('last-dependent', AFTER_DEPENDENTS, (run) => at(run).queue)

/** processDeletingDependentsItem: an owner without dependents goes, else they are looked at first. */
function deleteDependents(run: Run, key: number): void {
  const { process, queue } = at(run)
  const dependents = dependentsOf(process.cache, refOf(cached(run, key) as ApiObject))
  if (dependents.length === 0) {
    release.begin(run, key)
    return
  }
  for (const dependent of dependents) if (!isDeletingDependents(dependent)) queue.add(run, keyOf(dependent))
  end(run, key)
}

const CollectLater: Kind = { name: 'garbage-collector/collect-later', on: (run, key) => at(run).queue.arrive(run, key) }

const identity = (run: Run, key: number): string => cached(run, key)?.key ?? 'gone'

/** An owner is gone: so are its dependents. One that came (back) is not absent. graph_builder.go:processGraphChanges (1.20 … 1.36). */
function ownerChanged(run: Run, process: Process, change: Change<ApiObject>): void {
  const { absent, queue } = at(run)
  const { before, after } = change
  const owner = refOf(after ?? (before as ApiObject))
  if (after === undefined) {
    absent.add(ownerKey(owner))
    for (const dependent of dependentsOf(process.cache, owner)) queue.add(run, keyOf(dependent))
    return
  }
  if (before === undefined) absent.delete(ownerKey(owner))
  begin(run, process, before, after)
}

/** A deleted object begins to wait for its dependents: processTransitions. */
function begin(run: Run, process: Process, before: ApiObject | undefined, after: ApiObject): void {
  const { orphaning, queue } = at(run)
  if (isOrphaning(after) && !isOrphaning(before)) orphaning.add(run, keyOf(after))
  else if (isDeletingDependents(after) && !isDeletingDependents(before)) {
    for (const dependent of dependentsOf(process.cache, refOf(after))) queue.add(run, keyOf(dependent))
    queue.add(run, keyOf(after))
  }
}

/** An object whose owner is not there was created: somebody must look whether it has one. */
function queueOrphan(run: Run, process: Process, dependent: ApiObject): void {
  const { owner } = dependent
  if (owner === null || process.cache.get(owner.kind, owner.id) !== undefined) return
  at(run).queue.add(run, keyOf(dependent))
}

/** An object that may have an owner came, or has left it: one that waits for its last dependent is looked at. */
function dependentChanged(run: Run, process: Process, { before, after }: Change<ApiObject>): void {
  if (before === undefined && after !== undefined) queueOrphan(run, process, after)
  const left = before?.owner ?? null
  if (left === null || (after !== undefined && after.owner === left)) return
  const owner = process.cache.get(left.kind, left.id)
  if (owner !== undefined && isDeletingDependents(owner)) at(run).queue.add(run, keyOf(owner))
}

function bothChanged(run: Run, process: Process, change: Change<ApiObject>): void {
  ownerChanged(run, process, change)
  dependentChanged(run, process, change)
}

/** Deletes objects whose owner is gone. */
export const garbageCollector: Component = {
  name: 'garbage-collector',
  doc: 'Deletes ReplicaSets, ControllerRevisions, Jobs and Pods whose owner was deleted: in the background, before it, or lets them go.',
  process: 'kube-controller-manager',
  flags: garbageCollectorFlags,
  watches: {
    Pod: dependentChanged,
    ReplicaSet: bothChanged,
    ReplicationController: ownerChanged,
    Deployment: ownerChanged,
    StatefulSet: ownerChanged,
    ControllerRevision: dependentChanged,
    DaemonSet: ownerChanged,
    Job: bothChanged,
    CronJob: ownerChanged,
    Node: ownerChanged,
  },
  start(run, process) {
    const { profile, scenario, api } = run.world
    const flags = resolveFlags(garbageCollectorFlags, profile, scenario.cluster.flags['kube-controller-manager'])
    const qps = flags['kube-api-qps'] * (profile.minor >= DOUBLED_SINCE ? 2 : 1)
    const workers = flags['concurrent-gc-syncs']
    setState(run.world, collectorState, {
      process,
      client: new Client(api.clients, process, CLIENT, qps, flags['kube-api-burst']),
      queue: new WorkQueue('garbage-collector', workers, Collect, CollectLater, identity),
      orphaning: new WorkQueue('garbage-collector-orphan', workers, Orphan, OrphanLater, identity),
      absent: new Set(),
      letGo: new Map(),
    })
    for (const kind of DEPENDENTS) for (const dependent of process.cache.all(kind)) queueOrphan(run, process, dependent)
    for (const kind of OWNERS) for (const owner of process.cache.all(kind)) begin(run, process, undefined, owner)
  },
  stop(run) {
    at(run).queue.stop(run)
    at(run).orphaning.stop(run)
  },
}
