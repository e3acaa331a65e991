import { duplicateName, exclusiveFields, invalidValue, missingItem, outOfRange } from '../problems.ts'
import type {
  Affinity,
  ContainerPort,
  ContainerSpec,
  NodeSelectorTerm,
  PodAffinities,
  PodAffinityTerm,
  PodSpec,
  PodTemplate,
  Probe,
  Toleration,
  TopologySpreadConstraint,
  Volume,
  VolumeKind,
} from '../specs.ts'
import type { Conversion, Raw, RawValue } from './shared.ts'
import { items, labelSelector, optional, requirements, resources, textMap } from './shared.ts'

type Path = readonly (string | number)[]

const HANDLERS = ['exec', 'httpGet', 'tcpSocket', 'grpc'] as const

/** A probe with the API server's defaults (core/v1 defaults.go:SetDefaults_Probe), which also take 0 for absent. */
function probe(value: RawValue, path: Path, { report }: Conversion): Probe | undefined {
  if (value === undefined || value === null) return undefined
  const handlers = HANDLERS.filter((handler) => value[handler] !== undefined && value[handler] !== null)
  if (handlers.length !== 1) report(path, exclusiveFields(`expected one of ${HANDLERS.join(', ')}, got ${handlers.length}`))
  return {
    handler: handlers[0] ?? 'exec',
    initialDelaySeconds: value.initialDelaySeconds ?? 0,
    timeoutSeconds: value.timeoutSeconds || 1,
    periodSeconds: value.periodSeconds || 10,
    successThreshold: value.successThreshold || 1,
    failureThreshold: value.failureThreshold || 3,
    ...optional('terminationGracePeriodSeconds', value.terminationGracePeriodSeconds as number | undefined),
  }
}

/** Kubernetes' default: Always for `:latest` and for images without tag or digest, else IfNotPresent (SetDefaults_Container). */
export function defaultPullPolicy(image: string): 'Always' | 'IfNotPresent' {
  if (image.includes('@')) return 'IfNotPresent'
  const tag = image.slice(image.lastIndexOf('/') + 1).split(':')[1]
  return tag === undefined || tag === 'latest' ? 'Always' : 'IfNotPresent'
}

const port = (value: RawValue, hostNetwork: boolean): ContainerPort => ({
  name: value.name ?? '',
  containerPort: value.containerPort,
  hostPort: value.hostPort || (hostNetwork ? value.containerPort : 0),
  protocol: value.protocol ?? 'TCP',
})

function container(value: RawValue, path: Path, hostNetwork: boolean, conversion: Conversion): ContainerSpec {
  const limits = resources(value.resources?.limits)
  const requests = { ...limits, ...resources(value.resources?.requests) }
  for (const [name, amount] of Object.entries(requests)) {
    const limit = limits[name]
    if (limit !== undefined && amount > limit) {
      conversion.report([...path, 'resources', 'requests', name], outOfRange(`a request of ${name} within its limit`, 'more'))
    }
  }
  return {
    name: value.name,
    image: value.image,
    imagePullPolicy: value.imagePullPolicy ?? defaultPullPolicy(value.image),
    requests,
    limits,
    ports: items(value.ports).map((one) => port(one, hostNetwork)),
    ...optional('readinessProbe', probe(value.readinessProbe, [...path, 'readinessProbe'], conversion)),
    ...optional('livenessProbe', probe(value.livenessProbe, [...path, 'livenessProbe'], conversion)),
    ...optional('startupProbe', probe(value.startupProbe, [...path, 'startupProbe'], conversion)),
    ...optional('restartPolicy', value.restartPolicy as 'Always' | undefined),
    preStop: isGiven(value.lifecycle?.preStop),
    postStart: isGiven(value.lifecycle?.postStart),
    ...optional('preStopSleep', value.lifecycle?.preStop?.sleep?.seconds as number | undefined),
    ...optional('postStartSleep', value.lifecycle?.postStart?.sleep?.seconds as number | undefined),
  }
}

