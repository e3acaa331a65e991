/** The few functions used of jstat 1.9.6, which ships no types; each is tested against published tables. */
declare module 'jstat' {
  interface JStat {
    readonly studentt: { inv(p: number, degreesOfFreedom: number): number; cdf(x: number, degreesOfFreedom: number): number }
    readonly normal: { inv(p: number, mean: number, deviation: number): number; cdf(x: number, mean: number, deviation: number): number }
    readonly beta: { inv(p: number, alpha: number, beta: number): number; cdf(x: number, alpha: number, beta: number): number }
  }
  const jstat: { readonly jStat: JStat }
  export default jstat
}
