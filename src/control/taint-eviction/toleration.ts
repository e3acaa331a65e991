import type { Taint } from '../../cluster/objects.ts'
import { seconds } from '../../kernel/time.ts'
import type { Toleration } from '../../scenario/specs.ts'

/** Whether a toleration matches a taint. staging/src/k8s.io/api/core/v1/toleration.go:ToleratesTaint (1.20 … 1.36). */
export function tolerates(toleration: Toleration, taint: Pick<Taint, 'key' | 'value' | 'effect'>): boolean {
  if (toleration.effect !== '' && toleration.effect !== taint.effect) return false
  if (toleration.key !== '' && toleration.key !== taint.key) return false
  return toleration.operator === 'Exists' || toleration.value === taint.value
}

/**
 * How long a Pod may stay under these NoExecute taints [µs]: 0 when one is not tolerated or not for any time, Infinity when all are for ever. For each taint the first
 * toleration that matches counts. taint_eviction.go:processPodOnNode, getMinTolerationTime (1.20 … 1.36).
 */
export function tolerationTime(taints: readonly Taint[], tolerations: readonly Toleration[]): { tolerated: boolean; time: number } {
  let time = Number.POSITIVE_INFINITY
  for (const taint of taints) {
    const toleration = tolerations.find((each) => tolerates(each, taint))
    if (toleration === undefined) return { tolerated: false, time: 0 }
    if (toleration.tolerationSeconds !== undefined) time = Math.min(time, Math.max(0, seconds(toleration.tolerationSeconds)))
  }
  return { tolerated: true, time }
}
