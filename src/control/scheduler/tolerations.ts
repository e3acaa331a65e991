import type { Taint, Toleration } from '../../scenario/specs.ts'

/** Whether a toleration matches a taint (k8s.io/api/core/v1/toleration.go:ToleratesTaint, 1.20 … 1.36). */
export function tolerates(toleration: Toleration, taint: Taint): boolean {
  if (toleration.effect !== '' && toleration.effect !== taint.effect) return false
  if (toleration.key !== '' && toleration.key !== taint.key) return false
  return toleration.operator === 'Exists' || toleration.value === taint.value
}

/** Whether any of the tolerations matches. */
export const tolerated = (tolerations: readonly Toleration[], taint: Taint): boolean =>
  tolerations.some((toleration) => tolerates(toleration, taint))

/** The first taint that keeps a Pod off: NoSchedule or NoExecute, and not tolerated. */
export function repellingTaint(tolerations: readonly Toleration[], taints: readonly Taint[]): Taint | undefined {
  return taints.find((taint) => taint.effect !== 'PreferNoSchedule' && !tolerated(tolerations, taint))
}
