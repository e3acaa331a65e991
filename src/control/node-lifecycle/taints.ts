import type { ConditionStatus, Node, Taint } from '../../cluster/objects.ts'
import type { TaintEffect } from '../../scenario/specs.ts'

/** Key of the taints of a Node that is silent. */
export const UNREACHABLE = 'node.kubernetes.io/unreachable'
/** Key of the taints of a Node that says it is not ready. */
export const NOT_READY = 'node.kubernetes.io/not-ready'
const UNSCHEDULABLE = 'node.kubernetes.io/unschedulable'
const NETWORK_UNAVAILABLE = 'node.kubernetes.io/network-unavailable'
const MEMORY_PRESSURE = 'node.kubernetes.io/memory-pressure'
const DISK_PRESSURE = 'node.kubernetes.io/disk-pressure'
const PID_PRESSURE = 'node.kubernetes.io/pid-pressure'
const CONDITION_KEYS: ReadonlySet<string> = new Set([
  UNREACHABLE,
  NOT_READY,
  UNSCHEDULABLE,
  NETWORK_UNAVAILABLE,
  MEMORY_PRESSURE,
  DISK_PRESSURE,
  PID_PRESSURE,
])

type Conditions = Pick<
  Node,
  'ready' | 'memoryPressure' | 'diskPressure' | 'pidPressure' | 'networkUnavailable' | 'unschedulable' | 'taints'
>

/** Keys of the NoSchedule taints that a Node's conditions ask for. node_lifecycle_controller.go:nodeConditionToTaintKeyStatusMap (1.20 … 1.36). */
export function conditionTaints(node: Omit<Conditions, 'taints'>): string[] {
  const keys: string[] = []
  if (node.ready === 'False') keys.push(NOT_READY)
  if (node.ready === 'Unknown') keys.push(UNREACHABLE)
  if (node.memoryPressure === 'True') keys.push(MEMORY_PRESSURE)
  if (node.diskPressure === 'True') keys.push(DISK_PRESSURE)
  if (node.networkUnavailable === 'True') keys.push(NETWORK_UNAVAILABLE)
  if (node.pidPressure === 'True') keys.push(PID_PRESSURE)
  if (node.unschedulable) keys.push(UNSCHEDULABLE)
  return keys
}

/** Keys of NoSchedule taints to add and to remove. node_lifecycle_controller.go:doNoScheduleTaintingPass (1.20 … 1.36). */
export function noScheduleChange(node: Conditions): { add: string[]; remove: string[] } {
  const wanted = conditionTaints(node)
  const held = node.taints.filter(({ key, effect }) => effect === 'NoSchedule' && CONDITION_KEYS.has(key)).map(({ key }) => key)
  return { add: wanted.filter((key) => !held.includes(key)), remove: held.filter((key) => !wanted.includes(key)) }
}

/** Whether there is a taint of this key and effect. */
export const hasTaint = (taints: readonly Taint[], key: string, effect: TaintEffect): boolean =>
  taints.some((taint) => taint.key === key && taint.effect === effect)

/** Which of the NoExecute taints that this controller puts on and takes off are there. */
export const noExecuteKeys = (taints: readonly Taint[]): string[] =>
  [UNREACHABLE, NOT_READY].filter((key) => hasTaint(taints, key, 'NoExecute'))

/** Whether a Node carries one of them. */
export const isTaintedNotReady = (taints: readonly Taint[]): boolean => noExecuteKeys(taints).length > 0

/** What becomes of a Node's NoExecute taints in one look at it. */
export type TaintDecision =
  | { readonly action: 'reachable' }
  | { readonly action: 'swap'; readonly add: string; readonly remove: string }
  | { readonly action: 'queue'; readonly tainted: boolean }

/** Decides by Ready and the taints it has. node_lifecycle_controller.go:processTaintBaseEviction (1.20 … 1.36). */
export function decideTaint(ready: ConditionStatus, taints: readonly Taint[]): TaintDecision {
  if (ready === 'True') return { action: 'reachable' }
  const [wanted, opposite] = ready === 'False' ? [NOT_READY, UNREACHABLE] : [UNREACHABLE, NOT_READY]
  if (hasTaint(taints, opposite, 'NoExecute')) return { action: 'swap', add: wanted, remove: opposite }
  return { action: 'queue', tainted: hasTaint(taints, wanted, 'NoExecute') }
}

/** `taints` with `added`, each in the place of one of the same key and effect. pkg/util/taints/taints.go:AddOrUpdateTaint. */
export function withTaints(taints: readonly Taint[], added: readonly Taint[]): readonly Taint[] {
  let result = taints
  for (const taint of added) {
    const held = result.find(({ key, effect }) => key === taint.key && effect === taint.effect)
    if (held === undefined) result = [...result, taint]
    else if (held.timeAdded !== taint.timeAdded || held.value !== taint.value) result = result.map((each) => (each === held ? taint : each))
  }
  return result
}

/** `taints` without those of these keys and this effect; the same value when there is none. */
export function withoutTaints(taints: readonly Taint[], keys: readonly string[], effect: TaintEffect): readonly Taint[] {
  const kept = taints.filter((taint) => taint.effect !== effect || !keys.includes(taint.key))
  return kept.length === taints.length ? taints : kept
}
