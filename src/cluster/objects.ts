import type { Instant } from '../kernel/time.ts'
import type {
  AutoscalerSpec,
  IntOrPercent,
  LabelSelector,
  Labels,
  PodSpec,
  PodTemplate,
  Resources,
  ServicePort,
  Taint as TaintSpec,
} from '../scenario/specs.ts'
import type {
  ControllerRevision,
  CronJob,
  DaemonSet,
  Job,
  PersistentVolumeClaim,
  StatefulSet,
  VolumeAttachment,
} from './workload-objects.ts'

export type {
  ControllerRevision,
  CronJob,
  DaemonSet,
  DaemonSetStatus,
  Job,
  JobEnd,
  JobStatus,
  PersistentVolumeClaim,
  StatefulSet,
  StatefulSetStatus,
  VolumeAttachment,
} from './workload-objects.ts'
export { isAttachable } from './workload-objects.ts'

/** A dense index into the table of one kind; never reused within a run. */
export type Id<Kind extends string> = number & { readonly of: Kind }
/** A computer (truth). A Node object carries the id of the machine it is named after, so a re-registered Node keeps its id. */
export type MachineId = Id<'machine'>
/** A Pod; a static Pod's mirror has the id of the Pod it stands for. */
export type PodId = Id<'Pod'>
/** A Deployment. */
export type DeploymentId = Id<'Deployment'>
/** A DaemonSet. */
export type DaemonSetId = Id<'DaemonSet'>
/** A Job. */
export type JobId = Id<'Job'>
/** A CronJob. */
export type CronJobId = Id<'CronJob'>
/** A Service. */
export type ServiceId = Id<'Service'>

/** No machine: a Pod that is not bound. */
export const UNBOUND = -1 as MachineId

/** What every object of the API has. One value is one version: writes make a new value, so a cache that holds one holds the past. */
export interface ApiObject {
  readonly kind: KindName
  readonly id: number
  readonly namespace: string
  readonly name: string
  /** Stable identity for random draws: `pod/default/web/3.1`; does not depend on what else was created. */
  readonly key: string
  readonly labels: Labels
  readonly annotations: Labels
  /** The controller that owns it. */
  readonly owner: OwnerReference | null
  readonly created: Instant
  readonly deletionTimestamp: Instant | null
  readonly resourceVersion: number
  /** Counts the writes of this object, from 1. */
  readonly version: number
  /** Counts the changes of its spec, from 1. */
  readonly generation: number
  /** `metadata.finalizers`; while there are any the object stays. Absent: none. */
  readonly finalizers?: readonly string[]
}

/** The controller of an object (`metadata.ownerReferences` with controller: true); ids stand for UIDs. */
export interface OwnerReference {
  readonly kind: 'ReplicaSet' | 'ReplicationController' | 'Deployment' | 'Node' | 'StatefulSet' | 'DaemonSet' | 'Job' | 'CronJob'
  readonly id: number
}

/** `status.phase`, as the kubelet computes it; Unknown is not modelled (unused since 1.5). */
export type Phase = 'Pending' | 'Running' | 'Succeeded' | 'Failed'

/** One container of a Pod as its kubelet last reported it. */
export interface ContainerStatus {
  readonly state: 'waiting' | 'running' | 'terminated'
  /** Waiting: ContainerCreating, CrashLoopBackOff, ImagePullBackOff …; terminated: Completed, Error, OOMKilled. */
  readonly reason: string
  readonly exitCode: number
  readonly startedAt: Instant | null
  readonly finishedAt: Instant | null
  /** Exit code of the instance before, when there was one. */
  readonly lastExitCode: number | null
  readonly ready: boolean
  readonly started: boolean
  readonly restartCount: number
}

/** A Pod: its spec, its binding, and its status as last reported. */
export interface Pod extends ApiObject {
  readonly kind: 'Pod'
  readonly spec: PodSpec
  /** `spec.nodeName`, as the machine of that name; UNBOUND until the binding. */
  readonly node: MachineId
  /** Set with `deletionTimestamp`. */
  readonly deletionGracePeriodSeconds: number | null
  readonly phase: Phase
  /** `status.reason`: Evicted, OutOfcpu, NodeAffinity …; empty normally. */
  readonly reason: string
  /** The message of PodScheduled=False; empty when scheduled or never tried. */
  readonly unschedulable: string
  readonly initialized: boolean
  readonly containersReady: boolean
  readonly ready: boolean
  /** Last transition of the Ready condition. */
  readonly readyTransition: Instant
  readonly podIP: string
  readonly startTime: Instant | null
  /** In spec order; empty until the kubelet first reports. */
  readonly containerStatuses: readonly ContainerStatus[]
  readonly initContainerStatuses: readonly ContainerStatus[]
  readonly nominatedNode: MachineId
  /** Annotation `kubernetes.io/config.mirror`: stands for a static Pod. */
  readonly mirror: boolean
  /** Condition DisruptionTarget=True, which only Jobs look at and only their Pods carry. */
  readonly disruptionTarget?: boolean
}

