import type { Loss, Placement } from '../control/scheduler.ts'
import type { Unit } from './losses.ts'

/** What stands in the way of one more Pod: no node takes it, or it has no place after a loss. */
export type Obstacle =
  | { readonly what: 'no node'; readonly reason: string }
  | { readonly what: 'loss'; readonly unit: string; readonly loss: Loss }

/** How many more Pods of a workload fit while any one unit can be lost. */
export interface Room {
  readonly workload: string
  /** Pods it has on nodes as it is. */
  readonly placed: number
  /** The most such that this many more, and every smaller number, can be had; −1 when not even the Pods there are survive every loss. */
  readonly more: number
  /** What fails with one more; null when `limit` was reached. */
  readonly obstacle: Obstacle | null
  /** Beyond the first number that fails: which of the next two hold all the same. */
  readonly exceptions: readonly number[]
  readonly limit: number
}

/** Numbers looked at beyond the first that fails: nothing promises that more Pods are always harder to place. */
const BEYOND = 2

/** Adds Pods one by one, and after each loses every unit by itself. Leaves the added Pods in the placement. */
export function roomFor(
  placement: Pick<Placement, 'lose' | 'add' | 'placed'>,
  workload: string,
  units: readonly Unit[],
  limit: number,
): Room {
  const placed = placement.placed(workload)
  const base = { workload, placed, limit }
  let obstacle: Obstacle | null = null
  let first = 0
  const exceptions: number[] = []
  for (let more = 0; more <= limit; more++) {
    const reason = more === 0 ? null : placement.add(workload)
    if (reason !== null) {
      // What no node takes stays out: a further Pod is the same Pod on the same nodes.
      if (obstacle === null) return { ...base, more: more - 1, obstacle: { what: 'no node', reason }, exceptions }
      break
    }
    const failure = firstFailure(placement, units)
    if (obstacle === null && failure !== null) {
      obstacle = failure
      first = more
    } else if (obstacle !== null && failure === null) exceptions.push(more)
    if (obstacle !== null && more >= first + BEYOND) break
  }
  return { ...base, more: obstacle === null ? limit : first - 1, obstacle, exceptions }
}

function firstFailure(placement: Pick<Placement, 'lose'>, units: readonly Unit[]): Obstacle | null {
  for (const { name, machines } of units) {
    const loss = placement.lose(machines)
    if (loss.refused.length > 0) return { what: 'loss', unit: name, loss }
  }
  return null
}
