import type { Node, Pod } from '../../cluster/objects.ts'

/** A Node was added. Kinds of cluster events are bits (pkg/scheduler/framework/types.go:ActionType, as far as modelled plugins register for them). */
export const NODE_ADD = 1
/** A Node's allocatable resources have changed. */
export const NODE_ALLOCATABLE = 2
/** A Node's labels have changed. */
export const NODE_LABEL = 4
/** A Node's taints have changed, or it was uncordoned. */
export const NODE_TAINT = 8
/** A condition of a Node has changed. */
export const NODE_CONDITION = 16
/** A Node is gone. */
export const NODE_DELETE = 32
/** A Pod was bound, or appeared bound. */
export const POD_ADD = 64
/** A bound Pod's labels have changed. */
export const POD_LABEL = 128
/** A bound Pod is gone. */
export const POD_DELETE = 256
/** Moves every Pod: the unschedulable timeout, a Service up to 1.21. */
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
 * What about a Node's update matters to scheduling, as bits; 0 for nothing. Cordoning is no event; taints, labels, allocatable and
 * conditions are, whichever way they change. pkg/scheduler/eventhandlers.go:nodeSchedulingPropertiesChange (1.20 … 1.36).
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
