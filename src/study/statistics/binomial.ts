import jstat from 'jstat'

/** P(B ≤ k) for B binomial(n, p), through the incomplete beta function. */
export function binomialCdf(k: number, n: number, p: number): number {
  if (k < 0) return 0
  if (k >= n) return 1
  return jstat.jStat.beta.cdf(1 - p, n - k, k + 1)
}

/**
 * The share of successes that `successes` of `n` leave possible, each side with its own one-sided confidence (Clopper–Pearson: never
 * less than the confidence asked for).
 * @param confidence of each side, e.g. 0.95
 */
export function proportionLimits(successes: number, n: number, confidence: number): { readonly lower: number; readonly upper: number } {
  const { beta } = jstat.jStat
  return {
    lower: successes === 0 ? 0 : beta.inv(1 - confidence, successes, n - successes + 1),
    upper: successes === n ? 1 : beta.inv(confidence, successes + 1, n - successes),
  }
}

/**
 * The same by the normal approximation of the score test (Wilson 1927): about the confidence asked for on average, hence narrower. For showing; gates take
 * `proportionLimits`.
 */
export function wilsonLimits(successes: number, n: number, confidence: number): { readonly lower: number; readonly upper: number } {
  const z = jstat.jStat.normal.inv(confidence, 0, 1)
  const share = successes / n
  const centre = (share + (z * z) / (2 * n)) / (1 + (z * z) / n)
  const margin = (z * Math.sqrt((share * (1 - share)) / n + (z * z) / (4 * n * n))) / (1 + (z * z) / n)
  return { lower: successes === 0 ? 0 : centre - margin, upper: successes === n ? 1 : centre + margin }
}
