import { seconds } from '../kernel/time.ts'
import { durationFlag, type Flags, type FlagValues, integerFlag } from '../scenario/flags.ts'
import type { ContainerSpec, PodSpec, Toleration, Volume } from '../scenario/specs.ts'
import { admits, pluginFlags } from './admission-plugins.ts'
import { nameSuffix } from './lineage.ts'
import type { ApiObject, Draft, KindName, Pod, Service } from './objects.ts'
import { forbiddenByQuota } from './quota.ts'
import { CONFLICT, FORBIDDEN, SERVER_ERROR } from './status.ts'
import type { Run } from './world.ts'

const DEFAULT_TOLERATION_SECONDS = 'plugin/pkg/admission/defaulttolerationseconds/admission.go, 1.20 … 1.36'

const SEATS =
  'staging/src/k8s.io/apiserver/pkg/server/config.go:NewConfig, 1.20 … 1.36; shared as seats by API Priority and Fairness (on since 1.20)'

/** Flags of kube-apiserver that decide when something recovers. */
export const apiServerFlags = {
  'default-not-ready-toleration-seconds': integerFlag(
    300,
    'Toleration of node.kubernetes.io/not-ready:NoExecute given to Pods that have none [s].',
    DEFAULT_TOLERATION_SECONDS,
  ),
  'default-unreachable-toleration-seconds': integerFlag(
    300,
    'Toleration of node.kubernetes.io/unreachable:NoExecute given to Pods that have none [s].',
    DEFAULT_TOLERATION_SECONDS,
  ),
  'max-requests-inflight': integerFlag(
    400,
    'Calls that read and are under way at once; together with those that write, the seats of the server.',
    SEATS,
  ),
  'max-mutating-requests-inflight': integerFlag(200, 'Calls that write and are under way at once.', SEATS),
  'request-timeout': durationFlag(seconds(60), 'After how long the server gives a call up.', SEATS),
  ...pluginFlags,
} satisfies Flags

export type ApiServerFlags = FlagValues<typeof apiServerFlags>

/** Bands of ClusterIPs: gate ServiceIPStaticSubrange, beta and on since (KEP-3070, pkg/features/kube_features.go). */
const BANDS_SINCE = 25
/** Characters of a generated suffix. */
const SUFFIX = 5

const NOT_READY = 'node.kubernetes.io/not-ready'
const UNREACHABLE = 'node.kubernetes.io/unreachable'

/**
 * Admission DefaultTolerationSeconds: adds the two NoExecute tolerations, each only where none matches its key (or every key) with effect NoExecute or
 * every effect. Pure; answers the same array when nothing is missing.
 */
export function withDefaultTolerations(
  tolerations: readonly Toleration[],
  flags: Pick<ApiServerFlags, 'default-not-ready-toleration-seconds' | 'default-unreachable-toleration-seconds'>,
): readonly Toleration[] {
  const tolerates = (key: string): boolean =>
    tolerations.some((t) => (t.key === key || t.key === '') && (t.effect === 'NoExecute' || t.effect === ''))
  const added: Toleration[] = []
  const add = (key: string, tolerationSeconds: number): void => {
    if (!tolerates(key)) added.push({ key, operator: 'Exists', value: '', effect: 'NoExecute', tolerationSeconds })
  }
  add(NOT_READY, flags['default-not-ready-toleration-seconds'])
  add(UNREACHABLE, flags['default-unreachable-toleration-seconds'])
  return added.length === 0 ? tolerations : [...tolerations, ...added]
}

/** POST: admission, then the store. Answers the new id, 409 when the name is taken, or 403 when a quota forbids a Pod. */
export function commitCreate(run: Run, kind: KindName, draft: Draft<ApiObject>): number {
  const { store } = run.world
  const named = kind === 'Pod' ? admitPod(run, draft as Draft<Pod>) : draft
  if (kind === 'Pod' && admits(run.world.api.flags, 'ResourceQuota') && forbiddenByQuota(run, named as Draft<Pod>)) return FORBIDDEN
  if (store.tables[kind].find(named.namespace, named.name) !== undefined) return CONFLICT
  const admitted = kind === 'Service' ? admitService(run, draft as Draft<Service>) : named
  return admitted === null ? SERVER_ERROR : store.create(run, kind, admitted as never).id
}

