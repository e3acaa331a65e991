import type { Node } from '../../cluster/objects.ts'
import type { Affinity } from '../../scenario/specs.ts'
import { matchesTerm } from '../filters/node-affinity.ts'
import { normalize, type ScorePlugin } from './plugin.ts'

/** The weights of the preferred terms that a Node meets; an empty term meets none. nodeaffinity/node_affinity.go:Score (1.20 … 1.36). */
export function preferredNodeWeight(preferred: Affinity['nodeAffinity']['preferred'], node: Pick<Node, 'name' | 'labels'>): number {
  return preferred.reduce((sum, { weight, preference }) => (matchesTerm(preference, node) ? sum + weight : sum), 0)
}

/** Honours preferred node affinity. */
export const preferredNodeAffinity: ScorePlugin = {
  name: 'NodeAffinity',
  weight: (minor) => (minor <= 22 ? 1 : 2),
  score({ nodes }, { pod }, list, count, out) {
    const preferred = pod.spec.affinity?.nodeAffinity.preferred ?? []
    if (preferred.length === 0) return false
    for (let i = 0; i < count; i++) out[i] = preferredNodeWeight(preferred, nodes.objects[list[i] as number] as Node)
    normalize(out, count, false)
    return true
  },
}
