/**
 * Holm's step-down adjustment (1979) of the p-values of several hypotheses: comparing each adjusted value with α keeps the chance of a single false alarm among
 * all of them at or below α, whatever their dependence.
 */
export function holm(ps: readonly number[]): number[] {
  const order = ps.map((_, i) => i).sort((a, b) => (ps[a] as number) - (ps[b] as number) || a - b)
  const adjusted = ps.map(() => 1)
  let least = 0
  for (const [rank, i] of order.entries()) {
    least = Math.max(least, Math.min(1, (ps[i] as number) * (ps.length - rank)))
    adjusted[i] = least
  }
  return adjusted
}
