import type { Client } from '../../cluster/client.ts'
import type { Place } from '../../cluster/lineage.ts'
import type { Pod, ReplicaSet, ReplicaSetStatus } from '../../cluster/objects.ts'
import type { Rows } from '../../cluster/rows.ts'
import type { Matcher } from '../../cluster/selectors.ts'
import type { WorkQueue } from '../../cluster/work-queue.ts'
import type { LabelSelector } from '../../scenario/specs.ts'
import type { Expectations } from './expectations.ts'
import type { RankRules } from './rank.ts'

/** A Pod to be taken over (its labels match) or let go (they do not). */
export interface Claim {
  readonly pod: Pod
  readonly adopt: boolean
}

/** One sync under way. */
export interface Sync {
  readonly set: ReplicaSet
  /** Whether it may create and delete: nothing it asked for before is outstanding. */
  readonly manages: boolean
  /** Its active Pods as the sync found them; adopted ones join. */
  readonly active: Pod[]
  readonly claims: readonly Claim[]
  claimed: number
  /** Calls of the present step that are not answered. */
  outstanding: number
  toCreate: number
  batch: number
  created: number
  failed: boolean
  status: ReplicaSetStatus
  conflicts: number
}

/** A Pod being created: its place is given back when that fails. */
export interface Creation {
  readonly set: ReplicaSet
  readonly place: Place
}

/** A Pod being deleted. */
export interface Removal {
  readonly set: ReplicaSet
  readonly pod: Pod
}

/** The memory of one ReplicaSet (or ReplicationController) controller. */
export interface State {
  readonly client: Client
  readonly queue: WorkQueue
  readonly rules: RankRules
  readonly expectations: Expectations
  /** Syncs under way, by id of their ReplicaSet. */
  readonly syncs: Map<number, Sync>
  readonly creations: Rows<Creation>
  readonly removals: Rows<Removal>
  readonly matchers: Map<LabelSelector, Matcher>
}