/** Unknown: the node lifecycle controller has lost contact. */
export type ConditionStatus = 'True' | 'False' | 'Unknown'
/** A taint of a Node; NoExecute taints carry the time they were added. */
export interface Taint extends TaintSpec {
  readonly timeAdded: Instant | null
}
/** A Node: what the cluster believes about a machine. */
export interface Node extends ApiObject {
  readonly kind: 'Node'
  readonly id: MachineId
  /** Region and zone, as node lifecycle keys its zones; empty when unlabelled. */
  readonly zone: string
  readonly taints: readonly Taint[]
  readonly unschedulable: boolean
  readonly capacity: Resources
  readonly allocatable: Resources
  readonly podCIDR: string
  /** Absent condition: a Node that was never reported on. */
  readonly ready: ConditionStatus | null
  readonly readyTransition: Instant
  readonly memoryPressure: ConditionStatus
  readonly diskPressure: ConditionStatus
  readonly pidPressure: ConditionStatus
  readonly networkUnavailable: ConditionStatus
  readonly bootID: number
  /** `status.images`: size on disk [bytes] by reference, as last reported; absent when never reported. */
  readonly images?: Readonly<Record<string, number>>
  /** `status.volumesAttached`: claims whose volumes the attach/detach controller has attached, ascending ids; absent when never any. */
  readonly volumesAttached?: readonly number[]
  /** `status.volumesInUse`: claims whose volumes the kubelet has mounted or wants to, ascending ids, as last reported. */
  readonly volumesInUse?: readonly number[]
}

/** ReplicaSets and ReplicationControllers: one controller code, two kinds. */
export interface ReplicaSet extends ApiObject {
  readonly kind: 'ReplicaSet' | 'ReplicationController'
  readonly replicas: number
  readonly minReadySeconds: number
  readonly selector: LabelSelector
  readonly template: PodTemplate
  /** `deployment.kubernetes.io/desired-replicas` and `max-replicas`; null when no Deployment owns it. */
  readonly desiredReplicas: number | null
  readonly maxReplicas: number | null
  /** `deployment.kubernetes.io/revision`. */
  readonly revision: number
  readonly status: ReplicaSetStatus
}
/** Counts of active Pods, as the controller last wrote them. */
export interface ReplicaSetStatus {
  readonly replicas: number
  readonly readyReplicas: number
  readonly availableReplicas: number
  readonly observedGeneration: number
}

/** A Deployment. */
export interface Deployment extends ApiObject {
  readonly kind: 'Deployment'
  readonly replicas: number
  readonly minReadySeconds: number
  readonly selector: LabelSelector
  readonly template: PodTemplate
  readonly strategy: 'RollingUpdate' | 'Recreate'
  readonly maxSurge: IntOrPercent
  readonly maxUnavailable: IntOrPercent
  readonly progressDeadlineSeconds: number
  readonly revisionHistoryLimit: number
  readonly paused: boolean
  readonly status: DeploymentStatus
}
/** Counts over its ReplicaSets, and the Progressing condition. */
export interface DeploymentStatus {
  readonly replicas: number
  readonly updatedReplicas: number
  readonly readyReplicas: number
  readonly availableReplicas: number
  readonly unavailableReplicas: number
  readonly observedGeneration: number
  /** Reason of the Progressing condition. */
  readonly progressing:
    | 'NewReplicaSetCreated'
    | 'FoundNewReplicaSet'
    | 'ReplicaSetUpdated'
    | 'NewReplicaSetAvailable'
    | 'ProgressDeadlineExceeded'
    | 'DeploymentPaused'
    | 'DeploymentResumed'
    | ''
  /** Its last update. */
  readonly progressTime: Instant
}

/** A Service: a name and an address that never change. */
export interface Service extends ApiObject {
  readonly kind: 'Service'
  readonly type: 'ClusterIP' | 'NodePort' | 'LoadBalancer' | 'ExternalName'
  /** `None` for headless. */
  readonly clusterIP: string
  readonly selector: Labels
  readonly ports: readonly ServicePort[]
  readonly publishNotReadyAddresses: boolean
}

