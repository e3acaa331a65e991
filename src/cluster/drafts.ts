import type { Instant } from '../kernel/time.ts'
import type { MachineSpec } from '../scenario/scenario.ts'
import type {
  CronJobManifest,
  DaemonSetManifest,
  DeploymentManifest,
  HorizontalPodAutoscalerManifest,
  JobManifest,
  JobSpec,
  PersistentVolumeClaimManifest,
  PodDisruptionBudgetManifest,
  PodManifest,
  PodTemplate,
  PriorityClassManifest,
  ReplicaSetManifest,
  ResourceQuotaManifest,
  ServiceManifest,
  StatefulSetManifest,
  WorkloadManifest,
} from '../scenario/specs.ts'
import {
  type CronJob,
  type DaemonSet,
  type Deployment,
  type Draft,
  type HorizontalPodAutoscaler,
  type Job,
  type JobStatus,
  type KindName,
  type Kinds,
  type MachineId,
  type Node,
  type OwnerReference,
  type PersistentVolumeClaim,
  type Pod,
  type PodDisruptionBudget,
  type PriorityClass,
  type ReplicaSet,
  type ResourceQuota,
  type Service,
  type StatefulSet,
  UNBOUND,
} from './objects.ts'

const never = 0 as Instant

/** A Pod as it is created: pending, unbound, nothing reported. */
export function podDraft(name: string, namespace: string, key: string, template: PodTemplate, owner: OwnerReference | null): Draft<Pod> {
  return {
    kind: 'Pod',
    namespace,
    name,
    key,
    labels: template.labels,
    annotations: template.annotations,
    owner,
    spec: template.spec,
    node: UNBOUND,
    deletionGracePeriodSeconds: null,
    phase: 'Pending',
    reason: '',
    unschedulable: '',
    initialized: false,
    containersReady: false,
    ready: false,
    readyTransition: never,
    podIP: '',
    startTime: null,
    containerStatuses: [],
    initContainerStatuses: [],
    nominatedNode: UNBOUND,
    mirror: false,
  }
}

const meta = (manifest: WorkloadManifest) => ({
  namespace: manifest.namespace,
  name: manifest.name,
  key: `${manifest.kind.toLowerCase()}/${manifest.namespace}/${manifest.name}`,
  labels: manifest.labels,
  annotations: manifest.annotations,
  owner: null,
})

/** The status of a Job that nobody has looked at. */
export const NEW_JOB: JobStatus = {
  active: 0,
  ready: 0,
  terminating: 0,
  succeeded: 0,
  failed: 0,
  completedIndexes: [],
  failedIndexes: [],
  uncountedSucceeded: [],
  uncountedFailed: [],
  startTime: null,
  suspended: false,
  target: null,
  end: null,
  endTime: null,
}

/** The spec of a Job, without what else its manifest says. */
const jobSpecOf = (m: JobSpec): JobSpec => ({
  parallelism: m.parallelism,
  completions: m.completions,
  completionMode: m.completionMode,
  backoffLimit: m.backoffLimit,
  backoffLimitPerIndex: m.backoffLimitPerIndex,
  maxFailedIndexes: m.maxFailedIndexes,
  activeDeadlineSeconds: m.activeDeadlineSeconds,
  ttlSecondsAfterFinished: m.ttlSecondsAfterFinished,
  suspend: m.suspend,
  podFailurePolicy: m.podFailurePolicy,
  podReplacementPolicy: m.podReplacementPolicy,
  successPolicy: m.successPolicy,
  template: m.template,
})

