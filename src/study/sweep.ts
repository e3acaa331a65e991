import type { ReplicationResult } from '../measure/record.ts'
import type { Axis } from '../scenario/axis.ts'
import type { MeasureWord } from '../scenario/vocabulary.ts'
import { type Objective, objectiveValue, paretoFront } from './objective.ts'
import { seriesOf } from './series.ts'
import type { Study } from './study.ts'

/** One point of a sweep with what its replications answered. */
export interface SweptPoint {
  /** In the order of the axes. */
  readonly values: readonly string[]
  readonly study: Study
  /** In the order of the sweep's objectives; null where it cannot be said. */
  readonly objectives: readonly (number | null)[]
  /** No other point beats it in the two objectives; false where there are not two. */
  readonly front: boolean
}

/** All that a sweep answered, ready to be reported. */
export interface Sweep {
  readonly name: string
  readonly question: string
  readonly axes: readonly Axis[]
  readonly objectives: readonly Objective[]
  readonly points: readonly SweptPoint[]
  readonly partial: boolean
}

/** A grid is compared by measures: rows are not kept. */
export const slim = (result: ReplicationResult): ReplicationResult => ({ ...result, rows: [] })

/** Compares the points of a grid, given in its order. */
export function sweepOf(
  head: Pick<Sweep, 'name' | 'question' | 'axes' | 'objectives' | 'partial'>,
  points: readonly { readonly values: readonly string[]; readonly study: Study }[],
  measures: readonly MeasureWord[],
): Sweep {
  const { objectives } = head
  const values = points.map(({ study }) => {
    const series = seriesOf(study.results, measures)
    return objectives.map((objective) => objectiveValue(objective, series))
  })
  const [first, second] = objectives
  const front =
    first === undefined || second === undefined || objectives.length > 2
      ? points.map(() => false)
      : paretoFront(
          values.map(([a = null, b = null]) => [a, b] as const),
          [first.better, second.better],
        )
  const swept = points.map((point, i) => ({ ...point, objectives: values[i] as (number | null)[], front: front[i] === true }))
  return { ...head, points: swept }
}
