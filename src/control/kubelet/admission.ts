import type { Node, Pod } from '../../cluster/objects.ts'
import { labelsMatch, nodeSelectorMatches } from '../../cluster/selectors.ts'
import type { PodSpec, Resources } from '../../scenario/specs.ts'
import { podRequests } from '../scheduler/requests.ts'

/** Sidecar containers are on since 1.29 (KEP-753). */
const SIDECARS_SINCE = 29

/** What a kubelet compares a Pod with. */
export interface AdmissionFacts {
  readonly node: Pick<Node, 'name' | 'labels' | 'taints' | 'allocatable'>
  /** Pods that it has admitted and that have not ended. */
  readonly others: readonly PodSpec[]
  readonly maxPods: number
  readonly isStatic: boolean
  readonly minor: number
}

/** What a Pod requests, as the scheduler counts it: from 1.29 with its sidecars (k8s.io/component-helpers/resource/helpers.go:PodRequests). */
export const requestsOf = (spec: PodSpec, minor: number): Resources => podRequests(spec, minor >= SIDECARS_SINCE)

/**
 * Why a kubelet refuses a Pod, as the reason of its Failed status; empty: it admits it. GeneralPredicates and generalFilter: resources,
 * node affinity, host ports, and (seen here from 1.27) NoExecute taints. pkg/kubelet/lifecycle/predicate.go (1.20 … 1.36).
 */
export function refusal(spec: PodSpec, { node, others, maxPods, isStatic, minor }: AdmissionFacts): string {
  const pods = Math.min(maxPods, node.allocatable.pods ?? maxPods)
  if (others.length + 1 > pods) return 'OutOfpods'
  const short = scarce(spec, node.allocatable, others, minor)
  if (short !== '') return `OutOf${short}`
  const required = spec.affinity?.nodeAffinity.required
  const suits =
    labelsMatch(spec.nodeSelector, node.labels) && (required === undefined || nodeSelectorMatches(required, node.labels, node.name))
  if (!suits) return 'NodeAffinity'
  const taken = new Set(others.flatMap(hostPorts))
  if (hostPorts(spec).some((port) => taken.has(port))) return 'NodePorts'
  if (minor >= 27 && !isStatic && !toleratesNoExecute(spec, node)) return 'TaintToleration'
  return ''
}

/** Resources of a cluster rather than of nodes: `example.com/dongle`, not `hugepages-2Mi` and not `kubernetes.io/…` (IsExtendedResourceName). */
const isExtended = (name: string): boolean => name.includes('/') && !name.includes('kubernetes.io/')

/**
 * The first resource that the Pod requests and the node has too little left of; empty: none. An extended resource that the node does not know at all is the
 * scheduler's business (removeMissingExtendedResources).
 */
function scarce(spec: PodSpec, allocatable: Resources, others: readonly PodSpec[], minor: number): string {
  const wanted = requestsOf(spec, minor)
  const counts = (name: string): boolean => (wanted[name] as number) > 0 && (name in allocatable || !isExtended(name))
  const names = Object.keys(wanted).filter(counts)
  if (names.length === 0) return ''
  const used: Record<string, number> = {}
  for (const other of others) {
    const requests = requestsOf(other, minor)
    for (const name of names) used[name] = (used[name] ?? 0) + (requests[name] ?? 0)
  }
  return names.find((name) => (used[name] ?? 0) + (wanted[name] as number) > (allocatable[name] ?? 0)) ?? ''
}

const hostPorts = (spec: PodSpec): string[] =>
  spec.containers.flatMap(({ ports }) =>
    ports.filter(({ hostPort }) => hostPort > 0).map(({ hostPort, protocol }) => `${protocol}/${hostPort}`),
  )

const toleratesNoExecute = (spec: PodSpec, node: AdmissionFacts['node']): boolean =>
  node.taints.every(
    (taint) =>
      taint.effect !== 'NoExecute' ||
      spec.tolerations.some(
        ({ key, operator, value, effect }) =>
          (effect === '' || effect === 'NoExecute') &&
          (key === '' || key === taint.key) &&
          (operator === 'Exists' || value === taint.value),
      ),
  )

/** Pods in the order in which a kubelet admits them: oldest first (HandlePodAdditions). */
export const byCreation = (a: Pod, b: Pod): number => a.created - b.created || a.id - b.id
