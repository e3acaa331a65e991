/** Tests of goodness of fit, each at a level of 0.001 for a fixed seed: what passes once passes always. */

/** √n · D of the Kolmogorov–Smirnov test of `values` against `cdf`; conservative where `cdf` has steps. */
export function kolmogorov(values: readonly number[], cdf: (x: number) => number): number {
  const sorted = Float64Array.from(values).sort((a, b) => a - b)
  let distance = 0
  sorted.forEach((value, i) => {
    const share = cdf(value)
    const below = cdf(value - Math.abs(value) * 1e-12)
    distance = Math.max(distance, (i + 1) / sorted.length - share, below - i / sorted.length)
  })
  // Stephens' correction for finite n.
  const root = Math.sqrt(sorted.length)
  return distance * (root + 0.12 + 0.11 / root)
}

/** What √n · D exceeds with a probability of 0.001. */
export const KOLMOGOROV_LIMIT = 1.949

/** The standard normal deviation that is exceeded, on either side, with a probability of 0.001. */
export const NORMAL_LIMIT = 3.2905

/** Student's t for 0.001 on both sides and 29 degrees of freedom. Source: table in any textbook. */
export const T_LIMIT_29 = 3.6594

/** (mean of `values` − `expected`) in standard errors. */
export function deviation(values: readonly number[], expected: number): number {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (values.length - 1)
  return (mean - expected) / Math.sqrt(variance / values.length)
}

/** The autocorrelation of `values` at `lag`, in standard errors. */
export function autocorrelation(values: readonly number[], lag: number): number {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length
  let variance = 0
  let covariance = 0
  for (let i = 0; i < values.length; i++) {
    const here = (values[i] as number) - mean
    variance += here * here
    if (i + lag < values.length) covariance += here * ((values[i + lag] as number) - mean)
  }
  return (covariance / variance) * Math.sqrt(values.length)
}
