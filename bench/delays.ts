import { Random } from '../src/kernel/random.ts'

const LENGTH = 65_536

/** Wraps a count into the table of delays. */
export const WRAP = LENGTH - 1

/** The table that every hold program draws its delays from: exponential, mean 1 s, in whole µs. So the queue is timed, not the generator. */
export function delays(): Float64Array {
  const uniform = new Random('hold', 0).stream('delay', 'table')
  return Float64Array.from({ length: LENGTH }, () => Math.round(-1e6 * Math.log1p(-uniform())))
}
