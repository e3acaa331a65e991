import { NOT_FOUND } from '../cluster/api-server.ts'
import type { Cache } from '../cluster/cache.ts'
import type { Change } from '../cluster/change-log.ts'
import { Client } from '../cluster/client.ts'
import type { Component } from '../cluster/component.ts'
import type { ApiObject, ControllerRevision, Job, OwnerReference, Pod, ReplicaSet } from '../cluster/objects.ts'
import type { Process } from '../cluster/process.ts'
import { WorkQueue } from '../cluster/work-queue.ts'
import { type Kind, type Run, setState, stateKey, stateOf } from '../cluster/world.ts'
import { type Flags, integerFlag, resolveFlags } from '../scenario/flags.ts'
import { controllerManagerFlags } from './controller-manager-flags.ts'

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

interface State {
  readonly process: Process
  readonly client: Client
  readonly queue: WorkQueue
  /** Owners known to be gone (absentOwnerCache). */
  readonly absent: Set<string>
}

const collectorState = stateKey<State>('garbage-collector')

/** Kinds that have owners here; the queue's keys are id · their number + index. */
const DEPENDENTS = ['Pod', 'ReplicaSet', 'ControllerRevision', 'Job'] as const

type Dependent = (typeof DEPENDENTS)[number]

const keyOf = ({ kind, id }: ApiObject): number => id * DEPENDENTS.length + DEPENDENTS.indexOf(kind as Dependent)
const kindOf = (key: number): Dependent => DEPENDENTS[key % DEPENDENTS.length] as Dependent
const idOf = (key: number): number => Math.floor(key / DEPENDENTS.length)
const ownerKey = ({ kind, id }: OwnerReference): string => `${kind}/${id}`

const end = (run: Run, key: number): void => stateOf(run.world, collectorState).queue.done(run, key)

/** A call failed: the object is looked at again after its back-off. */
function tryLater(run: Run, key: number): void {
  stateOf(run.world, collectorState).queue.addRateLimited(run, key)
  end(run, key)
}

/** garbagecollector.go:attemptToDeleteItem (1.20 … 1.36): GET the object, GET an owner not known to be gone, DELETE in the background. */
const Collect: Kind = {
  name: 'garbage-collector/collect',
  on(run, key) {
    const { process, client } = stateOf(run.world, collectorState)
    const dependent = process.cache.get(kindOf(key), idOf(key))
    if (dependent === undefined) end(run, key)
    else run.world.api.get(run, client, dependent, DependentRead, key)
  },
}

const DependentRead: Kind = {
  name: 'garbage-collector/dependent-read',
  on(run, key, status) {
    const { client, absent } = stateOf(run.world, collectorState)
    if (status < 0 && status !== NOT_FOUND) {
      tryLater(run, key)
      return
    }
    const dependent = run.world.store.tables[kindOf(key)].get(idOf(key))
    if (dependent === undefined || dependent.owner === null || dependent.deletionTimestamp !== null) end(run, key)
    else if (absent.has(ownerKey(dependent.owner))) run.world.api.delete(run, client, dependent, DependentDeleted, key)
    else run.world.api.get(run, client, { ...dependent, ...dependent.owner, key: ownerKey(dependent.owner) } as ApiObject, OwnerRead, key)
  },
}

const OwnerRead: Kind = {
  name: 'garbage-collector/owner-read',
  on(run, key, status) {
    const { client, absent } = stateOf(run.world, collectorState)
    if (status < 0 && status !== NOT_FOUND) {
      tryLater(run, key)
      return
    }
    const dependent = run.world.store.tables[kindOf(key)].get(idOf(key))
    if (status !== NOT_FOUND || dependent === undefined || dependent.owner === null) {
      end(run, key)
      return
    }
    absent.add(ownerKey(dependent.owner))
    run.world.api.delete(run, client, dependent, DependentDeleted, key)
  },
}

const DependentDeleted: Kind = {
  name: 'garbage-collector/dependent-deleted',
  on(run, key, status) {
    const { queue } = stateOf(run.world, collectorState)
    if (status < 0 && status !== NOT_FOUND) queue.addRateLimited(run, key)
    else queue.forget(key)
    queue.done(run, key)
  },
}

