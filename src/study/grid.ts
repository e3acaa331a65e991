import type { Axis } from '../scenario/axis.ts'

/** One point of a grid: a value for every axis. */
export interface GridPoint {
  /** In the order of the axes. */
  readonly values: readonly string[]
  /** The same as `--set` takes it. */
  readonly set: readonly string[]
}

/** Every combination of values; the last axis changes fastest. Without axes there is one point. */
export function gridOf(axes: readonly Axis[]): GridPoint[] {
  let points: GridPoint[] = [{ values: [], set: [] }]
  for (const { path, values } of axes) {
    points = points.flatMap((point) =>
      values.map((value) => ({ values: [...point.values, value], set: [...point.set, `${path}=${value}`] })),
    )
  }
  return points
}
