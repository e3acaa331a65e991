import type { MeasureWord } from '../scenario/vocabulary.ts'
import { family, type Pairing, type Selection } from './pairing.ts'
import { compareText } from './series.ts'
import { type Difference, discordanceP, pairedDifference, welchDifference } from './statistics/differences.ts'
import { holm } from './statistics/holm.ts'
import { deviation, mean } from './statistics/mean.ts'
import { smallestP } from './statistics/signed-rank.ts'
import type { ValueSet } from './value-set.ts'

/**
 * What became of one measure: `changed` where something now happens in other replications than before; `undecided` where it differs by enough to matter, but so few
 * replications can never tell that from chance.
 */
export type Effect = 'same' | 'better' | 'worse' | 'changed' | 'undecided'

/** One measure before and after, in its outer unit. */
export interface Change extends Difference {
  readonly measure: string
  readonly labels: string
  readonly unit: MeasureWord['unit']
  readonly effect: Effect
  /** Means over the pairs, censored values at the instant that cut them; null where there is no value at all. */
  readonly before: number | null
  readonly after: number | null
  /** Values that the horizon cut, before and after: their true difference is larger than shown. */
  readonly censored: readonly [number, number]
  /** Replications with a value in one set alone. */
  readonly onlyBefore: number
  readonly onlyAfter: number
  /** The smallest difference that matters. */
  readonly least: number
  /** Holm-adjusted over everything that was compared. */
  readonly adjusted: number
  /** How many times more replications of each set a comparison without pairs would need; null where that cannot be said. */
  readonly gain: number | null
}

/** Two result sets of one scenario, measure by measure in the vocabulary's order. */
export interface Comparison {
  readonly scenario: string
  /** Replications compared pair by pair; 0 where only summaries were at hand. */
  readonly pairs: number
  /** Not one number differs. */
  readonly identical: boolean
  readonly alpha: number
  readonly changes: readonly Change[]
  /** Replications from which differences of one sign suffice at `alpha`. */
  readonly needed: number
}

/** How two sets are compared. */
export interface ComparisonOptions {
  /** The chance of a single false alarm in the whole comparison, at most. */
  readonly alpha: number
  /** Only these; empty: everything. */
  readonly only: readonly Selection[]
}

/** The smallest share of a mean that matters, and the smallest amount: 50 ms, 0.05 Pod·s, 0.05 of a count, 0.0001 of a share. */
const LEAST_SHARE = 0.05
const LEAST: Readonly<Record<MeasureWord['unit'], number>> = { s: 0.05, pod·s: 0.05, count: 0.05, share: 0.0001 }

/** Compares two sets replication by replication: a change is what is both significant and large enough to matter. */
export function compareSets(
  before: ValueSet,
  after: ValueSet,
  measures: readonly MeasureWord[],
  { alpha, only }: ComparisonOptions,
): Comparison {
  const pairings = family(before, after, measures, only)
  const found = pairings.map(differenceOf)
  const suspects = pairings.map((pairing, i) => ({ pairing, i })).filter(({ pairing, i }) => differs(pairing, found[i] as Difference))
  const adjusted = new Map(holm(suspects.map(({ i }) => found[i]?.p ?? 1)).map((p, k) => [suspects[k]?.i, p]))
  const needed = Math.ceil(1 + Math.log2(Math.max(1, suspects.length) / alpha))
  const changes = pairings.map((pairing, i): Change => {
    const difference = found[i] as Difference
    const least = leastOf(pairing)
    const p = adjusted.get(i) ?? 1
    const { measure, labels, unit, before, after, censored, onlyBefore, onlyAfter } = pairing
    return {
      ...{ measure, labels, unit, ...difference, before, after, censored, onlyBefore, onlyAfter, least, adjusted: p },
      effect: effectOf(pairing, difference, { least, adjusted: p, alpha, family: suspects.length }),
      gain: gainOf(pairing),
    }
  })
  const order = new Map(measures.map(({ name }, i) => [name, i]))
  const rank = ({ measure }: Change) => order.get(measure) ?? measures.length
  return {
    ...{ scenario: after.scenario, alpha, needed, identical: pairings.every((pairing, i) => !differs(pairing, found[i] as Difference)) },
    pairs: pairings.some(({ differences }) => differences !== null) ? Math.min(before.replications, after.replications) : 0,
    changes: changes.sort((a, b) => rank(a) - rank(b) || compareText(a.labels, b.labels)),
  }
}

function differenceOf({ differences, unit, moments, onlyBefore, onlyAfter }: Pairing): Difference {
  const difference = differences === null ? welchDifference(...moments) : pairedDifference(differences, unit === 'count')
  const discordance = discordanceP(onlyBefore, onlyAfter)
  return discordance < 1 ? { ...difference, p: Math.min(1, 2 * Math.min(difference.p, discordance)) } : difference
}

/** Whether anything differs at all: where nothing does there is no hypothesis to pay for. */
function differs({ differences, onlyBefore, onlyAfter }: Pairing, { difference }: Difference): boolean {
  return onlyBefore + onlyAfter > 0 || (differences === null ? difference !== 0 : differences.some((one) => one !== 0))
}

function leastOf({ before, unit }: Pairing): number {
  const mean = before ?? 0
  return Math.max(LEAST_SHARE * Math.abs(unit === 'share' ? 1 - mean : mean), LEAST[unit])
}

interface Grounds {
  readonly least: number
  readonly adjusted: number
  readonly alpha: number
  /** Hypotheses that share `alpha`. */
  readonly family: number
}

function effectOf(pairing: Pairing, { difference, n, p }: Difference, { least, adjusted, alpha, family }: Grounds): Effect {
  const { onlyBefore, onlyAfter, better, differences } = pairing
  const discordant = discordanceP(onlyBefore, onlyAfter)
  if (adjusted <= alpha && discordant < 1 && 2 * discordant <= p) return 'changed'
  // Rounding errors of the last digit decide nothing.
  if (Math.abs(difference) < least * (1 - 1e-9)) return 'same'
  if (adjusted <= alpha) return difference > 0 === (better === 'lower') ? 'worse' : 'better'
  return differences !== null && smallestP(n) * Math.max(1, family) > alpha ? 'undecided' : 'same'
}

function gainOf({ differences, moments: [a, b] }: Pairing): number | null {
  if (differences === null || differences.length < 2 || a.n < 2 || b.n < 2) return null
  const spread = deviation(differences) ** 2
  return spread === 0 || mean(differences.map(Math.abs)) === 0 ? null : (a.deviation ** 2 + b.deviation ** 2) / spread
}
