/**
 * Kubernetes objects as a manifest gives them, after defaulting: Kubernetes' own field names and units (seconds stay seconds), except that
 * quantities are numbers: CPU in millicores, everything else in units (bytes for memory and storage). Immutable and shared.
 */

/** Amounts by resource name: `cpu` [millicores], `memory` and `ephemeral-storage` [bytes], `pods` and extended resources [count]. */
export type Resources = Readonly<Record<string, number>>
/** Labels or annotations by key. */
export type Labels = Readonly<Record<string, string>>

/** Operator of a requirement. */
export type Operator = 'In' | 'NotIn' | 'Exists' | 'DoesNotExist' | 'Gt' | 'Lt'
/** One requirement of a selector. */
export interface Requirement {
  readonly key: string
  readonly operator: Operator
  readonly values: readonly string[]
}
/** An empty selector (no labels, no expressions) matches everything; an absent one nothing. */
export interface LabelSelector {
  readonly matchLabels: Labels
  readonly matchExpressions: readonly Requirement[]
}

/** What a taint does to Pods that do not tolerate it. */
export type TaintEffect = 'NoSchedule' | 'PreferNoSchedule' | 'NoExecute'
/** `spec.taints[]` of a Node. */
export interface Taint {
  readonly key: string
  readonly value: string
  readonly effect: TaintEffect
}
/** `spec.tolerations[]` of a Pod. */
export interface Toleration {
  /** Empty with operator Exists: every key. */
  readonly key: string
  readonly operator: 'Equal' | 'Exists'
  readonly value: string
  /** Empty: every effect. */
  readonly effect: TaintEffect | ''
  /** Absent: for ever. */
  readonly tolerationSeconds?: number
}

/** A probe with its defaults filled in [s]. */
export interface Probe {
  readonly handler: 'exec' | 'httpGet' | 'tcpSocket' | 'grpc'
  readonly initialDelaySeconds: number
  readonly timeoutSeconds: number
  readonly periodSeconds: number
  readonly successThreshold: number
  readonly failureThreshold: number
  readonly terminationGracePeriodSeconds?: number
}

/** `ports[]` of a container; hostPort 0 when it has none. */
export interface ContainerPort {
  readonly name: string
  readonly containerPort: number
  readonly hostPort: number
  readonly protocol: string
}

/** A container of a Pod template. */
export interface ContainerSpec {
  readonly name: string
  readonly image: string
  readonly imagePullPolicy: 'Always' | 'IfNotPresent' | 'Never'
  readonly requests: Resources
  readonly limits: Resources
  readonly ports: readonly ContainerPort[]
  readonly readinessProbe?: Probe
  readonly livenessProbe?: Probe
  readonly startupProbe?: Probe
  /** Sidecars: init containers with restartPolicy Always (Kubernetes ≥ 1.29). */
  readonly restartPolicy?: 'Always'
  readonly preStop: boolean
  readonly postStart: boolean
  /** How long a hook with the handler `sleep` lasts [s]; absent for any other. */
  readonly preStopSleep?: number
  readonly postStartSleep?: number
}

/** One term of a node affinity; its requirements are ANDed. */
export interface NodeSelectorTerm {
  readonly matchExpressions: readonly Requirement[]
  /** Requirements on `metadata.name`. */
  readonly matchFields: readonly Requirement[]
}
/** One term of a Pod (anti-)affinity; no selector matches nothing, no namespaces means the Pod’s own. */
export interface PodAffinityTerm {
  readonly labelSelector?: LabelSelector
  readonly namespaces: readonly string[]
  readonly topologyKey: string
}
/** `spec.affinity`. */
export interface Affinity {
  readonly nodeAffinity: {
    /** Terms are ORed; absent: no requirement. */
    readonly required?: readonly NodeSelectorTerm[]
    readonly preferred: readonly { readonly weight: number; readonly preference: NodeSelectorTerm }[]
  }
  readonly podAffinity: PodAffinities
  readonly podAntiAffinity: PodAffinities
}
/** Required and preferred terms of a Pod (anti-)affinity. */
export interface PodAffinities {
  readonly required: readonly PodAffinityTerm[]
  readonly preferred: readonly { readonly weight: number; readonly term: PodAffinityTerm }[]
}

