import type { Client } from '../../cluster/client.ts'
import type { Place } from '../../cluster/lineage.ts'
import type { ControllerRevision, Draft, PersistentVolumeClaim, StatefulSet, StatefulSetStatus } from '../../cluster/objects.ts'
import type { Rows } from '../../cluster/rows.ts'
import type { WorkQueue } from '../../cluster/work-queue.ts'
import { type Kind, stateKey } from '../../cluster/world.ts'
import type { PodTemplate } from '../../scenario/specs.ts'
import type { TemplateTexts } from '../deployment/template.ts'
import type { Claim, ClaimRows } from '../pod-claims.ts'
import type { Call, PassInput, Step } from './plan.ts'

/** One sync under way. */
export interface Pass {
  readonly set: StatefulSet
  /** Pods that this sync has taken over or let go, which the cache may not know yet. */
  readonly claims: readonly Claim[]
  revisions: readonly ControllerRevision[]
  updateRevision: string
  input: PassInput | null
  steps: readonly Step[]
  /** The step under way, the tasks of it that were begun, and how many of the present batch have not ended. */
  step: number
  begun: number
  batch: number
  outstanding: number
  failed: boolean
  /** Calls that succeeded. */
  readonly made: Call[]
  status: StatefulSetStatus
  /** Writes of the status that met a conflict. */
  conflicts: number
  /** Old revisions that are still to be deleted. */
  surplus: ControllerRevision[]
}

/** The calls for one ordinal, the next of which is `next`. */
export interface Task {
  readonly set: number
  readonly calls: readonly Call[]
  next: number
  place: Place | null
  /** Claims to be created before the Pod of the present call; null: not looked at yet. */
  claims: Draft<PersistentVolumeClaim>[] | null
}

/** The memory of the StatefulSet controller. */
export interface State {
  readonly client: Client
  readonly queue: WorkQueue
  /** The reply of the calls of a task: the task's slot. */
  readonly called: Kind
  /** The reply of the creation of a claim: the task's slot. */
  readonly claimed: Kind
  readonly texts: TemplateTexts
  /** Syncs under way, by id of their StatefulSet. */
  readonly passes: Map<number, Pass>
  readonly claims: ClaimRows
  readonly tasks: Rows<Task>
  /** Templates of Pods by `set/revision/ordinal`: Pods of one identity share theirs. */
  readonly templates: Map<string, PodTemplate>
}

/** Where that memory is kept. */
export const statefulSetState = stateKey<State>('statefulset')
