import type { PressureResource } from '../../cluster/machine.ts'
import type { ContainerSpec, PodSpec, Toleration } from '../../scenario/specs.ts'

/** system-cluster-critical and above (pkg/apis/scheduling/types.go:SystemCriticalPriority, 1.20 … 1.36). */
const SYSTEM_CRITICAL = 2_000_000_000
const MEMORY_PRESSURE = 'node.kubernetes.io/memory-pressure'

/** `status.qosClass` as far as eviction asks. */
export const isBestEffort = ({ containers, initContainers }: Pick<PodSpec, 'containers' | 'initContainers'>): boolean => {
  const asks = (amounts: ContainerSpec['requests']): boolean => (amounts.cpu ?? 0) > 0 || (amounts.memory ?? 0) > 0
  return ![...containers, ...initContainers].some(({ requests, limits }) => asks(requests) || asks(limits))
}

/** IsCriticalPod (pkg/kubelet/types/pod_update.go, 1.20 … 1.36): static, mirror, or of system priority. Never evicted, always admitted. */
export const isCritical = (spec: Pick<PodSpec, 'priority'>, isStatic: boolean): boolean => isStatic || spec.priority >= SYSTEM_CRITICAL

/** What ranks a Pod among those that may be evicted. */
export interface Rank {
  /** It uses more of the resource than it requests. */
  readonly exceeds: boolean
  readonly priority: number
  /** How much more, in any unit. */
  readonly excess: number
}

/**
 * Which Pod goes first. pkg/kubelet/eviction/helpers.go:rankMemoryPressure, rankDiskPressureFunc (1.20 … 1.36): those above their request first, then lower
 * priority, then the larger excess; for process ids priority, then use.
 */
export function byEviction(resource: PressureResource): (a: Rank, b: Rank) => number {
  return (a, b) => (resource === 'pid' ? 0 : Number(b.exceeds) - Number(a.exceeds)) || a.priority - b.priority || b.excess - a.excess
}

/** Conditions under which a kubelet admits no Pod but critical ones; under memory pressure alone, no BestEffort Pod. */
export interface AdmissionUnderPressure {
  readonly conditions: ReadonlySet<PressureResource>
  readonly critical: boolean
  readonly bestEffort: boolean
  readonly tolerations: readonly Toleration[]
}

/** Whether the eviction manager refuses a Pod, which then fails as Evicted. pkg/kubelet/eviction/eviction_manager.go:Admit (1.20 … 1.36). */
export function refusesUnderPressure({ conditions, critical, bestEffort, tolerations }: AdmissionUnderPressure): boolean {
  if (conditions.size === 0 || critical) return false
  if (conditions.size > 1 || !conditions.has('memory')) return true
  const tolerates = tolerations.some(
    ({ key, operator, value, effect }) =>
      (effect === '' || effect === 'NoSchedule') && (key === '' || key === MEMORY_PRESSURE) && (operator === 'Exists' || value === ''),
  )
  return bestEffort && !tolerates
}
