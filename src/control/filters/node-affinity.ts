import type { Node } from '../../cluster/objects.ts'
import { selects } from '../../scenario/selectors.ts'
import type { NodeSelectorTerm, PodSpec } from '../../scenario/specs.ts'
import { NODE_ADD, NODE_LABEL } from '../scheduler/cluster-event.ts'
import type { FilterPlugin } from './plugin.ts'

type Labelled = Pick<Node, 'name' | 'labels'>

/** Whether a Node meets one term; a term without any requirement matches nothing (component-helpers nodeaffinity.go, 1.20 … 1.36). */
export function matchesTerm({ matchExpressions, matchFields }: NodeSelectorTerm, node: Labelled): boolean {
  if (matchExpressions.length + matchFields.length === 0) return false
  return (
    selects({ matchLabels: {}, matchExpressions }, node.labels) &&
    selects({ matchLabels: {}, matchExpressions: matchFields }, { 'metadata.name': node.name })
  )
}

/** Whether a Node meets `nodeSelector` and one of the required terms. */
export function matchesNode({ nodeSelector, affinity }: Pick<PodSpec, 'nodeSelector' | 'affinity'>, node: Labelled): boolean {
  if (!selects({ matchLabels: nodeSelector, matchExpressions: [] }, node.labels)) return false
  const required = affinity?.nodeAffinity.required
  return required === undefined || required.some((term) => matchesTerm(term, node))
}

/** Whether a spec asks for particular Nodes at all. */
export const asksForNodes = ({ nodeSelector, affinity }: Pick<PodSpec, 'nodeSelector' | 'affinity'>): boolean =>
  affinity?.nodeAffinity.required !== undefined || Object.keys(nodeSelector).length > 0

/** Honours `nodeSelector` and required node affinity. */
export const nodeAffinity: FilterPlugin = {
  name: 'NodeAffinity',
  events: NODE_ADD | NODE_LABEL,
  prepare({ nodes, profile }, { pod }) {
    if (!asksForNodes(pod.spec)) return null
    const reason = profile.minor <= 21 ? "node(s) didn't match Pod's node affinity" : "node(s) didn't match Pod's node affinity/selector"
    return {
      fits: (node) => matchesNode(pod.spec, nodes.objects[node] as Node),
      reasons: () => [reason],
      unresolvable: () => true,
    }
  },
  mayFit({ pod }, { nodeBefore, node }) {
    if (node === undefined || !matchesNode(pod.spec, node)) return false
    return nodeBefore === undefined || !matchesNode(pod.spec, nodeBefore)
  },
}
