import { NOT_FOUND } from '../../cluster/api-server.ts'
import { Client } from '../../cluster/client.ts'
import type { Component, WatchHandlers } from '../../cluster/component.ts'
import type { PodId, ReplicaSet } from '../../cluster/objects.ts'
import type { Process } from '../../cluster/process.ts'
import { Rows } from '../../cluster/rows.ts'
import { WorkQueue } from '../../cluster/work-queue.ts'
import { type Kind, type Run, type StateKey, setState, stateKey, stateOf } from '../../cluster/world.ts'
import { seconds } from '../../kernel/time.ts'
import { type Flags, type FlagValues, resolveFlags } from '../../scenario/flags.ts'
import { controllerManagerFlags } from '../controller-manager-flags.ts'
import { Expectations } from './expectations.ts'
import { matcherOf } from './matchers.ts'
import { nextBatch, plan } from './plan.ts'
import { claimPods, ownerOf, relatedOnNode, replicaDraft } from './pods.ts'
import { podsToDelete, rankRules } from './rank.ts'
import type { State, Sync } from './state.ts'
import { statusDiffers, statusOf } from './status.ts'
import { podChanged, setChanged } from './watches.ts'

/** Writes of a status after a failed one (statusUpdateRetries, pkg/controller/replicaset/replica_set.go, 1.20 … 1.36). */
const STATUS_RETRIES = 1

/** How the two controllers that share this code differ. */
export interface Identity {
  readonly kind: ReplicaSet['kind']
  /** The component's word. */
  readonly name: string
  readonly doc: string
  /** The name of its clientset. */
  readonly client: string
  readonly flags: Flags
  /** How many syncs run at once. */
  workers(values: FlagValues<Flags>): number
}

/**
 * The controller of ReplicaSets, and of ReplicationControllers through an adapter: keeps the number of active Pods at `spec.replicas`.
 * pkg/controller/replicaset/replica_set.go (1.20 … 1.36); kubernetes-semantics §4. Holds no state: that hangs on the world.
 */
export class ReplicaController implements Component {
  readonly name: string
  readonly doc: string
  readonly process = 'kube-controller-manager'
  readonly flags: Flags
  readonly watches: WatchHandlers
  private readonly identity: Identity
  private readonly key: StateKey<State>
  private readonly Synced: Kind
  private readonly Due: Kind
  private readonly Adoptable: Kind
  private readonly Claimed: Kind
  private readonly PodCreated: Kind
  private readonly PodDeleted: Kind
  private readonly StatusWritten: Kind
  private readonly StatusRead: Kind

  constructor(identity: Identity) {
    const { name, kind } = identity
    this.identity = identity
    this.name = name
    this.doc = identity.doc
    this.flags = { ...identity.flags, ...controllerManagerFlags }
    this.key = stateKey(name)
    this.watches = {
      Pod: (run, process, change) => podChanged(run, process, this.state(run), kind, change),
      [kind]: (run: Run, _process: Process, change: Parameters<typeof setChanged>[2]) => setChanged(run, this.state(run), change),
    }
    this.Synced = { name: `${name}/sync`, on: (run, id) => this.sync(run, id) }
    this.Due = { name: `${name}/due`, on: (run, id) => this.state(run).queue.arrive(run, id) }
    this.Adoptable = { name: `${name}/adoptable`, on: (run, id, answer) => this.adoptable(run, id, answer) }
    this.Claimed = { name: `${name}/claimed`, on: (run, id, answer) => this.claimed(run, id, answer) }
    this.PodCreated = { name: `${name}/pod-created`, on: (run, slot, answer) => this.created(run, slot, answer) }
    this.PodDeleted = { name: `${name}/pod-deleted`, on: (run, slot, answer) => this.deleted(run, slot, answer) }
    this.StatusWritten = { name: `${name}/status-written`, on: (run, id, answer) => this.statusWritten(run, id, answer) }
    this.StatusRead = { name: `${name}/status-read`, on: (run, id, answer) => this.statusRead(run, id, answer) }
  }

