import { seconds } from '../kernel/time.ts'
import type { PodSpec, Resources } from '../scenario/specs.ts'
import { isTerminal, type Pod } from './objects.ts'
import type { Run } from './world.ts'

/** What a Pod is charged for: itself, and the requests and limits of its containers; an init container counts where it is larger. */
export function chargeOf({ containers, initContainers, overhead }: PodSpec): Resources {
  const charge: Record<string, number> = { pods: 1 }
  for (const kind of ['requests', 'limits'] as const) {
    for (const resource of ['cpu', 'memory'] as const) {
      const sum = containers.reduce((total, container) => total + (container[kind][resource] ?? 0), 0)
      const largest = Math.max(sum, ...initContainers.map((container) => container[kind][resource] ?? 0))
      charge[`${kind}.${resource}`] = largest + (overhead[resource] ?? 0)
    }
  }
  return charge
}

/**
 * Whether a Pod is charged at all: not once it has ended, nor when its end is overdue by a grace period more. A Pod on a machine that is gone is until then. pkg/quota/v1/evaluator/core/pods.go:QuotaV1Pod
 * (1.20 … 1.36).
 */
export function isCharged(pod: Pick<Pod, 'phase' | 'deletionTimestamp' | 'deletionGracePeriodSeconds'>, now: number): boolean {
  if (isTerminal(pod)) return false
  const { deletionTimestamp, deletionGracePeriodSeconds } = pod
  return deletionTimestamp === null || deletionGracePeriodSeconds === null || now <= deletionTimestamp + seconds(deletionGracePeriodSeconds)
}

/** The first thing that a quota limits and a container of the Pod does not state; empty: none. pods.go:Constraints. */
export function unstated({ containers, initContainers }: PodSpec, hard: Resources): string {
  const stated = (name: string): boolean => {
    const [kind, resource] = name.split('.') as ['requests' | 'limits', string]
    return [...containers, ...initContainers].every((container) => container[kind][resource] !== undefined)
  }
  return Object.keys(hard).find((name) => name.includes('.') && !stated(name)) ?? ''
}

/**
 * Whether a ResourceQuota of its namespace forbids a new Pod: admission ResourceQuota, with what is used counted when asked (plugin/pkg/admission/resourcequota,
 * 1.20 … 1.36).
 */
export function forbiddenByQuota({ world, now }: Run, pod: Pick<Pod, 'namespace' | 'spec'>): boolean {
  const quotas = [...world.store.tables.ResourceQuota].filter(({ namespace }) => namespace === pod.namespace)
  if (quotas.length === 0) return false
  const used: Record<string, number> = {}
  for (const other of world.store.pods) {
    if (other.namespace !== pod.namespace || !isCharged(other, now)) continue
    for (const [name, amount] of Object.entries(chargeOf(other.spec))) used[name] = (used[name] ?? 0) + amount
  }
  const charge = chargeOf(pod.spec)
  const exceeds = ([name, most]: [string, number]): boolean => (charge[name] ?? 0) > 0 && (used[name] ?? 0) + (charge[name] ?? 0) > most
  return quotas.some(({ hard }) => unstated(pod.spec, hard) !== '' || Object.entries(hard).some(exceeds))
}
