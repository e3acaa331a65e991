import type {
  ApiObject,
  CronJob,
  DaemonSet,
  Deployment,
  Job,
  MachineId,
  Node,
  PersistentVolumeClaim,
  Pod,
  ReplicaSet,
  StatefulSet,
} from '../cluster/objects.ts'
import type { ClaimTemplate } from '../scenario/specs.ts'
import { jobSpecManifest, podSpecManifest, quantities, strategyManifest, templateManifest } from './spec-manifest.ts'

const GROUPS: Readonly<Record<string, string>> = {
  Deployment: 'apps/v1',
  DaemonSet: 'apps/v1',
  Job: 'batch/v1',
  CronJob: 'batch/v1',
  ReplicaSet: 'apps/v1',
  StatefulSet: 'apps/v1',
  ControllerRevision: 'apps/v1',
  VolumeAttachment: 'storage.k8s.io/v1',
  EndpointSlice: 'discovery.k8s.io/v1',
  PriorityClass: 'scheduling.k8s.io/v1',
  PodDisruptionBudget: 'policy/v1',
  HorizontalPodAutoscaler: 'autoscaling/v2',
}

/** Fields that are metadata, or that only the model has. */
const METADATA = new Set(
  'kind id key namespace name labels annotations owner created deletionTimestamp deletionGracePeriodSeconds resourceVersion version generation'.split(
    ' ',
  ),
)

/** Kinds without `spec` and `status`: their fields stand at the top. */
const FLAT = new Set(['Endpoints', 'EndpointSlice', 'PriorityClass'])

/** An object in the shape of `kubectl get -o yaml`: metadata, spec and status by their Kubernetes names, as far as they are modelled. */
export function manifestOf(object: ApiObject, machineName: (machine: MachineId) => string): unknown {
  const { kind, namespace, name, labels, annotations, resourceVersion, generation, deletionTimestamp } = object
  const metadata = {
    name,
    ...(namespace === '' ? {} : { namespace }),
    ...(Object.keys(labels).length === 0 ? {} : { labels }),
    ...(Object.keys(annotations).length === 0 ? {} : { annotations }),
    resourceVersion: String(resourceVersion),
    generation,
    ...(deletionTimestamp === null ? {} : { deletionTimestamp: `${deletionTimestamp / 1e6}s` }),
  }
  return { apiVersion: GROUPS[kind] ?? 'v1', kind, metadata, ...bodyOf(object, machineName) }
}

function bodyOf(object: ApiObject, machineName: (machine: MachineId) => string): object {
  if (object.kind === 'Pod') return podBody(object as Pod, machineName)
  if (object.kind === 'Node') return nodeBody(object as Node)
  if (object.kind === 'Deployment') return deploymentBody(object as Deployment)
  if (object.kind === 'DaemonSet') return daemonSetBody(object as DaemonSet)
  if (object.kind === 'CronJob') return cronJobBody(object as CronJob)
  if (object.kind === 'Job') return jobBody(object as Job)
  if (object.kind === 'ReplicaSet' || object.kind === 'ReplicationController') return replicaSetBody(object as ReplicaSet)
  if (object.kind === 'StatefulSet') return statefulSetBody(object as StatefulSet)
  if (object.kind === 'PersistentVolumeClaim') return claimBody(object as PersistentVolumeClaim)
  const fields = Object.entries(object).filter(([field, value]) => !METADATA.has(field) && value !== null)
  if (FLAT.has(object.kind)) return Object.fromEntries(fields)
  const spec = Object.fromEntries(fields.filter(([field]) => field !== 'status'))
  return 'status' in object ? { spec, status: object.status } : { spec }
}

function deploymentBody(deployment: Deployment): object {
  const { replicas, minReadySeconds, selector, template, progressDeadlineSeconds, revisionHistoryLimit, paused } = deployment
  const { progressing, progressTime, ...counts } = deployment.status
  const lacks = progressing === 'ProgressDeadlineExceeded'
  return {
    spec: {
      replicas,
      ...(minReadySeconds === 0 ? {} : { minReadySeconds }),
      selector: selectorBody(selector),
      strategy: strategyManifest(deployment),
      template: templateManifest(template),
      progressDeadlineSeconds,
      revisionHistoryLimit,
      ...(paused ? { paused } : {}),
    },
    status: {
      ...counts,
      ...(progressing === '' ? {} : { conditions: [{ ...condition('Progressing', !lacks), reason: progressing }] }),
    },
  }
}

function daemonSetBody(set: DaemonSet): object {
  const { minReadySeconds, selector, template, updateStrategy, status } = set
  return {
    spec: {
      ...(minReadySeconds === 0 ? {} : { minReadySeconds }),
      selector: selectorBody(selector),
      updateStrategy: strategyManifest({ ...set, strategy: updateStrategy }),
      template: templateManifest(template),
    },
    status,
  }
}

function cronJobBody(cronJob: CronJob): object {
  const { schedule, concurrencyPolicy, startingDeadlineSeconds, suspend, jobTemplate, status } = cronJob
  const { successfulJobsHistoryLimit, failedJobsHistoryLimit } = cronJob
  const { labels, annotations, spec } = jobTemplate
  return {
    spec: {
      schedule,
      concurrencyPolicy,
      suspend,
      ...(startingDeadlineSeconds === null ? {} : { startingDeadlineSeconds }),
      successfulJobsHistoryLimit,
      failedJobsHistoryLimit,
      jobTemplate: { metadata: { labels, annotations }, spec: jobSpecManifest(spec) },
    },
    status: { active: status.active.length },
  }
}

