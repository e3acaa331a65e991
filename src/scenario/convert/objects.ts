import { exclusiveFields, missingItem, outOfRange } from '../problems.ts'
import type {
  DeploymentManifest,
  IntOrPercent,
  NodeManifest,
  PodDisruptionBudgetManifest,
  PodManifest,
  PriorityClassManifest,
  ReplicaSetManifest,
  ServiceManifest,
  WorkloadManifest,
} from '../specs.ts'
import { autoscaler } from './autoscaler.ts'
import { claim } from './claim.ts'
import { cronJob } from './cronjob.ts'
import { daemonSet } from './daemonset.ts'
import { job } from './job.ts'
import { intOrPercent, isZero } from './parts.ts'
import { podSpec, podTemplate } from './pod.ts'
import { resourceQuota } from './quota.ts'
import { EVERYTHING, scaled } from './scaled.ts'
import type { Conversion, Raw } from './shared.ts'
import { type Identity, items, labelSelector, optional, resources, textMap } from './shared.ts'
import { statefulSet } from './stateful-set.ts'

type Path = readonly (string | number)[]
/** Makes the spec of one object whose walk found nothing wrong. */
export type Converter = (raw: Raw, identity: Identity, conversion: Conversion) => WorkloadManifest | NodeManifest

function owner(raw: Raw): { owner?: string } {
  const reference = items(raw.metadata.ownerReferences).find((one) => one.controller === true)
  return optional('owner', reference === undefined ? undefined : `${reference.kind}/${reference.name}`)
}

const PHASES = ['Pending', 'Running', 'Succeeded', 'Failed'] as const

function pod(raw: Raw, identity: Identity, conversion: Conversion): PodManifest {
  const phase = PHASES.find((one) => one === raw.status?.phase)
  return { kind: 'Pod', ...identity, spec: podSpec(raw.spec, ['spec'], conversion), ...optional('phase', phase), ...owner(raw) }
}

function replicaSet(raw: Raw, identity: Identity, conversion: Conversion): ReplicaSetManifest {
  const template = podTemplate(raw.spec.template, ['spec', 'template'], conversion)
  const selector = labelSelector(raw.spec.selector, ['spec', 'selector'], conversion) ?? EVERYTHING
  return { kind: 'ReplicaSet', ...identity, ...scaled(raw, selector, template, conversion), ...owner(raw) }
}

/** A ReplicationController's selector defaults to its template's labels (core/v1 defaults.go:SetDefaults_ReplicationController). */
function replicationController(raw: Raw, identity: Identity, conversion: Conversion): ReplicaSetManifest {
  const template = podTemplate(raw.spec.template, ['spec', 'template'], conversion)
  const written = textMap(raw.spec.selector)
  const matchLabels = Object.keys(written).length === 0 ? template.labels : written
  const parts = scaled(raw, { matchLabels, matchExpressions: [] }, template, conversion)
  return { kind: 'ReplicationController', ...identity, ...parts, ...owner(raw) }
}

const QUARTER: IntOrPercent = { percent: 25 }

/** A Deployment with the defaults of apps/v1 defaults.go: rolling 25 %/25 %, history 10, progress deadline 600 s. */
function deployment(raw: Raw, identity: Identity, conversion: Conversion): DeploymentManifest {
  const { spec } = raw
  const template = podTemplate(spec.template, ['spec', 'template'], conversion)
  const selector = labelSelector(spec.selector, ['spec', 'selector'], conversion) ?? EVERYTHING
  const strategy = spec.strategy?.type ?? 'RollingUpdate'
  const rolling = spec.strategy?.rollingUpdate
  const path: Path = ['spec', 'strategy', 'rollingUpdate']
  const maxSurge = intOrPercent(rolling?.maxSurge, QUARTER, [...path, 'maxSurge'], conversion)
  const maxUnavailable = intOrPercent(rolling?.maxUnavailable, QUARTER, [...path, 'maxUnavailable'], conversion)
  if (strategy === 'Recreate' && rolling) conversion.report(path, exclusiveFields('expected no rollingUpdate with strategy Recreate'))
  if (isZero(maxSurge) && isZero(maxUnavailable)) {
    conversion.report([...path, 'maxUnavailable'], outOfRange('maxUnavailable above 0 where maxSurge is 0', 0))
  }
  return {
    kind: 'Deployment',
    ...identity,
    ...scaled(raw, selector, template, conversion),
    strategy,
    maxSurge,
    maxUnavailable,
    progressDeadlineSeconds: spec.progressDeadlineSeconds ?? 600,
    revisionHistoryLimit: spec.revisionHistoryLimit ?? 10,
    paused: spec.paused ?? false,
  }
}