const isGiven = (value: RawValue): boolean => value !== undefined && value !== null

function containers(spec: Raw, path: Path, conversion: Conversion): Pick<PodSpec, 'containers' | 'initContainers'> {
  const seen = new Set<string>()
  const read = (field: 'containers' | 'initContainers'): ContainerSpec[] =>
    items(spec[field]).map((one, i) => {
      if (seen.has(one.name)) {
        conversion.report([...path, field, i, 'name'], duplicateName('container', one.name))
      }
      seen.add(one.name)
      return container(one, [...path, field, i], spec.hostNetwork === true, conversion)
    })
  if (items(spec.containers).length === 0)
    conversion.report([...path, 'containers'], { ...missingItem('at least one container'), at: 'value' })
  return { containers: read('containers'), initContainers: read('initContainers') }
}

function toleration(value: RawValue, path: Path, { report }: Conversion): Toleration {
  const operator = value.operator || 'Equal'
  const key = value.key ?? ''
  if (key === '' && operator !== 'Exists') report(path, invalidValue('expected operator Exists with an empty key, got Equal'))
  if (operator === 'Exists' && value.value) report([...path, 'value'], invalidValue('expected no value with operator Exists'))
  if (isGiven(value.tolerationSeconds) && value.effect !== 'NoExecute') {
    report([...path, 'tolerationSeconds'], invalidValue('expected tolerationSeconds only with effect NoExecute'))
  }
  const seconds = isGiven(value.tolerationSeconds) ? Math.max(0, value.tolerationSeconds) : undefined
  return { key, operator, value: value.value ?? '', effect: value.effect ?? '', ...optional('tolerationSeconds', seconds) }
}

const nodeTerm = (value: RawValue, path: Path, conversion: Conversion): NodeSelectorTerm => ({
  matchExpressions: requirements(value.matchExpressions, [...path, 'matchExpressions'], conversion),
  matchFields: requirements(value.matchFields, [...path, 'matchFields'], conversion),
})

const REQUIRED = 'requiredDuringSchedulingIgnoredDuringExecution'
const PREFERRED = 'preferredDuringSchedulingIgnoredDuringExecution'

function podTerm(value: RawValue, path: Path, conversion: Conversion): PodAffinityTerm {
  return {
    ...optional('labelSelector', labelSelector(value.labelSelector, [...path, 'labelSelector'], conversion)),
    namespaces: items(value.namespaces),
    topologyKey: value.topologyKey,
  }
}

const podAffinities = (value: RawValue, path: Path, conversion: Conversion): PodAffinities => ({
  required: items(value?.[REQUIRED]).map((term, i) => podTerm(term, [...path, REQUIRED, i], conversion)),
  preferred: items(value?.[PREFERRED]).map((row, i) => ({
    weight: row.weight,
    term: podTerm(row.podAffinityTerm, [...path, PREFERRED, i, 'podAffinityTerm'], conversion),
  })),
})

function affinity(value: RawValue, path: Path, conversion: Conversion): Affinity | undefined {
  if (!isGiven(value)) return undefined
  const node = value.nodeAffinity
  const nodePath = [...path, 'nodeAffinity']
  const terms = node?.[REQUIRED]?.nodeSelectorTerms as readonly RawValue[] | undefined
  const required = terms?.map((term, i) => nodeTerm(term, [...nodePath, REQUIRED, 'nodeSelectorTerms', i], conversion))
  return {
    nodeAffinity: {
      ...optional('required', required),
      preferred: items(node?.[PREFERRED]).map((row, i) => ({
        weight: row.weight,
        preference: nodeTerm(row.preference, [...nodePath, PREFERRED, i, 'preference'], conversion),
      })),
    },
    podAffinity: podAffinities(value.podAffinity, [...path, 'podAffinity'], conversion),
    podAntiAffinity: podAffinities(value.podAntiAffinity, [...path, 'podAntiAffinity'], conversion),
  }
}