function jobBody(job: Job): object {
  const { active, ready, terminating, succeeded, failed, completedIndexes, end, target } = job.status
  const conditions = [
    ...(target === null
      ? []
      : [{ ...condition(target.type === 'Complete' ? 'SuccessCriteriaMet' : 'FailureTarget', true), reason: target.reason }]),
    ...(end === null ? [] : [{ ...condition(end.type, true), reason: end.reason }]),
  ]
  return {
    spec: jobSpecManifest(job),
    status: {
      active,
      ready,
      terminating,
      succeeded,
      failed,
      ...(completedIndexes.length === 0 ? {} : { completedIndexes: completedIndexes.join(',') }),
      ...(conditions.length === 0 ? {} : { conditions }),
    },
  }
}

function replicaSetBody({ kind, replicas, minReadySeconds, selector, template, status }: ReplicaSet): object {
  return {
    spec: {
      replicas,
      ...(minReadySeconds === 0 ? {} : { minReadySeconds }),
      selector: kind === 'ReplicationController' ? selector.matchLabels : selectorBody(selector),
      template: templateManifest(template),
    },
    status,
  }
}

function statefulSetBody(set: StatefulSet): object {
  const { replicas, minReadySeconds, selector, template, podManagementPolicy, updateStrategy, partition, revisionHistoryLimit } = set
  const { currentReplicas, updatedReplicas, currentRevision, updateRevision, ...counts } = set.status
  return {
    spec: {
      replicas,
      ...(minReadySeconds === 0 ? {} : { minReadySeconds }),
      ...(set.startOrdinal === 0 ? {} : { ordinals: { start: set.startOrdinal } }),
      selector: selectorBody(selector),
      podManagementPolicy,
      updateStrategy: {
        type: updateStrategy,
        ...(updateStrategy === 'OnDelete' || partition === null ? {} : { rollingUpdate: { partition } }),
      },
      template: templateManifest(template),
      ...(set.volumeClaimTemplates.length === 0 ? {} : { volumeClaimTemplates: set.volumeClaimTemplates.map(claimTemplateBody) }),
      revisionHistoryLimit,
    },
    status: { ...counts, currentReplicas, updatedReplicas, currentRevision, updateRevision },
  }
}

const claimTemplateBody = ({ name, labels, accessModes }: ClaimTemplate): object => ({
  metadata: { name, ...(Object.keys(labels).length === 0 ? {} : { labels }) },
  spec: { accessModes },
})

const claimBody = ({ accessModes, phase }: PersistentVolumeClaim): object => ({ spec: { accessModes }, status: { phase } })

const selectorBody = ({ matchLabels, matchExpressions }: Deployment['selector']): object => ({
  ...(Object.keys(matchLabels).length === 0 ? {} : { matchLabels }),
  ...(matchExpressions.length === 0 ? {} : { matchExpressions }),
})

const condition = (type: string, holds: boolean) => ({ type, status: holds ? 'True' : 'False' })

function podBody(pod: Pod, machineName: (machine: MachineId) => string): object {
  const { spec, node, phase, reason, podIP, containerStatuses, initContainerStatuses, nominatedNode } = pod
  return {
    spec: { ...podSpecManifest(spec), ...(node < 0 ? {} : { nodeName: machineName(node) }) },
    status: {
      phase,
      ...(reason === '' ? {} : { reason }),
      conditions: [
        {
          ...condition('PodScheduled', node >= 0),
          ...(pod.unschedulable === '' ? {} : { reason: 'Unschedulable', message: pod.unschedulable }),
        },
        condition('Initialized', pod.initialized),
        condition('ContainersReady', pod.containersReady),
        condition('Ready', pod.ready),
      ],
      ...(podIP === '' ? {} : { podIP }),
      ...(nominatedNode < 0 ? {} : { nominatedNodeName: machineName(nominatedNode) }),
      containerStatuses: containerStatuses.map((status, index) => ({ name: spec.containers[index]?.name, ...status })),
      ...(initContainerStatuses.length === 0
        ? {}
        : { initContainerStatuses: initContainerStatuses.map((status, index) => ({ name: spec.initContainers[index]?.name, ...status })) }),
    },
  }
}

function nodeBody(node: Node): object {
  const { podCIDR, taints, unschedulable, capacity, allocatable } = node
  const conditions = [
    { type: 'MemoryPressure', status: node.memoryPressure },
    { type: 'DiskPressure', status: node.diskPressure },
    { type: 'PIDPressure', status: node.pidPressure },
    { type: 'NetworkUnavailable', status: node.networkUnavailable },
    ...(node.ready === null ? [] : [{ type: 'Ready', status: node.ready }]),
  ]
  return {
    spec: { podCIDR, ...(taints.length === 0 ? {} : { taints }), ...(unschedulable ? { unschedulable } : {}) },
    status: { capacity: quantities(capacity), allocatable: quantities(allocatable), conditions },
  }
}
