import { quantileSorted } from 'd3-array'

/**
 * The p-quantile by rule R-7 (linear between order statistics; the rule of Excel, NumPy and R).
 * @param sorted ascending, not empty
 * @param p 0 … 1
 */
export function quantile(sorted: readonly number[], p: number): number {
  const value = quantileSorted(sorted as number[], p)
  if (value === undefined) throw new RangeError('Expected at least one value')
  return value
}

/**
 * Whether `n` values say anything about the p-quantile: at least one of them is expected beyond it, so p50 needs 2 values, p90 10,
 * p95 20 and p99 100. Below that, R-7 would hand out the maximum under another name.
 */
export function supportsQuantile(n: number, p: number): boolean {
  return Math.round(n * Math.min(p, 1 - p) * 1e9) >= 1e9
}