/** `spec.topologySpreadConstraints[]`. */
export interface TopologySpreadConstraint {
  readonly maxSkew: number
  readonly topologyKey: string
  readonly whenUnsatisfiable: 'DoNotSchedule' | 'ScheduleAnyway'
  readonly labelSelector?: LabelSelector
  readonly minDomains?: number
}

/** Kinds of volumes that are known. */
export type VolumeKind = 'emptyDir' | 'configMap' | 'secret' | 'projected' | 'hostPath' | 'downwardAPI' | 'persistentVolumeClaim'
/** `spec.volumes[]`. */
export interface Volume {
  readonly name: string
  readonly kind: VolumeKind
  readonly claimName?: string
}

/** `spec` of a Pod. */
export interface PodSpec {
  /** Absent until bound. */
  readonly nodeName?: string
  readonly containers: readonly ContainerSpec[]
  readonly initContainers: readonly ContainerSpec[]
  readonly restartPolicy: 'Always' | 'OnFailure' | 'Never'
  readonly terminationGracePeriodSeconds: number
  readonly tolerations: readonly Toleration[]
  readonly nodeSelector: Labels
  readonly affinity?: Affinity
  readonly topologySpreadConstraints: readonly TopologySpreadConstraint[]
  readonly volumes: readonly Volume[]
  /** Absent: unless the Pod's account says otherwise, which it cannot here. */
  readonly automountServiceAccountToken?: boolean
  readonly hostNetwork: boolean
  readonly enableServiceLinks: boolean
  readonly schedulerName: string
  readonly priorityClassName: string
  readonly priority: number
  readonly preemptionPolicy: 'PreemptLowerPriority' | 'Never'
  readonly overhead: Resources
  readonly readinessGates: readonly string[]
  readonly activeDeadlineSeconds?: number
}

/** `spec.template` of a workload. */
export interface PodTemplate {
  readonly labels: Labels
  readonly annotations: Labels
  readonly spec: PodSpec
}

/** What every manifest has. */
export interface Manifest {
  readonly kind: string
  readonly name: string
  /** Empty for cluster-scoped kinds. */
  readonly namespace: string
  readonly labels: Labels
  readonly annotations: Labels
}

