import type { Node, Pod } from '../../cluster/objects.ts'

/** Kinds of cluster events, as bits (pkg/scheduler/framework/types.go:ActionType, as far as modelled plugins register for them). */
export const NODE_ADD = 1
export const NODE_ALLOCATABLE = 2
export const NODE_LABEL = 4
/** Taints, and `spec.unschedulable`. */
export const NODE_TAINT = 8
export const NODE_CONDITION = 16
export const NODE_DELETE = 32
/** An assigned Pod was added, has changed its labels, or was deleted. */
export const POD_ADD = 64
export const POD_LABEL = 128
export const POD_DELETE = 256
/** Moves every Pod: the unschedulable timeout, a forced activation. */
export const WILDCARD = 512

/** Something happened that may let a Pod fit that fitted nowhere. `action` may hold several bits. */
export interface ClusterEvent {
  readonly action: number
  readonly nodeBefore?: Node | undefined
  readonly node?: Node | undefined
  /** The assigned Pod the event is about. */
  readonly pod?: Pod | undefined
}

/**
 * What about a Node's update matters to scheduling, as bits; 0 for nothing. `onlyBetter`: cordoning is no event (all versions); taints, labels, allocatable
 * and conditions are, whichever way they change. pkg/scheduler/eventhandlers.go:nodeSchedulingPropertiesChange (1.20 … 1.36).
 */
export function nodeUpdateAction(before: Node, after: Node): number {
  let action = 0
  if (before.unschedulable && !after.unschedulable) action |= NODE_TAINT
  if (before.allocatable !== after.allocatable && JSON.stringify(before.allocatable) !== JSON.stringify(after.allocatable))
    action |= NODE_ALLOCATABLE
  if (before.labels !== after.labels) action |= NODE_LABEL
  if (before.taints !== after.taints && JSON.stringify(before.taints) !== JSON.stringify(after.taints)) action |= NODE_TAINT
  if (conditionsOf(before) !== conditionsOf(after)) action |= NODE_CONDITION
  return action
}

const conditionsOf = (node: Node): string =>
  `${node.ready},${node.memoryPressure},${node.diskPressure},${node.pidPressure},${node.networkUnavailable}`