/**
 * Name, tolerations and priority of a new Pod. Specs are shared by the Pods of a template, so the admitted spec is kept by the API server. The name of a replica of anything
 * but a StatefulSet has a generated suffix: where that is taken, the next one (RetryGenerateName, on from 1.31; before, a controller's retry has the same effect).
 */
export function admitPod(run: Run, draft: Draft<Pod>): Draft<Pod> {
  const { api, store } = run.world
  let spec = api.admittedSpecs.get(draft.spec)
  if (spec === undefined) {
    spec = admitSpec(run, draft.spec)
    api.admittedSpecs.set(draft.spec, spec)
  }
  let { name } = draft
  const generated = draft.owner !== null && draft.owner.kind !== 'Node' && draft.owner.kind !== 'StatefulSet'
  for (let n = 1; generated && store.pods.find(draft.namespace, name) !== undefined; n++) {
    name = `${draft.name.slice(0, -SUFFIX)}${nameSuffix(`${draft.key}#${n}`, SUFFIX)}`
  }
  return { ...draft, name, spec }
}

function admitSpec(run: Run, spec: PodSpec): PodSpec {
  const { flags } = run.world.api
  const tolerations = admits(flags, 'DefaultTolerationSeconds') ? withDefaultTolerations(spec.tolerations, flags) : spec.tolerations
  const volumes = admits(flags, 'ServiceAccount') ? withTokenVolume(spec) : spec.volumes
  const pulled = admits(flags, 'AlwaysPullImages') ? withPulls(spec) : spec
  return { ...pulled, tolerations, volumes, ...(admits(flags, 'Priority') ? priorityOf(run, spec) : {}) }
}

/** Admission Priority: plugin/pkg/admission/priority/admission.go (1.20 … 1.36). */
function priorityOf(run: Run, spec: PodSpec): Pick<PodSpec, 'priority' | 'preemptionPolicy'> {
  const named = [...run.world.store.tables.PriorityClass].find((c) =>
    spec.priorityClassName === '' ? c.globalDefault : c.name === spec.priorityClassName,
  )
  const builtIn = { 'system-cluster-critical': 2_000_000_000, 'system-node-critical': 2_000_001_000 }[spec.priorityClassName]
  const priority = named?.value ?? builtIn ?? spec.priority
  return { priority, preemptionPolicy: named?.preemptionPolicy ?? spec.preemptionPolicy }
}

/**
 * Admission ServiceAccount: a volume with the token of the Pod's account, unless the Pod wants none.
 * plugin/pkg/admission/serviceaccount/admission.go (1.20 … 1.36).
 */
export function withTokenVolume({
  volumes,
  automountServiceAccountToken,
}: Pick<PodSpec, 'volumes' | 'automountServiceAccountToken'>): readonly Volume[] {
  return automountServiceAccountToken === false ? volumes : [...volumes, { name: 'kube-api-access', kind: 'projected' }]
}

/** Admission AlwaysPullImages: plugin/pkg/admission/alwayspullimages/admission.go (1.20 … 1.36). */
function withPulls(spec: PodSpec): PodSpec {
  const pulled = (containers: readonly ContainerSpec[]) => containers.map((one) => ({ ...one, imagePullPolicy: 'Always' as const }))
  return { ...spec, containers: pulled(spec.containers), initContainers: pulled(spec.initContainers) }
}

function admitService(run: Run, draft: Draft<Service>): Draft<Service> | null {
  const { network, profile } = run.world
  if (draft.clusterIP === 'None' || draft.type === 'ExternalName') return draft
  if (draft.clusterIP !== '') return network.reserveClusterIP(draft.clusterIP) ? draft : null
  const clusterIP = network.allocateClusterIP(run.random.draw('cluster-ip', draft.key), profile.minor >= BANDS_SINCE)
  return clusterIP === '' ? null : { ...draft, clusterIP }
}
