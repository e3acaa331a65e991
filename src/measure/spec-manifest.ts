import type { Deployment } from '../cluster/objects.ts'
import { formatQuantity } from '../scenario/quantities.ts'
import type {
  Affinity,
  ContainerSpec,
  IntOrPercent,
  JobSpec,
  PodAffinities,
  PodAffinityTerm,
  PodSpec,
  PodTemplate,
  Probe,
  Resources,
  SuccessRule,
  Volume,
} from '../scenario/specs.ts'

/** Amounts as Kubernetes writes them: `250m`, `512Mi`. */
export const quantities = (amounts: Resources): Readonly<Record<string, string>> =>
  Object.fromEntries(Object.entries(amounts).map(([resource, amount]) => [resource, formatQuantity(amount, resource)]))

/** `spec` of a Pod under Kubernetes' field names; what says nothing is left out. */
export function podSpecManifest({ containers, initContainers, affinity, volumes, overhead, readinessGates, ...rest }: PodSpec): object {
  return said({
    ...rest,
    initContainers: initContainers.map(containerManifest),
    containers: containers.map(containerManifest),
    affinity: affinity === undefined ? {} : affinityManifest(affinity),
    volumes: volumes.map(volumeManifest),
    overhead: quantities(overhead),
    readinessGates: readinessGates.map((conditionType) => ({ conditionType })),
  })
}

/** `spec.template` of a workload. */
export const templateManifest = ({ labels, annotations, spec }: PodTemplate): object => ({
  metadata: said({ labels, annotations }),
  spec: podSpecManifest(spec),
})

const successRule = ({ succeededIndexes, succeededCount }: SuccessRule): object => ({
  ...(succeededIndexes === null ? {} : { succeededIndexes: succeededIndexes.join(',') }),
  ...(succeededCount === null ? {} : { succeededCount }),
})

/** `spec` of a Job. */
export const jobSpecManifest = (job: JobSpec): object => ({
  parallelism: job.parallelism,
  ...(job.completions === null ? {} : { completions: job.completions }),
  backoffLimit: job.backoffLimit,
  ...(job.completionMode === 'NonIndexed' ? {} : { completionMode: job.completionMode }),
  ...(job.activeDeadlineSeconds === null ? {} : { activeDeadlineSeconds: job.activeDeadlineSeconds }),
  ...(job.ttlSecondsAfterFinished === null ? {} : { ttlSecondsAfterFinished: job.ttlSecondsAfterFinished }),
  ...(job.suspend ? { suspend: true } : {}),
  ...(job.podFailurePolicy === null ? {} : { podFailurePolicy: { rules: job.podFailurePolicy } }),
  ...(job.backoffLimitPerIndex === null ? {} : { backoffLimitPerIndex: job.backoffLimitPerIndex }),
  ...(job.maxFailedIndexes === null ? {} : { maxFailedIndexes: job.maxFailedIndexes }),
  ...(job.successPolicy === null ? {} : { successPolicy: { rules: job.successPolicy.map(successRule) } }),
  ...(job.podReplacementPolicy === 'Failed' ? { podReplacementPolicy: 'Failed' } : {}),
  template: templateManifest(job.template),
})

/** `spec.strategy` of a Deployment, `spec.updateStrategy` of a DaemonSet. */
export function strategyManifest({
  strategy,
  maxSurge,
  maxUnavailable,
}: Pick<Deployment, 'maxSurge' | 'maxUnavailable'> & { readonly strategy: string }): object {
  if (strategy !== 'RollingUpdate') return { type: strategy }
  return { type: strategy, rollingUpdate: { maxSurge: intOrPercent(maxSurge), maxUnavailable: intOrPercent(maxUnavailable) } }
}

const intOrPercent = (value: IntOrPercent): number | string => ('count' in value ? value.count : `${value.percent}%`)

function containerManifest(container: ContainerSpec): object {
  const {
    requests,
    limits,
    ports,
    readinessProbe,
    livenessProbe,
    startupProbe,
    preStop,
    postStart,
    preStopSleep,
    postStartSleep,
    ...rest
  } = container
  return said({
    ...rest,
    ports: ports.map(({ hostPort, name, ...port }) => ({
      ...(name === '' ? {} : { name }),
      ...port,
      ...(hostPort === 0 ? {} : { hostPort }),
    })),
    resources: said({ requests: quantities(requests), limits: quantities(limits) }),
    readinessProbe: probeManifest(readinessProbe),
    livenessProbe: probeManifest(livenessProbe),
    startupProbe: probeManifest(startupProbe),
    lifecycle: {
      ...(preStop ? { preStop: hookManifest(preStopSleep) } : {}),
      ...(postStart ? { postStart: hookManifest(postStartSleep) } : {}),
    },
  })
}

/** A hook; of its handlers only one that sleeps is kept. */
const hookManifest = (seconds: number | undefined): object => (seconds === undefined ? {} : { sleep: { seconds } })

/** A probe; where it looks is not kept. */
function probeManifest(probe: Probe | undefined): object {
  if (probe === undefined) return {}
  const { handler, ...rest } = probe
  return { [handler]: {}, ...rest }
}

/** A volume; what fills it is not kept. */
const volumeManifest = ({ name, kind, claimName }: Volume): object => ({ name, [kind]: claimName === undefined ? {} : { claimName } })

function affinityManifest({ nodeAffinity, podAffinity, podAntiAffinity }: Affinity): object {
  const { required, preferred } = nodeAffinity
  const node = {
    requiredDuringSchedulingIgnoredDuringExecution: required === undefined ? {} : { nodeSelectorTerms: required },
    preferredDuringSchedulingIgnoredDuringExecution: preferred,
  }
  return said({
    nodeAffinity: said(node),
    podAffinity: podAffinityManifest(podAffinity),
    podAntiAffinity: podAffinityManifest(podAntiAffinity),
  })
}

const podAffinityManifest = ({ required, preferred }: PodAffinities): object =>
  said({
    requiredDuringSchedulingIgnoredDuringExecution: required.map(termManifest),
    preferredDuringSchedulingIgnoredDuringExecution: preferred.map(({ weight, term }) => ({ weight, podAffinityTerm: termManifest(term) })),
  })

const termManifest = (term: PodAffinityTerm): object => said(term)

/** Without the fields that are empty: `""`, `[]`, `{}`. */
function said(fields: object): object {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => !isEmpty(value)))
}

const isEmpty = (value: unknown): boolean =>
  value === '' || value === undefined || (typeof value === 'object' && value !== null && Object.keys(value).length === 0)