/** The Endpoints object of a Service, of the same name. */
export interface Endpoints extends ApiObject {
  readonly kind: 'Endpoints'
  readonly service: ServiceId
  /** Pods by id, ascending. */
  readonly ready: readonly PodId[]
  readonly notReady: readonly PodId[]
  /** Their addresses, in the same order. */
  readonly readyIPs: readonly string[]
  readonly notReadyIPs: readonly string[]
}
/** Some of the endpoints of a Service (at most `--max-endpoints-per-slice`). */
export interface EndpointSlice extends ApiObject {
  readonly kind: 'EndpointSlice'
  readonly service: ServiceId
  readonly endpoints: readonly SliceEndpoint[]
}
/** One Pod in a slice, with its address and conditions. */
export interface SliceEndpoint {
  readonly pod: PodId
  readonly ip: string
  readonly ready: boolean
  readonly serving: boolean
  readonly terminating: boolean
}
/** A PriorityClass. */
export interface PriorityClass extends ApiObject {
  readonly kind: 'PriorityClass'
  readonly value: number
  readonly globalDefault: boolean
  readonly preemptionPolicy: 'PreemptLowerPriority' | 'Never'
}
/** A PodDisruptionBudget; exactly one of the two limits is set. */
export interface PodDisruptionBudget extends ApiObject {
  readonly kind: 'PodDisruptionBudget'
  readonly selector: LabelSelector
  readonly minAvailable: IntOrPercent | null
  readonly maxUnavailable: IntOrPercent | null
  readonly unhealthyPodEvictionPolicy: 'IfHealthyBudget' | 'AlwaysAllow'
  readonly status: DisruptionBudgetStatus
}
/** What a budget allows, as its controller last worked it out and evictions have used it up since. */
export interface DisruptionBudgetStatus {
  readonly disruptionsAllowed: number
  readonly currentHealthy: number
  readonly desiredHealthy: number
  readonly expectedPods: number
  /** Names of Pods whose eviction was allowed and whose deletion the controller has not seen, and since when [whole seconds]. */
  readonly disruptedPods: Readonly<Record<string, Instant>>
  readonly observedGeneration: number
}

/** A HorizontalPodAutoscaler. */
export interface HorizontalPodAutoscaler extends ApiObject, AutoscalerSpec {
  readonly kind: 'HorizontalPodAutoscaler'
}

/** A ResourceQuota, as far as it limits Pods. */
export interface ResourceQuota extends ApiObject {
  readonly kind: 'ResourceQuota'
  readonly hard: Resources
}

/** Every kind the store holds. */
export interface Kinds {
  Pod: Pod
  Node: Node
  ReplicaSet: ReplicaSet
  ReplicationController: ReplicaSet
  Deployment: Deployment
  StatefulSet: StatefulSet
  ControllerRevision: ControllerRevision
  PersistentVolumeClaim: PersistentVolumeClaim
  VolumeAttachment: VolumeAttachment
  Service: Service
  Endpoints: Endpoints
  EndpointSlice: EndpointSlice
  PriorityClass: PriorityClass
  PodDisruptionBudget: PodDisruptionBudget
  HorizontalPodAutoscaler: HorizontalPodAutoscaler
  ResourceQuota: ResourceQuota
  DaemonSet: DaemonSet
  Job: Job
  CronJob: CronJob
}
/** `Pod`, `Node` … */
export type KindName = keyof Kinds

/** The fields the API server fills in: a draft has all the others. */
type ServerSet = 'id' | 'created' | 'deletionTimestamp' | 'resourceVersion' | 'version' | 'generation'
/** An object that is to be created: the API server sets the rest. An id is given only where it is known before, as that of a Node. */
export type Draft<Object extends ApiObject> = Omit<Object, ServerSet> & { readonly id?: number }

/** Whether a Pod counts for its controller: `controller.IsPodActive` (pkg/controller/controller_utils.go, 1.20 … 1.36). */
export const isActive = (pod: Pod): boolean => pod.deletionTimestamp === null && pod.phase !== 'Succeeded' && pod.phase !== 'Failed'

/** Whether a Pod has ended for good. */
export const isTerminal = ({ phase }: Pick<Pod, 'phase'>): boolean => phase === 'Succeeded' || phase === 'Failed'

/** The condition DisruptionTarget, kept where somebody reads it: Jobs, of their Pods. */
export const disrupted = ({ owner }: Pod): Partial<Pod> => (owner?.kind === 'Job' ? { disruptionTarget: true } : {})

/** The kinds whose replicas a disruption budget knows of by themselves (disruption.go:finders, 1.20 … 1.36). */
type Scaled = OwnerReference & { readonly kind: 'ReplicaSet' | 'ReplicationController' | 'StatefulSet' }
/** Whether an owner says how many Pods it wants: DaemonSets and Jobs do not, in the way that disruption budgets ask. */
export const isScaled = (owner: OwnerReference): owner is Scaled =>
  owner.kind === 'ReplicaSet' || owner.kind === 'ReplicationController' || owner.kind === 'StatefulSet'
