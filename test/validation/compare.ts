import seedrandom from 'seedrandom'
import type { Milestone } from './milestones.ts'
import type { Fact } from './observations.ts'

/** `between`: beyond the tolerances, but not for certain. */
type Verdict = 'pass' | 'between' | 'fail'

/** n, middle and ends of some values; absent when there are none. */
export interface Spread {
  readonly n: number
  readonly median: number
  readonly min: number
  readonly max: number
}

/** One milestone of one case: what was recorded, what is simulated, and whether they agree. */
export interface Cell {
  readonly caseName: string
  readonly milestone: string
  readonly real: Spread
  readonly simulated: Spread
  readonly difference: number
  /** What |difference| may be; infinite for fewer than three recorded values. */
  readonly tolerance: number
  readonly p: number
  readonly verdict: Verdict
}

/** Values of one milestone: of each recorded repetition, and of each simulated replication under that repetition's phases. */
export interface Sample {
  readonly caseName: string
  readonly milestone: Milestone
  readonly real: readonly (readonly number[])[]
  readonly simulated: readonly (readonly (readonly number[])[])[]
}

/** Whatever is closer than this agrees [s]: what differs between two real clusters on the same machine. */
const CLOSE = 0.5
/** The standard error of a median is 1.25 that of a mean, of normal values. */
const MEDIAN_ERROR = 1.25
const ERRORS = 3
/** Family-wise level of certain failures. */
const ALPHA = 0.01
const RESAMPLES = 20_000

/** The values of a milestone in facts, with the least loss: numbers only, so that facts can be forgotten. */
export const sampled = (milestones: readonly Milestone[], facts: readonly Fact[]): readonly (readonly number[])[] =>
  milestones.map((milestone) => milestone.of(facts))

const ascending = (values: readonly number[]): Float64Array => Float64Array.from(values).sort()

/** Median of ascending values; NaN for none. */
function middle(sorted: Float64Array): number {
  const half = sorted.length / 2
  return ((sorted[Math.floor(half - 0.5)] as number) + (sorted[Math.ceil(half - 0.5)] as number)) / 2
}

const spread = (sorted: Float64Array): Spread => ({
  n: sorted.length,
  median: middle(sorted),
  min: sorted[0] ?? Number.NaN,
  max: sorted.at(-1) ?? Number.NaN,
})

function deviation(values: Float64Array): number {
  let sum = 0
  let squares = 0
  for (const value of values) {
    sum += value
    squares += value * value
  }
  const mean = sum / values.length
  return Math.sqrt(Math.max(0, squares / values.length - mean * mean))
}

/**
 * How probable a median as far off as the recorded one is, beyond what counts as close, if the simulation were right: whole replications are drawn in place of the
 * repetitions, because values of one repetition hang together.
 */
function medianP({ simulated }: Sample, centre: number, difference: number): number {
  const uniform = seedrandom.alea('validation')
  let beyond = 0
  for (let i = 0; i < RESAMPLES; i++) {
    const drawn = simulated.flatMap((replications) => replications[Math.floor(uniform() * replications.length)] ?? [])
    if (drawn.length > 0 && Math.abs(middle(ascending(drawn)) - centre) >= Math.abs(difference) - CLOSE) beyond++
  }
  return (beyond + 1) / (RESAMPLES + 1)
}

/** How probable it is that `k` or more of `n` repetitions reach beyond both ends of `all` replications drawn alike: each does with 2 / (all + 1). */
export function rangeP(k: number, n: number, all: number): number {
  const q = 2 / (all + 1)
  let term = (1 - q) ** n
  let below = 0
  for (let i = 0; i < k; i++) {
    below += term
    term *= ((n - i) / (i + 1)) * (q / (1 - q))
  }
  return Math.max(0, 1 - below)
}

/** Compares one sample; whether a miss is certain is for `judged` to say, which sees all cells. */
export function compare(sample: Sample): Cell {
  const { caseName, milestone, real, simulated } = sample
  const [one, other] = [ascending(real.flat()), ascending(simulated.flat(2))]
  const [recorded, model] = [spread(one), spread(other)]
  const difference = model.median - recorded.median
  const tolerance =
    recorded.n < 3 ? Number.POSITIVE_INFINITY : Math.max(CLOSE, (ERRORS * MEDIAN_ERROR * deviation(other)) / Math.sqrt(recorded.n))
  const low = Math.max(model.min, milestone.support?.[0] ?? Number.NEGATIVE_INFINITY) - CLOSE
  const high = Math.min(model.max, milestone.support?.[1] ?? Number.POSITIVE_INFINITY) + CLOSE
  const outside = real.filter((values) => values.some((value) => value < low || value > high)).length
  const near = Math.abs(difference) <= tolerance
  const comparable = recorded.n > 0 && model.n > 0
  const pass = comparable && outside === 0 && near
  const replications = simulated.reduce((sum, all) => sum + all.length, 0)
  const ps = [near ? 1 : medianP(sample, model.median, difference), outside === 0 ? 1 : rangeP(outside, real.length, replications)]
  const p = comparable ? Math.min(1, 2 * Math.min(...ps)) : 0
  return {
    caseName,
    milestone: milestone.name,
    real: recorded,
    simulated: model,
    difference,
    tolerance,
    p,
    verdict: pass ? 'pass' : 'between',
  }
}

/** Holm: the cells that fail for certain, though so many are looked at. */
export function judged(cells: readonly Cell[]): readonly Cell[] {
  const certain = new Set<Cell>()
  const ranked = [...cells].sort((a, b) => a.p - b.p)
  for (const [i, cell] of ranked.entries()) {
    if (cell.p > ALPHA / (cells.length - i)) break
    certain.add(cell)
  }
  return cells.map((cell) => (cell.verdict !== 'pass' && certain.has(cell) ? { ...cell, verdict: 'fail' } : cell))
}
