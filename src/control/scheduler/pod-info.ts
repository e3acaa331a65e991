import type { Pod } from '../../cluster/objects.ts'
import { selects } from '../../scenario/selectors.ts'
import type { ContainerPort, LabelSelector, Labels, PodAffinityTerm, PodSpec } from '../../scenario/specs.ts'
import { nonZeroRequests, podRequests } from './requests.ts'

/** What the scheduler derives from a Pod's spec once: Pods of one template share it. */
export interface PodInfo {
  readonly spec: PodSpec
  /** Effective request [millicores]. */
  readonly cpu: number
  /** Effective request [bytes]. */
  readonly memory: number
  /** Other requested resources: dense index of each, and its amount (> 0). */
  readonly others: readonly number[]
  readonly amounts: readonly number[]
  /** Requests as scoring counts them, with defaults for containers that state none. */
  readonly nonZeroCpu: number
  readonly nonZeroMemory: number
  readonly hostPorts: readonly ContainerPort[]
  readonly requiredAffinity: readonly PodAffinityTerm[]
  readonly requiredAntiAffinity: readonly PodAffinityTerm[]
  readonly preferred: readonly { readonly weight: number; readonly term: PodAffinityTerm }[]
  /** Whether it has any inter-Pod term at all. */
  readonly hasTerms: boolean
}

/** Derives a `PodInfo`; `indexOf` gives a resource its dense index. */
export function podInfo(spec: PodSpec, sidecars: boolean, indexOf: (resource: string) => number): PodInfo {
  const requests = podRequests(spec, sidecars)
  const scored = statesAll(spec) ? requests : podRequests(spec, sidecars, nonZeroRequests)
  const others = Object.entries(requests).filter(([name, amount]) => amount > 0 && name !== 'cpu' && name !== 'memory' && name !== 'pods')
  const affinity = spec.affinity?.podAffinity
  const anti = spec.affinity?.podAntiAffinity
  const preferred = [...(affinity?.preferred ?? []), ...(anti?.preferred ?? []).map(({ weight, term }) => ({ weight: -weight, term }))]
  const requiredAffinity = affinity?.required ?? []
  const requiredAntiAffinity = anti?.required ?? []
  return {
    spec,
    cpu: requests.cpu ?? 0,
    memory: requests.memory ?? 0,
    others: others.map(([name]) => indexOf(name)),
    amounts: others.map(([, amount]) => amount),
    nonZeroCpu: scored.cpu ?? 0,
    nonZeroMemory: scored.memory ?? 0,
    hostPorts: [...spec.containers, ...spec.initContainers.filter((c) => sidecars && c.restartPolicy === 'Always')]
      .flatMap((container) => container.ports)
      .filter((port) => port.hostPort > 0),
    requiredAffinity,
    requiredAntiAffinity,
    preferred,
    hasTerms: requiredAffinity.length + requiredAntiAffinity.length + preferred.length > 0,
  }
}

const statesAll = (spec: PodSpec): boolean =>
  [...spec.containers, ...spec.initContainers].every(({ requests }) => requests.cpu !== undefined && requests.memory !== undefined)

/** A Pod as the plugins see it. */
export interface PodView {
  readonly pod: Pod
  readonly info: PodInfo
}

/** Namespaces a term looks at: its own list, else that of the Pod that has it. */
export const termNamespaces = (term: PodAffinityTerm, namespace: string): readonly string[] =>
  term.namespaces.length === 0 ? [namespace] : term.namespaces

/** Whether a term of a Pod in `namespace` matches a Pod with these labels; a term without selector matches none. */
export function termMatches(
  term: PodAffinityTerm,
  namespace: string,
  pod: { readonly namespace: string; readonly labels: Labels },
): boolean {
  if (term.labelSelector === undefined) return false
  return termNamespaces(term, namespace).includes(pod.namespace) && selects(term.labelSelector, pod.labels)
}

/** Whether a selector has no requirement at all. */
export const isEmptySelector = (selector: LabelSelector): boolean =>
  selector.matchExpressions.length === 0 && Object.keys(selector.matchLabels).length === 0
