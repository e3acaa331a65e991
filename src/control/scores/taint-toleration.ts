import type { Node } from '../../cluster/objects.ts'
import type { Taint, Toleration } from '../../scenario/specs.ts'
import { tolerates } from '../scheduler/tolerations.ts'
import { normalize, type ScorePlugin } from './plugin.ts'

/** PreferNoSchedule taints that none of the Pod's tolerations for that effect matches. tainttoleration/taint_toleration.go:Score (1.20 … 1.36). */
export function intolerableTaints(taints: readonly Taint[], tolerations: readonly Toleration[]): number {
  const relevant = tolerations.filter(({ effect }) => effect === '' || effect === 'PreferNoSchedule')
  return taints.filter((taint) => taint.effect === 'PreferNoSchedule' && !relevant.some((toleration) => tolerates(toleration, taint)))
    .length
}

/** Prefers nodes with fewer PreferNoSchedule taints that the Pod does not tolerate. */
export const preferTolerated: ScorePlugin = {
  name: 'TaintToleration',
  weight: (minor) => (minor <= 22 ? 1 : 3),
  score({ nodes }, { pod }, list, count, out) {
    if (nodes.preferTainted === 0) return false
    for (let i = 0; i < count; i++) out[i] = intolerableTaints((nodes.objects[list[i] as number] as Node).taints, pod.spec.tolerations)
    normalize(out, count, true)
    return true
  },
}
