import type { Node } from '../../cluster/objects.ts'
import type { Taint } from '../../scenario/specs.ts'
import { NODE_ADD, NODE_TAINT } from '../scheduler/cluster-event.ts'
import { repellingTaint } from '../scheduler/tolerations.ts'
import type { FilterPlugin } from './plugin.ts'

/** Kubernetes' words: "had taint" up to 1.23, "had untolerated taint" since. tainttoleration/taint_toleration.go:Filter. */
export function taintReason({ key, value }: Taint, minor: number): string {
  return minor <= 23
    ? `node(s) had taint {${key}: ${value}}, that the pod didn't tolerate`
    : `node(s) had untolerated taint {${key}: ${value}}`
}

/** Keeps Pods off Nodes with a NoSchedule or NoExecute taint that they do not tolerate. */
export const taintToleration: FilterPlugin = {
  name: 'TaintToleration',
  events: NODE_ADD | NODE_TAINT,
  prepare({ nodes, profile }, { pod }) {
    if (nodes.tainted === 0) return null
    const { tolerations } = pod.spec
    const { repels } = nodes
    const taintOf = (node: number): Taint | undefined => repellingTaint(tolerations, (nodes.objects[node] as Node).taints)
    return {
      fits: (node) => repels[node] === 0 || taintOf(node) === undefined,
      reasons: (node) => [taintReason(taintOf(node) as Taint, profile.minor)],
      unresolvable: () => true,
    }
  },
  mayFit({ pod }, { nodeBefore, node }) {
    const { tolerations } = pod.spec
    if (node === undefined || repellingTaint(tolerations, node.taints) !== undefined) return false
    return nodeBefore === undefined || repellingTaint(tolerations, nodeBefore.taints) !== undefined
  },
}
