import { HORIZONTAL_POD_AUTOSCALER } from './fields/autoscaler.ts'
import { PERSISTENT_VOLUME_CLAIM } from './fields/claim.ts'
import { NODE, PRIORITY_CLASS, SERVICE } from './fields/cluster.ts'
import { CRON_JOB } from './fields/cronjob.ts'
import { DAEMON_SET } from './fields/daemonset.ts'
import { JOB } from './fields/job.ts'
import { POD } from './fields/pod.ts'
import { RESOURCE_QUOTA } from './fields/quota.ts'
import { STATEFUL_SET } from './fields/stateful-set.ts'
import type { ObjectType } from './fields/types.ts'
import { DEPLOYMENT, POD_DISRUPTION_BUDGET, REPLICA_SET, REPLICATION_CONTROLLER } from './fields/workloads.ts'

/** A kind whose objects are read. */
export interface ModelledKind {
  readonly kind: string
  readonly apiVersion: string
  /** Group versions that once served it, and the minor release that no longer does. */
  readonly formerly: Readonly<Record<string, number>>
  readonly namespaced: boolean
  readonly fields: ObjectType
}

const EXTENSIONS = { 'extensions/v1beta1': 16, 'apps/v1beta1': 16, 'apps/v1beta2': 16 }

/** Kinds that are modelled. */
export const MODELLED_KINDS: readonly ModelledKind[] = [
  { kind: 'Pod', apiVersion: 'v1', formerly: {}, namespaced: true, fields: POD },
  { kind: 'ReplicationController', apiVersion: 'v1', formerly: {}, namespaced: true, fields: REPLICATION_CONTROLLER },
  { kind: 'ReplicaSet', apiVersion: 'apps/v1', formerly: EXTENSIONS, namespaced: true, fields: REPLICA_SET },
  { kind: 'Deployment', apiVersion: 'apps/v1', formerly: EXTENSIONS, namespaced: true, fields: DEPLOYMENT },
  {
    kind: 'StatefulSet',
    apiVersion: 'apps/v1',
    formerly: { 'apps/v1beta1': 16, 'apps/v1beta2': 16 },
    namespaced: true,
    fields: STATEFUL_SET,
  },
  { kind: 'PersistentVolumeClaim', apiVersion: 'v1', formerly: {}, namespaced: true, fields: PERSISTENT_VOLUME_CLAIM },
  { kind: 'DaemonSet', apiVersion: 'apps/v1', formerly: EXTENSIONS, namespaced: true, fields: DAEMON_SET },
  { kind: 'Job', apiVersion: 'batch/v1', formerly: {}, namespaced: true, fields: JOB },
  { kind: 'CronJob', apiVersion: 'batch/v1', formerly: { 'batch/v1beta1': 25 }, namespaced: true, fields: CRON_JOB },
  { kind: 'Service', apiVersion: 'v1', formerly: {}, namespaced: true, fields: SERVICE },
  {
    kind: 'PodDisruptionBudget',
    apiVersion: 'policy/v1',
    formerly: { 'policy/v1beta1': 25 },
    namespaced: true,
    fields: POD_DISRUPTION_BUDGET,
  },
  {
    kind: 'PriorityClass',
    apiVersion: 'scheduling.k8s.io/v1',
    formerly: { 'scheduling.k8s.io/v1beta1': 22, 'scheduling.k8s.io/v1alpha1': 22 },
    namespaced: false,
    fields: PRIORITY_CLASS,
  },
  {
    kind: 'HorizontalPodAutoscaler',
    apiVersion: 'autoscaling/v2',
    formerly: { 'autoscaling/v1': 99, 'autoscaling/v2beta2': 26, 'autoscaling/v2beta1': 25 },
    namespaced: true,
    fields: HORIZONTAL_POD_AUTOSCALER,
  },
  { kind: 'ResourceQuota', apiVersion: 'v1', formerly: {}, namespaced: true, fields: RESOURCE_QUOTA },
  { kind: 'Node', apiVersion: 'v1', formerly: {}, namespaced: false, fields: NODE },
]

/** Kinds that would change recovery and are not modelled: an error. To model one, move it to the table above. */
export const REFUSED_KINDS: readonly string[] = ['ResourceClaim', 'ResourceClaimTemplate', 'Workload']

/** Kinds without effect on recovery here: counted and left out. */
export const NOT_MODELLED_KINDS: readonly string[] = [
  'APIService',
  'Binding',
  'CertificateSigningRequest',
  'ClusterRole',
  'ClusterRoleBinding',
  'ClusterTrustBundle',
  'ComponentStatus',
  'ConfigMap',
  'ControllerRevision',
  'CSIDriver',
  'CSINode',
  'CSIStorageCapacity',
  'CustomResourceDefinition',
  'Endpoints',
  'EndpointSlice',
  'Event',
  'FlowSchema',
  'Ingress',
  'IngressClass',
  'IPAddress',
  'Lease',
  'LimitRange',
  'MutatingAdmissionPolicy',
  'MutatingAdmissionPolicyBinding',
  'MutatingWebhookConfiguration',
  'Namespace',
  'NetworkPolicy',
  'PersistentVolume',
  'PodSecurityPolicy',
  'PodTemplate',
  'PriorityLevelConfiguration',
  'Role',
  'RoleBinding',
  'RuntimeClass',
  'Secret',
  'ServiceAccount',
  'ServiceCIDR',
  'StorageClass',
  'ValidatingAdmissionPolicy',
  'ValidatingAdmissionPolicyBinding',
  'ValidatingWebhookConfiguration',
  'VolumeAttachment',
  'VolumeAttributesClass',
]

const BY_NAME: ReadonlyMap<string, ModelledKind> = new Map(MODELLED_KINDS.map((row) => [row.kind, row]))

/** The row of a modelled kind. */
export const modelledKind = (kind: string): ModelledKind | undefined => BY_NAME.get(kind)

/** Every kind Kubernetes itself has, for suggestions. */
export const ALL_KINDS: readonly string[] = [...MODELLED_KINDS.map(({ kind }) => kind), ...REFUSED_KINDS, ...NOT_MODELLED_KINDS, 'List']

/** Whether an apiVersion is of Kubernetes itself, not of a custom resource. */
export function isBuiltIn(apiVersion: string): boolean {
  const group = apiVersion.includes('/') ? apiVersion.slice(0, apiVersion.indexOf('/')) : ''
  return !group.includes('.') || group.endsWith('.k8s.io')
}
