import type { ReplicationResult } from '../measure/record.ts'
import type { Scenario } from '../scenario/scenario.ts'
import type { MeasureWord } from '../scenario/vocabulary.ts'
import { judge, type Verdict } from './expectation.ts'
import { seriesOf } from './series.ts'
import type { Decision } from './statistics/verdict.ts'

/** One size that was tried. */
export interface Trial {
  /** Its place among the sizes, from 0. */
  readonly index: number
  readonly value: string
  /** Replications it rests on. */
  readonly n: number
  /** Of all expectations together: pass only when each passes. */
  readonly decision: Decision
  readonly verdicts: readonly Verdict[]
  /** Replications in which a Pod was left without a Node at the end. */
  readonly unplaced: number
}

/** The first size at which everything expected holds, and what was found around it. */
export interface Smallest {
  readonly trials: readonly Trial[]
  /** The first size that passes; null when none does. */
  readonly first: Trial | null
  /** The first size that passes together with the next two (or as many as the range has); null when none does. */
  readonly lasting: Trial | null
  /** Confidence of each judgement, so that all of them hold together with the confidence that the expectations ask for. */
  readonly confidence: number
}

/** Runs replications `from` … `to` of the size at an index; null when it was interrupted or broke. */
export type RunSize = (index: number, from: number, to: number) => Promise<readonly ReplicationResult[] | null>

/** Replications after which a hopeless size is given up: a clear failure takes no more. */
const PILOT = 40
/** Sizes beyond the answer that must hold too. */
const BEYOND = 2

/**
 * Tries sizes from the first on: nothing promises that what holds at one size holds at the next, so none is skipped. A size passes when every expectation does, each judged
 * with confidence 1 − (1 − c)/m for m sizes (Bonferroni): that any size is wrongly said to pass has at most probability 1 − c. A size fails early only when its first
 * replications already say so, which cannot make a size pass. Answers null when a run was cut short.
 */
export async function smallest(
  sizes: readonly { readonly value: string; readonly scenario: Scenario }[],
  run: RunSize,
  measures: readonly MeasureWord[],
): Promise<Smallest | null> {
  const trials: Trial[] = []
  for (let index = 0; index < sizes.length; index++) {
    const trial = await tryOut(sizes, index, run, measures)
    if (trial === null) return null
    trials.push(trial)
    if (lastingIn(trials, sizes.length) !== null) break
  }
  const confidence = Math.min(...judged(sizes[0]?.scenario).map((expectation) => strict(expectation.confidence, sizes.length)))
  return { trials, first: trials.find(({ decision }) => decision === 'pass') ?? null, lasting: lastingIn(trials, sizes.length), confidence }
}

/** The expectations that decide: warnings do not. */
const judged = (scenario: Scenario | undefined) => scenario?.expect.filter(({ warn }) => !warn) ?? []

const strict = (confidence: number, sizes: number): number => 1 - (1 - confidence) / sizes

async function tryOut(
  sizes: readonly { readonly value: string; readonly scenario: Scenario }[],
  index: number,
  run: RunSize,
  measures: readonly MeasureWord[],
): Promise<Trial | null> {
  const { value, scenario } = sizes[index] as { value: string; scenario: Scenario }
  const pilot = Math.min(PILOT, scenario.replications)
  const begun = await run(index, 1, pilot)
  if (begun === null) return null
  const early = trialOf(index, value, scenario, begun, measures, sizes.length)
  if (early.decision === 'fail' || pilot === scenario.replications) return early
  const rest = await run(index, pilot + 1, scenario.replications)
  return rest === null ? null : trialOf(index, value, scenario, [...begun, ...rest], measures, sizes.length)
}

function trialOf(
  index: number,
  value: string,
  scenario: Scenario,
  results: readonly ReplicationResult[],
  measures: readonly MeasureWord[],
  sizes: number,
): Trial {
  const series = seriesOf(results, measures)
  const verdicts = judged(scenario).map((expectation) =>
    judge({ ...expectation, confidence: strict(expectation.confidence, sizes) }, series, results.length),
  )
  const decisions = verdicts.map(({ decision }) => decision)
  const decision = decisions.includes('fail') ? 'fail' : decisions.includes('undecided') ? 'undecided' : 'pass'
  return { index, value, n: results.length, decision, verdicts, unplaced: results.filter(({ unplaced }) => unplaced.length > 0).length }
}

/** The first trial that passes with those behind it, as far as they are known to; null while that is open. */
function lastingIn(trials: readonly Trial[], sizes: number): Trial | null {
  return (
    trials.find(({ index }) => {
      const last = Math.min(index + BEYOND, sizes - 1)
      return trials.length > last && trials.slice(index, last + 1).every(({ decision }) => decision === 'pass')
    }) ?? null
  )
}