/** A Pod as a manifest gives it. */
export interface PodManifest extends Manifest {
  readonly kind: 'Pod'
  readonly spec: PodSpec
  /** `status.phase` of a recorded Pod, used by `initial: given`. */
  readonly phase?: 'Pending' | 'Running' | 'Succeeded' | 'Failed'
  /** The controller among `metadata.ownerReferences`, as `Kind/name`. */
  readonly owner?: string
}
/** A ReplicaSet or ReplicationController as a manifest gives it. */
export interface ReplicaSetManifest extends Manifest {
  readonly kind: 'ReplicaSet' | 'ReplicationController'
  readonly replicas: number
  readonly minReadySeconds: number
  readonly selector: LabelSelector
  readonly template: PodTemplate
  readonly owner?: string
}
/** A number of Pods, or a share of the desired number. */
export type IntOrPercent = { readonly count: number } | { readonly percent: number }
/** A Deployment as a manifest gives it. */
export interface DeploymentManifest extends Manifest {
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
}
/** A StatefulSet as a manifest gives it. */
export interface StatefulSetManifest extends Manifest {
  readonly kind: 'StatefulSet'
  readonly replicas: number
  readonly minReadySeconds: number
  readonly selector: LabelSelector
  readonly template: PodTemplate
  readonly podManagementPolicy: 'OrderedReady' | 'Parallel'
  readonly updateStrategy: 'RollingUpdate' | 'OnDelete'
  /** Absent where `updateStrategy` is written without `rollingUpdate`. */
  readonly partition?: number
  readonly revisionHistoryLimit: number
  /** `spec.ordinals.start`. */
  readonly startOrdinal: number
  readonly volumeClaimTemplates: readonly ClaimTemplate[]
}
/** How a volume may be used: `ReadWriteOnce` and `ReadWriteOncePod` on one machine at a time. */
export type AccessMode = 'ReadWriteOnce' | 'ReadWriteOncePod' | 'ReadWriteMany' | 'ReadOnlyMany'
/** `spec.volumeClaimTemplates[]` of a StatefulSet: each of its Pods has a claim of its own. */
export interface ClaimTemplate {
  readonly name: string
  readonly labels: Labels
  readonly accessModes: readonly AccessMode[]
}
/** A PersistentVolumeClaim as a manifest gives it. */
export interface PersistentVolumeClaimManifest extends Manifest {
  readonly kind: 'PersistentVolumeClaim'
  readonly accessModes: readonly AccessMode[]
}
/** A DaemonSet as a manifest gives it. */
export interface DaemonSetManifest extends Manifest {
  readonly kind: 'DaemonSet'
  readonly minReadySeconds: number
  readonly selector: LabelSelector
  readonly template: PodTemplate
  readonly updateStrategy: 'RollingUpdate' | 'OnDelete'
  readonly maxSurge: IntOrPercent
  readonly maxUnavailable: IntOrPercent
}
/** What a rule of a Job's `podFailurePolicy` looks at. */
export interface PodFailureRule {
  readonly action: 'FailJob' | 'FailIndex' | 'Ignore' | 'Count'
  /** Absent: the rule is about conditions. */
  readonly onExitCodes?: { readonly containerName?: string; readonly operator: 'In' | 'NotIn'; readonly values: readonly number[] }
  /** Types of conditions that must be True; only DisruptionTarget ever is here. */
  readonly onPodConditions?: readonly { readonly type: string; readonly status: string }[]
}
/** A rule of an Indexed Job's `successPolicy`: at least one of the two is given. */
export interface SuccessRule {
  /** Ascending. */
  readonly succeededIndexes: readonly number[] | null
  readonly succeededCount: number | null
}
/** What a Job is to do, as a manifest gives it. */
export interface JobSpec {
  readonly parallelism: number
  /** Null: done when one Pod has succeeded and none runs. */
  readonly completions: number | null
  readonly completionMode: 'NonIndexed' | 'Indexed'
  readonly backoffLimit: number
  /** Failures that one index may have; null: all indexes share `backoffLimit`. */
  readonly backoffLimitPerIndex: number | null
  readonly maxFailedIndexes: number | null
  readonly activeDeadlineSeconds: number | null
  readonly ttlSecondsAfterFinished: number | null
  readonly suspend: boolean
  readonly podFailurePolicy: readonly PodFailureRule[] | null
  readonly podReplacementPolicy: 'TerminatingOrFailed' | 'Failed'
  readonly successPolicy: readonly SuccessRule[] | null
  readonly template: PodTemplate
}
/** A Job as a manifest gives it. */
export interface JobManifest extends Manifest, JobSpec {
  readonly kind: 'Job'
  /** Of a recorded Job: Pods counted so far, and how it has ended. */
  readonly succeeded: number
  readonly failed: number
  readonly end: { readonly type: 'Complete' | 'Failed'; readonly reason: string } | null
}
/** A CronJob as a manifest gives it. */
export interface CronJobManifest extends Manifest {
  readonly kind: 'CronJob'
  /** Five fields of cron or a descriptor, in UTC. */
  readonly schedule: string
  readonly concurrencyPolicy: 'Allow' | 'Forbid' | 'Replace'
  readonly startingDeadlineSeconds: number | null
  readonly suspend: boolean
  readonly successfulJobsHistoryLimit: number
  readonly failedJobsHistoryLimit: number
  readonly jobTemplate: { readonly labels: Labels; readonly annotations: Labels; readonly spec: JobSpec }
}
/** `spec.ports[]` of a Service. */
export interface ServicePort {
  readonly name: string
  readonly port: number
  readonly targetPort: number | string
  readonly protocol: string
  readonly nodePort?: number
}
/** A Service as a manifest gives it. */
export interface ServiceManifest extends Manifest {
  readonly kind: 'Service'
  readonly type: 'ClusterIP' | 'NodePort' | 'LoadBalancer' | 'ExternalName'
  /** `None` for headless; absent: to be allocated. */
  readonly clusterIP?: string
  /** Empty: no selector, endpoints are managed by hand. */
  readonly selector: Labels
  readonly ports: readonly ServicePort[]
  readonly publishNotReadyAddresses: boolean
}
/** A PriorityClass as a manifest gives it. */
export interface PriorityClassManifest extends Manifest {
  readonly kind: 'PriorityClass'
  readonly value: number
  readonly globalDefault: boolean
  readonly preemptionPolicy: 'PreemptLowerPriority' | 'Never'
}
/** A Node as a manifest gives it. */
export interface NodeManifest extends Manifest {
  readonly kind: 'Node'
  readonly taints: readonly Taint[]
  readonly unschedulable: boolean
  readonly capacity: Resources
  readonly allocatable: Resources
  readonly podCIDR?: string
  readonly providerID?: string
}
/** A PodDisruptionBudget as a manifest gives it. */
export interface PodDisruptionBudgetManifest extends Manifest {
  readonly kind: 'PodDisruptionBudget'
  readonly selector: LabelSelector
  readonly minAvailable?: IntOrPercent
  readonly maxUnavailable?: IntOrPercent
  readonly unhealthyPodEvictionPolicy?: 'IfHealthyBudget' | 'AlwaysAllow'
}

