/** Coefficients for g = 7, n = 9. */
const LANCZOS = [
  0.9999999999998099, 676.5203681218851, -1259.1392167224028, 771.3234287776531, -176.6150291621406, 12.507343278686905,
  -0.13857109526572012, 9.984369578019572e-6, 1.5056327351493116e-7,
] as const

/** Γ(x) for x ≥ 1, relative error about 1e-14; Infinity beyond 171. Source: C. Lanczos, SIAM J. Numer. Anal. B 1 (1964) 86–96. */
export function gammaFunction(x: number): number {
  const z = x - 1
  const sum = LANCZOS.reduce((total, coefficient, i) => total + (i === 0 ? coefficient : coefficient / (z + i)), 0)
  const t = z + 7.5
  return Math.sqrt(2 * Math.PI) * Math.exp((z + 0.5) * Math.log(t) - t) * sum
}
