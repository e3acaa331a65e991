import type { Cache } from '../../cluster/cache.ts'
import { isTerminal, type MachineId, type Node, type Pod, UNBOUND } from '../../cluster/objects.ts'

const OUT_OF_SERVICE = 'node.kubernetes.io/out-of-service'

/** Whether what terminates on this Node is deleted at once. gc_controller.go:gcTerminating (gate NodeOutOfServiceVolumeDetach, on since 1.26). */
export const isOutOfService = (node: Pick<Node, 'ready' | 'taints'>): boolean =>
  node.ready !== 'True' && node.taints.some(({ key }) => key === OUT_OF_SERVICE)

/** What one pass finds, from the cache as it is: Pods in order of id, and Nodes that are missing. */
export interface Findings {
  /** Ended Pods above the threshold, oldest first, evicted ones before all. */
  readonly surplus: readonly Pod[]
  readonly outOfService: readonly Pod[]
  /** Nodes that Pods are bound to and that do not exist. */
  readonly missing: readonly MachineId[]
  /** Pods that are being deleted and were never bound. */
  readonly unscheduled: readonly Pod[]
}

/** Whether `surplus` puts evicted Pods first (byEvictionAndCreationTimestamp, since 1.24) and whether out-of-service Nodes count (since 1.26). */
export interface Rules {
  readonly threshold: number
  readonly evictedFirst: boolean
  readonly outOfService: boolean
}

/** Judges every Pod once. pkg/controller/podgc/gc_controller.go:gc (1.20 … 1.36). */
export function findGarbage(cache: Cache, rules: Rules): Findings {
  const ended: Pod[] = []
  const outOfService: Pod[] = []
  const unscheduled: Pod[] = []
  const missing = new Set<MachineId>()
  for (const pod of cache.all('Pod')) {
    if (isTerminal(pod)) ended.push(pod)
    if (pod.node === UNBOUND) {
      if (pod.deletionTimestamp !== null) unscheduled.push(pod)
      continue
    }
    const node = cache.get('Node', pod.node)
    if (node === undefined) missing.add(pod.node)
    else if (rules.outOfService && pod.deletionTimestamp !== null && isOutOfService(node)) outOfService.push(pod)
  }
  return { surplus: surplusOf(ended, rules), outOfService, missing: [...missing].sort((a, b) => a - b), unscheduled }
}

/** gcTerminated: what exceeds the threshold. */
export function surplusOf(ended: readonly Pod[], { threshold, evictedFirst }: Rules): Pod[] {
  if (threshold <= 0 || ended.length <= threshold) return []
  const rank = (pod: Pod): number => (evictedFirst && pod.reason === 'Evicted' ? 0 : 1)
  const order = (a: Pod, b: Pod): number =>
    rank(a) - rank(b) || a.created - b.created || (a.name < b.name ? -1 : a.name > b.name ? 1 : a.id - b.id)
  return [...ended].sort(order).slice(0, ended.length - threshold)
}

/** Whether a pass would have something to do because of this Pod. */
export function isGarbage(cache: Cache, pod: Pod, rules: Rules): boolean {
  if (pod.node === UNBOUND) return pod.deletionTimestamp !== null
  const node = cache.get('Node', pod.node)
  return node === undefined || (rules.outOfService && pod.deletionTimestamp !== null && isOutOfService(node))
}