const spread = (value: RawValue, path: Path, conversion: Conversion): TopologySpreadConstraint => ({
  maxSkew: value.maxSkew,
  topologyKey: value.topologyKey,
  whenUnsatisfiable: value.whenUnsatisfiable,
  ...optional('labelSelector', labelSelector(value.labelSelector, [...path, 'labelSelector'], conversion)),
  ...optional('minDomains', value.minDomains as number | undefined),
})

const VOLUME_KINDS: readonly VolumeKind[] = [
  'emptyDir',
  'configMap',
  'secret',
  'projected',
  'hostPath',
  'downwardAPI',
  'persistentVolumeClaim',
]

/** Volumes of modelled kinds; one without any source is an emptyDir (SetDefaults_Volume). */
function volumes(value: RawValue): Volume[] {
  return items(value).flatMap((volume) => {
    const sources = Object.keys(volume).filter((field) => field !== 'name' && isGiven(volume[field]))
    const kind = sources.length === 0 ? 'emptyDir' : VOLUME_KINDS.find((one) => sources.includes(one))
    const claimName = kind === 'persistentVolumeClaim' ? (volume[kind].claimName as string) : undefined
    return kind === undefined ? [] : [{ name: volume.name, kind, ...optional('claimName', claimName) }]
  })
}

/** A PodSpec with the API server's defaults (core/v1 defaults.go). Default tolerations are admission's, not added here. */
export function podSpec(spec: Raw, path: Path, conversion: Conversion): PodSpec {
  return {
    ...optional('nodeName', (spec.nodeName || undefined) as string | undefined),
    ...containers(spec, path, conversion),
    restartPolicy: spec.restartPolicy ?? 'Always',
    terminationGracePeriodSeconds: spec.terminationGracePeriodSeconds ?? 30,
    tolerations: items(spec.tolerations).map((one, i) => toleration(one, [...path, 'tolerations', i], conversion)),
    nodeSelector: textMap(spec.nodeSelector),
    ...optional('affinity', affinity(spec.affinity, [...path, 'affinity'], conversion)),
    topologySpreadConstraints: items(spec.topologySpreadConstraints).map((one, i) =>
      spread(one, [...path, 'topologySpreadConstraints', i], conversion),
    ),
    volumes: volumes(spec.volumes),
    ...optional('automountServiceAccountToken', spec.automountServiceAccountToken as boolean | undefined),
    hostNetwork: spec.hostNetwork ?? false,
    enableServiceLinks: spec.enableServiceLinks ?? true,
    schedulerName: spec.schedulerName ?? 'default-scheduler',
    priorityClassName: spec.priorityClassName ?? '',
    priority: spec.priority ?? 0,
    preemptionPolicy: spec.preemptionPolicy ?? 'PreemptLowerPriority',
    overhead: resources(spec.overhead),
    readinessGates: items(spec.readinessGates).map((gate) => gate.conditionType),
    ...optional('activeDeadlineSeconds', spec.activeDeadlineSeconds as number | undefined),
  }
}

/** The template of a controller; its Pods must restart for ever (ValidatePodTemplateSpecForReplicaSet). */
export function podTemplate(value: RawValue, path: Path, conversion: Conversion): PodTemplate {
  const template = anyTemplate(value, path, conversion)
  const { restartPolicy } = template.spec
  if (restartPolicy !== 'Always') {
    const message = `expected restartPolicy Always in a controller's template, got ${restartPolicy}`
    conversion.report([...path, 'spec', 'restartPolicy'], invalidValue(message))
  }
  return template
}

/** A template, however its Pods restart. */
export const anyTemplate = (value: RawValue, path: Path, conversion: Conversion): PodTemplate => ({
  labels: textMap(value.metadata?.labels),
  annotations: textMap(value.metadata?.annotations),
  spec: podSpec(value.spec, [...path, 'spec'], conversion),
})