  start(run: Run, process: Process): void {
    const { kind, flags, client, workers } = this.identity
    const { api, profile, scenario } = run.world
    const settings = scenario.cluster.flags['kube-controller-manager']
    const shared = resolveFlags(controllerManagerFlags, profile, settings)
    const keyOf = (_run: Run, id: number): string => process.cache.get(kind, id)?.key ?? ''
    const queue = new WorkQueue(this.name, workers(resolveFlags(flags, profile, settings)), this.Synced, this.Due, keyOf)
    setState(run.world, this.key, {
      client: new Client(api.clients, process, client, shared['kube-api-qps'], shared['kube-api-burst']),
      queue,
      rules: rankRules(profile.minor),
      expectations: new Expectations(),
      syncs: new Map(),
      creations: new Rows(),
      removals: new Rows(),
      matchers: new Map(),
    })
    for (const set of process.cache.all(kind)) queue.add(run, set.id)
  }

  stop(run: Run): void {
    const { queue, creations } = this.state(run)
    queue.stop(run)
    for (const { set, place } of creations) run.world.lineages.giveBack(ownerOf(set), place)
  }

  private state(run: Run): State {
    return stateOf(run.world, this.key)
  }

  private sync(run: Run, id: number): void {
    const state = this.state(run)
    const { cache } = state.client.process
    const set = cache.get(this.identity.kind, id)
    if (set === undefined) {
      state.expectations.forget(id)
      this.finish(run, id, false)
      return
    }
    const { active, claims } = claimPods(cache, set, matcherOf(state, set))
    const alive = set.deletionTimestamp === null
    const row: Sync = {
      set,
      manages: state.expectations.satisfied(run.now, id) && alive,
      active,
      claims,
      claimed: 0,
      outstanding: 0,
      toCreate: 0,
      batch: 0,
      created: 0,
      failed: false,
      status: set.status,
      conflicts: 0,
    }
    state.syncs.set(id, row)
    if (claims.some((claim) => claim.adopt)) run.world.api.get(run, state.client, set, this.Adoptable, id)
    else this.claimNext(run, row)
  }

  /** Before it adopts, the controller reads the ReplicaSet itself, in case that is being deleted (RecheckDeletionTimestamp). */
  private adoptable(run: Run, id: number, answer: number): void {
    if (answer < 0) this.finish(run, id, true)
    else this.claimNext(run, this.state(run).syncs.get(id) as Sync)
  }

  private claimNext(run: Run, row: Sync): void {
    const claim = row.claims[row.claimed]
    if (claim === undefined) {
      this.manage(run, row)
      return
    }
    const owner = claim.adopt ? ownerOf(row.set) : null
    run.world.api.update(run, this.state(run).client, claim.pod, { owner }, 0, this.Claimed, row.set.id)
  }

  private claimed(run: Run, id: number, answer: number): void {
    const row = this.state(run).syncs.get(id) as Sync
    const claim = row.claims[row.claimed++]
    if (answer < 0 && answer !== NOT_FOUND) {
      this.finish(run, id, true)
      return
    }
    if (answer >= 0 && claim?.adopt === true) row.active.push(claim.pod)
    this.claimNext(run, row)
  }

  private manage(run: Run, row: Sync): void {
    const { expectations } = this.state(run)
    const { set, active } = row
    const { create, remove } = plan(set.replicas, row.manages ? active.length : set.replicas)
    if (create > 0) {
      expectations.expectCreations(run.now, set.id, create)
      row.toCreate = create
      this.createBatch(run, row)
    } else if (remove > 0) this.remove(run, row, remove)
    else this.conclude(run, row)
  }

  private createBatch(run: Run, row: Sync): void {
    const { client, creations } = this.state(run)
    const { set } = row
    row.batch = nextBatch(row.toCreate - row.created, row.batch)
    row.outstanding = row.batch
    for (let i = 0; i < row.batch; i++) {
      const place = run.world.lineages.take(ownerOf(set))
      const draft = replicaDraft(set, place)
      run.world.api.create(run, client, 'Pod', draft, this.PodCreated, creations.add({ set, place }))
    }
  }

