/** Events handled before any is timed, so that what is timed is compiled. */
export const WARM_UP = 1_000_000

/** Pieces that the timed events are cut into: short enough that some are undisturbed, long enough that each pays for its garbage. */
const SLICES = 20

/** What one program did. */
export interface Timing {
  /** CPU time of one event in the fastest slice [ns]: what else runs on the machine only adds. */
  readonly perEvent: number
  /** Where the run ended: equal for all programs of one model, or they did not do the same work. */
  readonly end: number
}

/** Times `events` events; `run` handles that many more. */
export function timed(events: number, run: (events: number) => void): number {
  run(WARM_UP)
  const slice = Math.ceil(events / SLICES)
  let least = Number.POSITIVE_INFINITY
  for (let i = 0; i < SLICES; i++) {
    const begin = cpuTime()
    run(slice)
    least = Math.min(least, (cpuTime() - begin) * (1000 / slice))
  }
  return least
}

/** CPU time of this process so far [µs]. */
function cpuTime(): number {
  const { user, system } = process.cpuUsage()
  return user + system
}

/** A fixed piece of arithmetic [ms]: how fast this machine is today, beside every table of figures. */
export function calibrate(): number {
  const begin = cpuTime()
  let x = 1
  let sum = 0
  for (let i = 0; i < 100_000_000; i++) {
    x = Math.imul(x, 1_664_525) + 1_013_904_223
    sum += x >>> 31
  }
  if (sum === 0) throw new Error('Expected about half of all numbers to have their highest bit set')
  return (cpuTime() - begin) / 1000
}

/** The middle of `values`, at least one. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b)
  const middle = sorted.length >> 1
  return sorted.length % 2 === 1 ? (sorted[middle] as number) : ((sorted[middle - 1] as number) + (sorted[middle] as number)) / 2
}