/** How each kind of manifest becomes an object; a bare Pod's `spec.nodeName` is bound by the caller. */
const drafts: { readonly [Name in WorkloadManifest['kind']]: (manifest: never) => Draft<Kinds[Name]> } = {
  Pod: (m: PodManifest): Draft<Pod> => podDraft(m.name, m.namespace, meta(m).key, m, null),
  ReplicaSet: (m: ReplicaSetManifest): Draft<ReplicaSet> => replicaSetOf(m),
  ReplicationController: (m: ReplicaSetManifest): Draft<ReplicaSet> => replicaSetOf(m),
  Deployment: (m: DeploymentManifest): Draft<Deployment> => ({
    ...meta(m),
    kind: 'Deployment',
    replicas: m.replicas,
    minReadySeconds: m.minReadySeconds,
    selector: m.selector,
    template: m.template,
    strategy: m.strategy,
    maxSurge: m.maxSurge,
    maxUnavailable: m.maxUnavailable,
    progressDeadlineSeconds: m.progressDeadlineSeconds,
    revisionHistoryLimit: m.revisionHistoryLimit,
    paused: m.paused,
    status: {
      replicas: 0,
      updatedReplicas: 0,
      readyReplicas: 0,
      availableReplicas: 0,
      unavailableReplicas: 0,
      observedGeneration: 0,
      progressing: '',
      progressTime: never,
    },
  }),
  StatefulSet: (m: StatefulSetManifest): Draft<StatefulSet> => ({
    ...meta(m),
    kind: 'StatefulSet',
    replicas: m.replicas,
    minReadySeconds: m.minReadySeconds,
    selector: m.selector,
    template: m.template,
    podManagementPolicy: m.podManagementPolicy,
    updateStrategy: m.updateStrategy,
    partition: m.partition ?? null,
    revisionHistoryLimit: m.revisionHistoryLimit,
    startOrdinal: m.startOrdinal,
    volumeClaimTemplates: m.volumeClaimTemplates,
    status: {
      replicas: 0,
      readyReplicas: 0,
      availableReplicas: 0,
      currentReplicas: 0,
      updatedReplicas: 0,
      currentRevision: '',
      updateRevision: '',
      observedGeneration: 0,
    },
  }),
  PersistentVolumeClaim: (m: PersistentVolumeClaimManifest): Draft<PersistentVolumeClaim> => ({
    ...meta(m),
    kind: 'PersistentVolumeClaim',
    accessModes: m.accessModes,
    phase: 'Pending',
  }),
  DaemonSet: (m: DaemonSetManifest): Draft<DaemonSet> => ({
    ...meta(m),
    kind: 'DaemonSet',
    minReadySeconds: m.minReadySeconds,
    selector: m.selector,
    template: m.template,
    updateStrategy: m.updateStrategy,
    maxSurge: m.maxSurge,
    maxUnavailable: m.maxUnavailable,
    status: {
      desiredNumberScheduled: 0,
      currentNumberScheduled: 0,
      numberMisscheduled: 0,
      numberReady: 0,
      updatedNumberScheduled: 0,
      numberAvailable: 0,
      numberUnavailable: 0,
      observedGeneration: 0,
    },
    readyElsewhere: 0,
  }),
  Job: (m: JobManifest): Draft<Job> => ({
    ...meta(m),
    kind: 'Job',
    ...jobSpecOf(m),
    status: { ...NEW_JOB, succeeded: m.succeeded, failed: m.failed, end: m.end, endTime: m.end === null ? null : never },
  }),
  CronJob: (m: CronJobManifest): Draft<CronJob> => ({
    ...meta(m),
    kind: 'CronJob',
    schedule: m.schedule,
    concurrencyPolicy: m.concurrencyPolicy,
    startingDeadlineSeconds: m.startingDeadlineSeconds,
    suspend: m.suspend,
    successfulJobsHistoryLimit: m.successfulJobsHistoryLimit,
    failedJobsHistoryLimit: m.failedJobsHistoryLimit,
    jobTemplate: m.jobTemplate,
    status: { active: [], lastScheduleTime: null },
  }),
  Service: (m: ServiceManifest): Draft<Service> => ({
    ...meta(m),
    kind: 'Service',
    type: m.type,
    clusterIP: m.clusterIP ?? '',
    selector: m.selector,
    ports: m.ports,
    publishNotReadyAddresses: m.publishNotReadyAddresses,
  }),
  PriorityClass: (m: PriorityClassManifest): Draft<PriorityClass> => ({
    ...meta(m),
    kind: 'PriorityClass',
    value: m.value,
    globalDefault: m.globalDefault,
    preemptionPolicy: m.preemptionPolicy,
  }),
  HorizontalPodAutoscaler: (m: HorizontalPodAutoscalerManifest): Draft<HorizontalPodAutoscaler> => ({
    ...meta(m),
    kind: 'HorizontalPodAutoscaler',
    target: m.target,
    minReplicas: m.minReplicas,
    maxReplicas: m.maxReplicas,
    cpuUtilization: m.cpuUtilization,
    behavior: m.behavior,
  }),
  ResourceQuota: (m: ResourceQuotaManifest): Draft<ResourceQuota> => ({ ...meta(m), kind: 'ResourceQuota', hard: m.hard }),
  PodDisruptionBudget: (m: PodDisruptionBudgetManifest): Draft<PodDisruptionBudget> => ({
    ...meta(m),
    kind: 'PodDisruptionBudget',
    selector: m.selector,
    minAvailable: m.minAvailable ?? null,
    maxUnavailable: m.maxUnavailable ?? null,
    unhealthyPodEvictionPolicy: m.unhealthyPodEvictionPolicy ?? 'IfHealthyBudget',
    status: { disruptionsAllowed: 0, currentHealthy: 0, desiredHealthy: 0, expectedPods: 0, disruptedPods: {}, observedGeneration: 0 },
  }),
}

function replicaSetOf(m: ReplicaSetManifest): Draft<ReplicaSet> {
  return {
    kind: m.kind,
    replicas: m.replicas,
    minReadySeconds: m.minReadySeconds,
    selector: m.selector,
    template: m.template,
    desiredReplicas: null,
    maxReplicas: null,
    revision: 0,
    status: { replicas: 0, readyReplicas: 0, availableReplicas: 0, observedGeneration: 0 },
    ...meta(m),
  }
}

/** The object a manifest asks for. */
export function draftOf(manifest: WorkloadManifest): Draft<Kinds[KindName]> {
  const draft = drafts[manifest.kind] as unknown as (m: WorkloadManifest) => Draft<Kinds[KindName]>
  return draft(manifest)
}

/** The Node of a machine, registered and healthy. */
export function nodeDraft(machine: MachineId, spec: MachineSpec, podCIDR: string): Draft<Node> {
  const region = spec.labels['topology.kubernetes.io/region'] ?? spec.labels['failure-domain.beta.kubernetes.io/region'] ?? ''
  const zone = spec.labels['topology.kubernetes.io/zone'] ?? spec.labels['failure-domain.beta.kubernetes.io/zone'] ?? ''
  return {
    kind: 'Node',
    id: machine,
    namespace: '',
    name: spec.name,
    key: `node/${spec.name}`,
    labels: spec.labels,
    annotations: {},
    owner: null,
    zone: region === '' && zone === '' ? '' : `${region}:${zone}`,
    taints: spec.taints.map((taint) => ({ ...taint, timeAdded: null })),
    unschedulable: spec.unschedulable,
    capacity: spec.capacity,
    allocatable: spec.allocatable,
    podCIDR,
    ready: 'True',
    readyTransition: never,
    memoryPressure: 'False',
    diskPressure: 'False',
    pidPressure: 'False',
    networkUnavailable: 'False',
    bootID: 1,
  }
}
