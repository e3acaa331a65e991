import type { Node } from '../../cluster/objects.ts'
import type { Toleration } from '../../scenario/specs.ts'
import { NODE_ADD, NODE_TAINT } from '../scheduler/cluster-event.ts'
import { tolerated } from '../scheduler/tolerations.ts'
import type { FilterPlugin } from './plugin.ts'

/** Whether a cordoned Node is closed to a Pod with these tolerations. pkg/scheduler/framework/plugins/nodeunschedulable (1.20 … 1.36). */
export function isClosed(node: Pick<Node, 'unschedulable'>, tolerations: readonly Toleration[]): boolean {
  return node.unschedulable && !tolerated(tolerations, { key: 'node.kubernetes.io/unschedulable', value: '', effect: 'NoSchedule' })
}

/** Keeps Pods off cordoned Nodes. */
export const nodeUnschedulable: FilterPlugin = {
  name: 'NodeUnschedulable',
  events: NODE_ADD | NODE_TAINT,
  prepare({ nodes }, { pod }) {
    if (nodes.cordoned === 0) return null
    return {
      fits: (node) => !isClosed(nodes.objects[node] as Node, pod.spec.tolerations),
      reasons: () => ['node(s) were unschedulable'],
      unresolvable: () => true,
    }
  },
  mayFit({ pod }, { nodeBefore, node }) {
    const { tolerations } = pod.spec
    if (node === undefined || isClosed(node, tolerations)) return false
    return nodeBefore === undefined || isClosed(nodeBefore, tolerations)
  },
}
