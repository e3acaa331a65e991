import type { Instant } from '../kernel/time.ts'
import type { AccessMode, ClaimTemplate, CronJobManifest, IntOrPercent, JobSpec, LabelSelector, PodTemplate } from '../scenario/specs.ts'
import type { ApiObject, JobId, MachineId, PodId } from './objects.ts'

/** A StatefulSet: Pods with names that stay theirs. */
export interface StatefulSet extends ApiObject {
  readonly kind: 'StatefulSet'
  readonly replicas: number
  readonly minReadySeconds: number
  readonly selector: LabelSelector
  readonly template: PodTemplate
  readonly podManagementPolicy: 'OrderedReady' | 'Parallel'
  readonly updateStrategy: 'RollingUpdate' | 'OnDelete'
  /** null: `updateStrategy` was written without `rollingUpdate`. */
  readonly partition: number | null
  readonly revisionHistoryLimit: number
  /** `spec.ordinals.start`. */
  readonly startOrdinal: number
  readonly volumeClaimTemplates: readonly ClaimTemplate[]
  readonly status: StatefulSetStatus
}
/** Counts of its Pods, as the controller last wrote them, and the names of two ControllerRevisions. */
export interface StatefulSetStatus {
  readonly replicas: number
  readonly readyReplicas: number
  /** Known from 1.22 on; before, the ready ones. */
  readonly availableReplicas: number
  readonly currentReplicas: number
  readonly updatedReplicas: number
  readonly currentRevision: string
  readonly updateRevision: string
  readonly observedGeneration: number
}
/** One template that a StatefulSet has had. */
export interface ControllerRevision extends ApiObject {
  readonly kind: 'ControllerRevision'
  readonly template: PodTemplate
  /** Its place in the history; the newest template has the greatest. */
  readonly revision: number
}

/** A claim, and the volume bound to it: the two are one here. */
export interface PersistentVolumeClaim extends ApiObject {
  readonly kind: 'PersistentVolumeClaim'
  readonly accessModes: readonly AccessMode[]
  readonly phase: 'Pending' | 'Bound'
}
/** A volume being attached to a machine, or attached. */
export interface VolumeAttachment extends ApiObject {
  readonly kind: 'VolumeAttachment'
  /** Id of the PersistentVolumeClaim. */
  readonly claim: number
  readonly node: MachineId
  readonly attached: boolean
}

/** A DaemonSet: a Pod on every Node that it suits. */
export interface DaemonSet extends ApiObject {
  readonly kind: 'DaemonSet'
  readonly minReadySeconds: number
  readonly selector: LabelSelector
  readonly template: PodTemplate
  readonly updateStrategy: 'RollingUpdate' | 'OnDelete'
  readonly maxSurge: IntOrPercent
  readonly maxUnavailable: IntOrPercent
  readonly status: DaemonSetStatus
  /** Not in Kubernetes: ready Pods on Nodes where it is not to run, which it keeps nevertheless; written with the status, for measures. */
  readonly readyElsewhere: number
}
/** Counts over Nodes, as the controller last wrote them. */
export interface DaemonSetStatus {
  /** Nodes where it should run. */
  readonly desiredNumberScheduled: number
  /** Those of them that have a Pod. */
  readonly currentNumberScheduled: number
  /** Nodes that have a Pod and should not. */
  readonly numberMisscheduled: number
  readonly numberReady: number
  readonly updatedNumberScheduled: number
  readonly numberAvailable: number
  readonly numberUnavailable: number
  readonly observedGeneration: number
}

/** A Job: Pods that run to their end. */
export interface Job extends ApiObject, JobSpec {
  readonly kind: 'Job'
  readonly status: JobStatus
}
/** How a Job ends, or why. */
export interface JobEnd {
  readonly type: 'Complete' | 'Failed'
  /**
   * BackoffLimitExceeded, DeadlineExceeded, PodFailurePolicy, MaxFailedIndexesExceeded, FailedIndexes; complete: SuccessPolicy or empty.
   */
  readonly reason: string
}
/** Counts of Pods, as the controller last wrote them. */
export interface JobStatus {
  readonly active: number
  readonly ready: number
  readonly terminating: number
  readonly succeeded: number
  readonly failed: number
  /** `completedIndexes` of an Indexed Job, ascending. */
  readonly completedIndexes: readonly number[]
  /** `failedIndexes` of one with backoffLimitPerIndex, ascending. */
  readonly failedIndexes: readonly number[]
  /** `uncountedTerminatedPods`: ended Pods whose finalizer is still there. */
  readonly uncountedSucceeded: readonly PodId[]
  readonly uncountedFailed: readonly PodId[]
  readonly startTime: Instant | null
  readonly suspended: boolean
  /** Conditions FailureTarget and SuccessCriteriaMet: it will end so when its last Pod has. */
  readonly target: JobEnd | null
  /** Conditions Complete and Failed. */
  readonly end: JobEnd | null
  readonly endTime: Instant | null
}

/** A CronJob: a Job at each time of a schedule. */
export interface CronJob extends ApiObject, Omit<CronJobManifest, keyof ApiObject | 'kind'> {
  readonly kind: 'CronJob'
  readonly status: {
    readonly active: readonly JobId[]
    /** The start that was last acted upon [s since 1 January 1970 UTC]. */
    readonly lastScheduleTime: number | null
  }
}

/** Whether the volume of a claim must be attached to one machine to be used: not where several machines may use it (util.IsMultiAttachAllowed). */
export const isAttachable = ({ accessModes }: Pick<PersistentVolumeClaim, 'accessModes'>): boolean =>
  !accessModes.includes('ReadWriteMany') && !accessModes.includes('ReadOnlyMany')
