/** One number of a series. Censored: the horizon cut it, so the true number is larger. */
export interface Observation {
  readonly value: number
  readonly censored: boolean
  /** Means of successive batches of the course that the number is the mean of. */
  readonly batches?: readonly number[]
}

/** Ascending; at equal values what was observed precedes what was cut, as Kaplan and Meier have it. */
export function ascending(observations: readonly Observation[]): Observation[] {
  return [...observations].sort((a, b) => a.value - b.value || Number(a.censored) - Number(b.censored))
}