/** How fast an autoscaler may change a number of replicas in one direction. */
export interface ScalingRules {
  readonly selectPolicy: 'Max' | 'Min' | 'Disabled'
  /** null: that of the controller's flag. */
  readonly stabilizationWindowSeconds: number | null
  readonly policies: readonly { readonly type: 'Pods' | 'Percent'; readonly value: number; readonly periodSeconds: number }[]
}
/** What an autoscaler asks for. */
export interface AutoscalerSpec {
  readonly target: { readonly kind: 'Deployment' | 'ReplicaSet' | 'ReplicationController' | 'StatefulSet'; readonly name: string }
  readonly minReplicas: number
  readonly maxReplicas: number
  /** Target use of CPU [% of the request]. */
  readonly cpuUtilization: number
  readonly behavior: { readonly scaleUp: ScalingRules; readonly scaleDown: ScalingRules } | null
}
/** A HorizontalPodAutoscaler as a manifest gives it. */
export interface HorizontalPodAutoscalerManifest extends Manifest, AutoscalerSpec {
  readonly kind: 'HorizontalPodAutoscaler'
}

/** A ResourceQuota as a manifest gives it. */
export interface ResourceQuotaManifest extends Manifest {
  readonly kind: 'ResourceQuota'
  /** By `pods`, `requests.cpu`, `requests.memory`, `limits.cpu`, `limits.memory`. */
  readonly hard: Resources
}

/** Every kind that may stand under `workloads`. */
export type WorkloadManifest =
  | PodManifest
  | ReplicaSetManifest
  | DeploymentManifest
  | StatefulSetManifest
  | PersistentVolumeClaimManifest
  | DaemonSetManifest
  | JobManifest
  | CronJobManifest
  | ServiceManifest
  | PriorityClassManifest
  | PodDisruptionBudgetManifest
  | HorizontalPodAutoscalerManifest
  | ResourceQuotaManifest
