import type { Deployment, DeploymentStatus, Draft, ReplicaSet } from '../../cluster/objects.ts'

/** One call of a sync; a sync stops at the first that fails. */
export type Step =
  /** Takes over (owner: the Deployment) or lets go (null) a ReplicaSet. */
  | { readonly do: 'claim'; readonly set: ReplicaSet; readonly adopt: boolean }
  /** Rewrites annotations and minReadySeconds of the new ReplicaSet, against the cached resourceVersion. */
  | { readonly do: 'annotate'; readonly set: ReplicaSet; readonly fields: Partial<ReplicaSet>; readonly specChanged: boolean }
  | { readonly do: 'create'; readonly draft: Draft<ReplicaSet> }
  | { readonly do: 'scale'; readonly set: ReplicaSet; readonly from: number; readonly fields: Partial<ReplicaSet> }
  | { readonly do: 'delete'; readonly set: ReplicaSet }
  /** Written against the cached resourceVersion: a second write of one sync meets a conflict, and the sync is repeated, as in Kubernetes. */
  | { readonly do: 'status'; readonly status: DeploymentStatus }
  /** The ReplicaSet is read afresh before the first adoption. */
  | { readonly do: 'recheck' }
  /** Another sync after this time [µs]; 0: after the back-off. No call. */
  | { readonly do: 'requeue'; readonly delay: number }

/** What one sync decides on: the caches as they are when it begins. */
export interface View {
  readonly deployment: Deployment
  /** Its ReplicaSets, adopted ones included. */
  readonly sets: readonly ReplicaSet[]
  /** The one with the present template. */
  readonly newSet: ReplicaSet | null
  /** Text of the present template (`TemplateTexts`). */
  readonly text: string
  /** Whether a Pod of an old ReplicaSet exists that has not ended, terminating ones included. */
  readonly oldPodsRun: boolean
}
