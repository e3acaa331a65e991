import type { Node, Pod } from '../../cluster/objects.ts'
import { labelsMatch, nodeSelectorMatches } from '../../cluster/selectors.ts'
import type { PodSpec, Resources } from '../../scenario/specs.ts'

/** What a kubelet compares a Pod with. */
export interface AdmissionFacts {
  readonly node: Pick<Node, 'name' | 'labels' | 'taints' | 'allocatable'>
  /** Pods that it has admitted and that have not ended. */
  readonly others: readonly PodSpec[]
  readonly maxPods: number
  readonly isStatic: boolean
  readonly minor: number
}

/** What a Pod requests: the larger of its containers together and of each init container, and its overhead. */
export function requestsOf(spec: PodSpec): Resources {
  const total: Record<string, number> = {}
  for (const { requests } of spec.containers) for (const name in requests) total[name] = (total[name] ?? 0) + (requests[name] as number)
  for (const { requests } of spec.initContainers) {
    for (const name in requests) total[name] = Math.max(total[name] ?? 0, requests[name] as number)
  }
  for (const name in spec.overhead) total[name] = (total[name] ?? 0) + (spec.overhead[name] as number)
  return total
}

/**
 * Why a kubelet refuses a Pod, as the reason of its Failed status; empty: it admits it. GeneralPredicates and generalFilter: resources,
 * node affinity, host ports, and (seen here from 1.27) NoExecute taints. pkg/kubelet/lifecycle/predicate.go (1.20 … 1.36).
 */
export function refusal(spec: PodSpec, { node, others, maxPods, isStatic, minor }: AdmissionFacts): string {
  const pods = Math.min(maxPods, node.allocatable.pods ?? maxPods)
  if (others.length + 1 > pods) return 'OutOfpods'
  const short = scarce(spec, node.allocatable, others)
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

/** The first resource that the Pod requests and the node has too little left of; empty: none. */
function scarce(spec: PodSpec, allocatable: Resources, others: readonly PodSpec[]): string {
  const wanted = requestsOf(spec)
  const names = Object.keys(wanted).filter((name) => (wanted[name] as number) > 0)
  if (names.length === 0) return ''
  const used: Record<string, number> = {}
  for (const other of others) {
    const requests = requestsOf(other)
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