  private created(run: Run, slot: number, answer: number): void {
    const { client, creations, expectations, syncs } = this.state(run)
    const { set, place } = creations.take(slot)
    const row = syncs.get(set.id) as Sync
    if (answer >= 0) {
      row.created++
      run.world.lineages.settle(answer as PodId, place)
      client.notice(run, set.key, 'SuccessfulCreate', `Created pod: ${run.world.store.pods.get(answer)?.name}`)
    } else {
      row.failed = true
      run.world.lineages.giveBack(ownerOf(set), place)
      client.notice(run, set.key, 'FailedCreate', `Error creating: HTTP ${-answer}`)
    }
    row.outstanding--
    if (row.outstanding > 0) return
    if (!row.failed && row.created < row.toCreate) {
      this.createBatch(run, row)
      return
    }
    expectations.created(set.id, row.toCreate - row.created)
    this.conclude(run, row)
  }

  private remove(run: Run, row: Sync, count: number): void {
    const { client, expectations, removals, rules } = this.state(run)
    const { set, active } = row
    const pods = podsToDelete(active, count, relatedOnNode(client.process.cache, set), run.now, rules)
    const ids = pods.map((pod) => pod.id)
    expectations.expectDeletions(run.now, set.id, ids)
    row.outstanding = pods.length
    for (const pod of pods) run.world.api.delete(run, client, pod, this.PodDeleted, removals.add({ set, pod }))
  }

  private deleted(run: Run, slot: number, answer: number): void {
    const { client, expectations, removals, syncs } = this.state(run)
    const { set, pod } = removals.take(slot)
    const row = syncs.get(set.id) as Sync
    if (answer >= 0) client.notice(run, set.key, 'SuccessfulDelete', `Deleted pod: ${pod.name}`)
    else {
      expectations.deleted(set.id, pod.id)
      if (answer !== NOT_FOUND) row.failed = true
    }
    row.outstanding--
    if (row.outstanding === 0) this.conclude(run, row)
  }

  /** The status is that of the Pods the sync began with, whatever it has done since. */
  private conclude(run: Run, row: Sync): void {
    row.status = statusOf(row.set, row.active, run.now)
    if (statusDiffers(row.set, row.status)) this.writeStatus(run, row, row.set)
    else this.settle(run, row)
  }

  private writeStatus(run: Run, { set, status }: Sync, newest: ReplicaSet): void {
    run.world.api.update(run, this.state(run).client, newest, { status }, newest.resourceVersion, this.StatusWritten, set.id)
  }

  private statusWritten(run: Run, id: number, answer: number): void {
    const state = this.state(run)
    const row = state.syncs.get(id) as Sync
    if (answer >= 0) this.settle(run, row)
    else if (row.conflicts >= STATUS_RETRIES) this.finish(run, id, true)
    else {
      row.conflicts++
      run.world.api.get(run, state.client, row.set, this.StatusRead, id)
    }
  }

  private statusRead(run: Run, id: number, answer: number): void {
    const newest = run.world.store.tables[this.identity.kind].get(id)
    if (answer < 0 || newest === undefined) this.finish(run, id, true)
    else this.writeStatus(run, this.state(run).syncs.get(id) as Sync, newest)
  }

  /** The status says what it should: look again when Pods become available, or after the back-off when something failed. */
  private settle(run: Run, { set, status, failed }: Sync): void {
    const { minReadySeconds, replicas } = set
    const waits = status.readyReplicas === replicas && status.availableReplicas !== replicas
    if (!failed && minReadySeconds > 0 && waits) this.state(run).queue.addAfter(run, set.id, seconds(minReadySeconds))
    this.finish(run, set.id, failed)
  }

  private finish(run: Run, id: number, failed: boolean): void {
    const { queue, syncs } = this.state(run)
    syncs.delete(id)
    if (failed) queue.addRateLimited(run, id)
    else queue.forget(id)
    queue.done(run, id)
  }
}
