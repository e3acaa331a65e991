import { NOT_FOUND } from '../cluster/api-server.ts'
import type { Client } from '../cluster/client.ts'
import type { Place } from '../cluster/lineage.ts'
import type { ApiObject, Draft, OwnerReference, Pod, PodId } from '../cluster/objects.ts'
import { Rows } from '../cluster/rows.ts'
import type { Kind, Run } from '../cluster/world.ts'
import type { Expectations } from './replicaset/expectations.ts'
import { nextBatch } from './replicaset/plan.ts'

/** A Pod to be created, and the place among the replicas of its owner that it takes. */
export interface Creation {
  readonly draft: Draft<Pod>
  readonly place: Place
}

/** What a controller asks for at once, on behalf of one object. */
interface Batch {
  readonly object: ApiObject
  readonly owner: OwnerReference
  readonly creations: readonly Creation[]
  readonly removals: readonly Pod[]
  /** Finalizers are taken off before the deletion. */
  readonly releases: boolean
  /** Creations sent, and answers that are missing. */
  sent: number
  batch: number
  outstanding: number
  result: BatchResult
}

/** What came of it. */
export interface BatchResult {
  created: number
  /** Pods deleted, or found to be gone. */
  removed: number
  failed: boolean
}

/** The batches under way of one controller. */
export interface BatchState {
  readonly client: Client
  readonly expectations: Expectations
  readonly batches: Map<number, Batch>
  readonly creations: Rows<{ readonly id: number; readonly owner: OwnerReference; readonly place: Place }>
  readonly removals: Rows<{ readonly id: number; readonly pod: Pod }>
}

/** What a Pod without finalizers has. */
export const NO_FINALIZERS: Partial<Pod> = { finalizers: [] }

/** The memory of a controller that starts. */
export const newBatches = (client: Client, expectations: Expectations): BatchState => ({
  client,
  expectations,
  batches: new Map(),
  creations: new Rows(),
  removals: new Rows(),
})

/**
 * How DaemonSet and Job controllers create and delete Pods: creations in slow-start batches, of which one that fails is the last; then all
 * deletions in parallel. What is not tried, and what fails, is no longer expected.
 * pkg/controller/daemon/daemon_controller.go:syncNodes, pkg/controller/job/job_controller.go:manageJob (1.20 … 1.36). Holds no state.
 */
export class PodBatches {
  private readonly stateOf: (run: Run) => BatchState
  private readonly ended: (run: Run, id: number, result: BatchResult) => void
  private readonly Created: Kind
  private readonly Deleted: Kind
  private readonly Released: Kind

  constructor(name: string, stateOf: (run: Run) => BatchState, ended: (run: Run, id: number, result: BatchResult) => void) {
    this.stateOf = stateOf
    this.ended = ended
    this.Created = { name: `${name}/pod-created`, on: (run, slot, answer) => this.created(run, slot, answer) }
    this.Released = { name: `${name}/pod-released`, on: (run, slot, answer) => this.released(run, slot, answer) }
    this.Deleted = { name: `${name}/pod-deleted`, on: (run, slot, answer) => this.deleted(run, slot, answer) }
  }

  /** Sends what is asked for; `ended` is told when all of it has been answered. Expectations are the caller's to raise. */
  send(
    run: Run,
    object: ApiObject,
    owner: OwnerReference,
    creations: readonly Creation[],
    removals: readonly Pod[],
    releases = false,
  ): void {
    const result = { created: 0, removed: 0, failed: false }
    this.stateOf(run).batches.set(object.id, { object, owner, creations, removals, releases, sent: 0, batch: 0, outstanding: 0, result })
    this.next(run, object.id)
  }

  /** The controller has died: places of Pods that were not created are free again. */
  stop(run: Run): void {
    const { batches, creations } = this.stateOf(run)
    for (const { owner, place } of creations) run.world.lineages.giveBack(owner, place)
    for (const batch of batches.values()) this.giveBackUnsent(run, batch)
  }

  private giveBackUnsent(run: Run, { owner, creations, sent }: Batch): void {
    for (const { place } of creations.slice(sent).reverse()) run.world.lineages.giveBack(owner, place)
  }

  private next(run: Run, id: number): void {
    const state = this.stateOf(run)
    const batch = state.batches.get(id) as Batch
    const { creations, owner } = batch
    batch.batch = nextBatch(creations.length - batch.sent, batch.batch)
    if (batch.batch === 0) {
      this.remove(run, batch)
      return
    }
    const { sent } = batch
    batch.sent += batch.batch
    batch.outstanding = batch.batch
    for (const { draft, place } of creations.slice(sent, batch.sent)) {
      run.world.api.create(run, state.client, 'Pod', draft, this.Created, state.creations.add({ id, owner, place }))
    }
  }

  private created(run: Run, slot: number, answer: number): void {
    const state = this.stateOf(run)
    const { id, owner, place } = state.creations.take(slot)
    const batch = state.batches.get(id) as Batch
    const { object, result } = batch
    if (answer >= 0) {
      result.created++
      run.world.lineages.settle(answer as PodId, place)
      state.client.notice(run, object.key, 'SuccessfulCreate', `Created pod: ${run.world.store.pods.get(answer)?.name}`)
    } else {
      result.failed = true
      run.world.lineages.giveBack(owner, place)
      state.expectations.created(id)
      state.client.notice(run, object.key, 'FailedCreate', `Error creating: HTTP ${-answer}`)
    }
    batch.outstanding--
    if (batch.outstanding > 0) return
    if (!result.failed) {
      this.next(run, id)
      return
    }
    state.expectations.created(id, batch.creations.length - batch.sent)
    this.giveBackUnsent(run, batch)
    this.remove(run, batch)
  }

  private remove(run: Run, batch: Batch): void {
    const { client, removals } = this.stateOf(run)
    const { id } = batch.object
    batch.outstanding = batch.removals.length
    for (const pod of batch.removals) {
      const slot = removals.add({ id, pod })
      if (batch.releases && pod.finalizers !== undefined) run.world.api.update(run, client, pod, NO_FINALIZERS, 0, this.Released, slot)
      else run.world.api.delete(run, client, pod, this.Deleted, slot)
    }
    if (batch.outstanding === 0) this.end(run, batch)
  }

  private released(run: Run, slot: number, answer: number): void {
    const { client, removals } = this.stateOf(run)
    const row = removals.take(slot)
    const again = removals.add(row)
    if (answer >= 0) run.world.api.delete(run, client, row.pod, this.Deleted, again)
    else this.deleted(run, again, answer)
  }

  private deleted(run: Run, slot: number, answer: number): void {
    const { batches, client, expectations, removals } = this.stateOf(run)
    const { id, pod } = removals.take(slot)
    const batch = batches.get(id) as Batch
    const { object, result } = batch
    if (answer >= 0) client.notice(run, object.key, 'SuccessfulDelete', `Deleted pod: ${pod.name}`)
    else expectations.deleted(id, pod.id)
    if (answer >= 0 || answer === NOT_FOUND) result.removed++
    else result.failed = true
    batch.outstanding--
    if (batch.outstanding === 0) this.end(run, batch)
  }

  private end(run: Run, { object, result }: Batch): void {
    this.stateOf(run).batches.delete(object.id)
    this.ended(run, object.id, result)
  }
}