/** A Service with the defaults of core/v1 defaults.go: type ClusterIP, TCP, targetPort as port. */
function service(raw: Raw, identity: Identity, { report }: Conversion): ServiceManifest {
  const { spec } = raw
  const type = spec.type ?? 'ClusterIP'
  const ports = items(spec.ports)
  if (ports.length === 0 && type !== 'ExternalName' && spec.clusterIP !== 'None') {
    report(['spec', 'ports'], missingItem('at least one port'))
  }
  return {
    kind: 'Service',
    ...identity,
    type,
    ...optional('clusterIP', (spec.clusterIP || undefined) as string | undefined),
    selector: textMap(spec.selector),
    ports: ports.map((port, i) => {
      if (ports.length > 1 && !port.name) report(['spec', 'ports', i, 'name'], missingItem('a name for each of several ports'))
      return {
        name: port.name ?? '',
        port: port.port,
        targetPort: port.targetPort || port.port,
        protocol: port.protocol ?? 'TCP',
        ...optional('nodePort', (port.nodePort || undefined) as number | undefined),
      }
    }),
    publishNotReadyAddresses: spec.publishNotReadyAddresses ?? false,
  }
}

const priorityClass: Converter = (raw, identity): PriorityClassManifest => ({
  kind: 'PriorityClass',
  ...identity,
  value: raw.value,
  globalDefault: raw.globalDefault ?? false,
  preemptionPolicy: raw.preemptionPolicy ?? 'PreemptLowerPriority',
})

const node: Converter = (raw, identity): NodeManifest => ({
  kind: 'Node',
  ...identity,
  taints: items(raw.spec?.taints).map(({ key, value, effect }) => ({ key, value: value ?? '', effect })),
  unschedulable: raw.spec?.unschedulable ?? false,
  capacity: resources(raw.status?.capacity ?? raw.status?.allocatable),
  allocatable: resources(raw.status?.allocatable ?? raw.status?.capacity),
  ...optional('podCIDR', raw.spec?.podCIDR as string | undefined),
  ...optional('providerID', raw.spec?.providerID as string | undefined),
})

function disruptionBudget(raw: Raw, identity: Identity, conversion: Conversion): PodDisruptionBudgetManifest {
  const { spec } = raw
  const both = spec.minAvailable !== undefined && spec.maxUnavailable !== undefined
  if (both) conversion.report(['spec', 'maxUnavailable'], exclusiveFields('expected minAvailable or maxUnavailable, got both'))
  const amount = (field: 'minAvailable' | 'maxUnavailable') => {
    const value = spec[field]
    const given = value === undefined || value === null ? undefined : intOrPercent(value, { count: 1 }, ['spec', field], conversion)
    return optional(field, given)
  }
  const written = labelSelector(spec.selector, ['spec', 'selector'], conversion)
  // policy/v1: an empty selector selects everything in the namespace, none nothing; without either amount, minAvailable is 1.
  const selector = written ?? { matchLabels: {}, matchExpressions: [{ key: 'reconverge/none', operator: 'In', values: [] }] }
  const amounts = { ...amount('minAvailable'), ...amount('maxUnavailable') }
  return {
    kind: 'PodDisruptionBudget',
    ...identity,
    selector,
    ...(Object.keys(amounts).length === 0 ? { minAvailable: { count: 1 } } : amounts),
    ...optional('unhealthyPodEvictionPolicy', spec.unhealthyPodEvictionPolicy ?? undefined),
  }
}

/** The converter of each modelled kind. */
export const CONVERTERS: Readonly<Record<string, Converter>> = {
  Pod: pod,
  ReplicaSet: replicaSet,
  ReplicationController: replicationController,
  Deployment: deployment,
  StatefulSet: statefulSet,
  PersistentVolumeClaim: claim,
  DaemonSet: daemonSet,
  Job: job,
  CronJob: cronJob,
  Service: service,
  PodDisruptionBudget: disruptionBudget,
  HorizontalPodAutoscaler: autoscaler,
  ResourceQuota: resourceQuota,
  PriorityClass: priorityClass,
  Node: node,
}