const CollectLater: Kind = {
  name: 'garbage-collector/collect-later',
  on: (run, key) => stateOf(run.world, collectorState).queue.arrive(run, key),
}

const identity = (run: Run, key: number): string =>
  stateOf(run.world, collectorState).process.cache.get(kindOf(key), idOf(key))?.key ?? 'gone'

/** Objects in the cache that this owner controls, in order of id. */
function dependentsOf(cache: Cache, { kind, id }: OwnerReference): ApiObject[] {
  if (kind === 'CronJob') return [...cache.all('Job')].filter(({ owner }) => owner?.kind === kind && owner.id === id)
  if (kind === 'Deployment') return [...cache.all('ReplicaSet')].filter(({ owner }) => owner?.kind === kind && owner.id === id)
  const pods = [...cache.podsOfOwner(kind, id)].sort((a, b) => a - b).map((pod) => cache.get('Pod', pod) as Pod)
  if (kind !== 'StatefulSet') return pods
  return [...pods, ...[...cache.all('ControllerRevision')].filter(({ owner }) => owner?.id === id)]
}

/** An owner is gone: so are its dependents. One that came (back) is not absent. */
function ownerChanged(run: Run, process: Process, change: Change<ApiObject>): void {
  if (change.before !== undefined && change.after !== undefined) return
  const { kind, id } = change.after ?? (change.before as ApiObject)
  const owner = { kind, id } as OwnerReference
  const { absent, queue } = stateOf(run.world, collectorState)
  if (change.after !== undefined) {
    absent.delete(ownerKey(owner))
    return
  }
  absent.add(ownerKey(owner))
  for (const dependent of dependentsOf(process.cache, owner)) queue.add(run, keyOf(dependent))
}

/** An object whose owner is not there was created: somebody must look whether it has one. */
function queueOrphan(run: Run, process: Process, dependent: ApiObject): void {
  const { owner } = dependent
  if (owner === null || process.cache.get(owner.kind, owner.id) !== undefined) return
  stateOf(run.world, collectorState).queue.add(run, keyOf(dependent))
}

function podChanged(run: Run, process: Process, { before, after }: Change<Pod>): void {
  if (before === undefined && after !== undefined) queueOrphan(run, process, after)
}

function replicaSetChanged(run: Run, process: Process, change: Change<ReplicaSet>): void {
  ownerChanged(run, process, change)
  if (change.before === undefined && change.after !== undefined) queueOrphan(run, process, change.after)
}

function revisionChanged(run: Run, process: Process, { before, after }: Change<ControllerRevision>): void {
  if (before === undefined && after !== undefined) queueOrphan(run, process, after)
}

function jobChanged(run: Run, process: Process, change: Change<Job>): void {
  ownerChanged(run, process, change)
  if (change.before === undefined && change.after !== undefined) queueOrphan(run, process, change.after)
}

/** Deletes objects whose owner is gone. */
export const garbageCollector: Component = {
  name: 'garbage-collector',
  doc: 'Deletes ReplicaSets, ControllerRevisions and Pods whose owner was deleted, in the background.',
  process: 'kube-controller-manager',
  flags: garbageCollectorFlags,
  watches: {
    Pod: podChanged,
    ReplicaSet: replicaSetChanged,
    ReplicationController: ownerChanged,
    Deployment: ownerChanged,
    StatefulSet: ownerChanged,
    ControllerRevision: revisionChanged,
    DaemonSet: ownerChanged,
    Job: jobChanged,
    CronJob: ownerChanged,
    Node: ownerChanged,
  },
  start(run, process) {
    const { profile, scenario, api } = run.world
    const flags = resolveFlags(garbageCollectorFlags, profile, scenario.cluster.flags['kube-controller-manager'])
    const qps = flags['kube-api-qps'] * (profile.minor >= DOUBLED_SINCE ? 2 : 1)
    setState(run.world, collectorState, {
      process,
      client: new Client(api.clients, process, CLIENT, qps, flags['kube-api-burst']),
      queue: new WorkQueue('garbage-collector', flags['concurrent-gc-syncs'], Collect, CollectLater, identity),
      absent: new Set(),
    })
    for (const kind of DEPENDENTS) for (const dependent of process.cache.all(kind)) queueOrphan(run, process, dependent)
  },
  stop: (run) => stateOf(run.world, collectorState).queue.stop(run),
}
