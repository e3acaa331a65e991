import type { Node } from '../../cluster/objects.ts'
import { MAX_NODE_SCORE, type ScorePlugin } from './plugin.ts'

const ANNOTATION = 'scheduler.alpha.kubernetes.io/preferAvoidPods'

interface Avoidance {
  readonly preferAvoidPods?: readonly {
    readonly podSignature?: { readonly podController?: { readonly kind?: string; readonly name?: string } }
  }[]
}

/** Whether a Node's annotation asks to be spared the Pods of this controller; an annotation that is no JSON asks for nothing. */
export function avoids(annotation: string | undefined, kind: string, name: string): boolean {
  if (annotation === undefined) return false
  try {
    const { preferAvoidPods } = JSON.parse(annotation) as Avoidance
    return (
      preferAvoidPods?.some(({ podSignature }) => podSignature?.podController?.kind === kind && podSignature.podController.name === name) ??
      false
    )
  } catch {
    return false
  }
}

/** NodePreferAvoidPods: outweighs everything else up to 1.21; gone since. nodepreferavoidpods/node_prefer_avoid_pods.go (1.20). */
export const preferAvoidPods: ScorePlugin = {
  name: 'NodePreferAvoidPods',
  weight: (minor) => (minor <= 21 ? 10_000 : 0),
  score({ nodes, owners }, { pod }, list, count, out) {
    const owner = owners.controllerOf(pod)
    if (owner === undefined || owner.kind === 'StatefulSet') return false
    let some = false
    for (let i = 0; i < count; i++) {
      const node = nodes.objects[list[i] as number] as Node
      const avoided = avoids(node.annotations[ANNOTATION], owner.kind, owner.name)
      some ||= avoided
      out[i] = avoided ? 0 : MAX_NODE_SCORE
    }
    return some
  },
}
