import type { Node } from '../../cluster/objects.ts'
import { NODE_ADD } from '../scheduler/cluster-event.ts'
import type { FilterPlugin } from './plugin.ts'

/** Whether a Pod with this `spec.nodeName` may be on a Node of that name. pkg/scheduler/framework/plugins/nodename (1.20 … 1.36). */
export const isNamed = (nodeName: string | undefined, name: string): boolean =>
  nodeName === undefined || nodeName === '' || nodeName === name

/** Honours `spec.nodeName` of a Pod whose Node does not exist yet. */
export const nodeName: FilterPlugin = {
  name: 'NodeName',
  events: NODE_ADD,
  prepare({ nodes }, { pod }) {
    const wanted = pod.spec.nodeName
    if (wanted === undefined || wanted === '') return null
    return {
      fits: (node) => isNamed(wanted, (nodes.objects[node] as Node).name),
      reasons: () => ["node(s) didn't match the requested node name"],
      unresolvable: () => true,
    }
  },
  mayFit: ({ pod }, { node }) => node !== undefined && isNamed(pod.spec.nodeName, node.name),
}
