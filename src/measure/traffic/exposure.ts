import type { Suffered } from './service-ledger.ts'

/** What a workload's clients have suffered, by Service. */
export type Reading = ReadonlyMap<string, Suffered>

/** What an impact asks about the Services in front of its workload. */
export interface Exposure {
  /** Up to `now`. */
  read(now: number): Reading
  /** The workload is converged from `now` on: `settled` will be what was suffered up to `stableFor` later. */
  converged(now: number): void
  /** It is converged no longer. */
  broken(): void
  /** What was suffered until the last convergence had held for `stableFor`. */
  settled(now: number): Reading
}

/** Answers for every workload. */
export interface Exposures {
  of(workload: string): Exposure
}

/** What nobody has suffered. */
export const NOBODY: ReadonlyMap<string, Suffered> = new Map()

/** Where there are no Services. */
export const NO_SERVICES: Exposures = {
  of: () => ({ read: () => NOBODY, converged: () => {}, broken: () => {}, settled: () => NOBODY }),
}

/** What was suffered between two readings: a client uses one Service, so it is that of the worst; null where no Service is. */
export function sufferedBetween(before: Reading, after: Reading): { readonly error: number | null; readonly noEndpoint: number | null } {
  let [error, noEndpoint]: [number | null, number | null] = [null, null]
  for (const [service, now] of after) {
    const then = before.get(service)
    error = Math.max(error ?? 0, Math.round(now.error - (then?.error ?? 0)))
    noEndpoint = Math.max(noEndpoint ?? 0, Math.round(now.noEndpoint - (then?.noEndpoint ?? 0)))
  }
  return { error, noEndpoint }
}
