import type { Loss, Placement } from '../control/scheduler.ts'
import type { MachineSpec } from '../scenario/scenario.ts'
import { binomial, combinationAt, randomCombination } from './combinations.ts'
import { proportionLimits } from './statistics/binomial.ts'
import { EACH_SIDE } from './statistics/summary.ts'

/** What is lost as one: a node, a zone, a rack. */
export interface Unit {
  readonly name: string
  /** Names of its machines. */
  readonly machines: readonly string[]
}

/** Which sets of `k` units to lose: every one, or so many at random. */
export interface LossPlan {
  readonly k: number
  /** Sets there are; Infinity when they cannot be counted. */
  readonly total: number
  readonly examined: number
  /** Every set there is, once each. */
  readonly exhaustive: boolean
}

/** One set that was lost, and what no node takes thereafter. */
export interface LossTrial extends Loss {
  /** Its place in the order of examination. */
  readonly index: number
  readonly units: readonly string[]
}

/** What a stretch of sets came to. */
export interface LossTally {
  /** Sets after which every Pod had a place. */
  readonly survived: number
  /** The worst of the sets, at most `SHOWN`. */
  readonly worst: readonly LossTrial[]
}

/** What the loss of `k` units at once comes to. */
export interface Survival extends LossPlan, LossTally {
  /** 95 % interval of the share that survives, among all sets (Clopper–Pearson); the share itself when every set was examined. */
  readonly low: number
  readonly high: number
}

/** Sets that are reported, worst first. */
const SHOWN = 10

/** The units of a kind among the machines that are no control plane: each machine, each zone, or each value of a fault domain; by name. */
export function unitsOf(machines: readonly MachineSpec[], kind: string): Unit[] {
  const units = new Map<string, string[]>()
  for (const { name, zone, domains, controlPlane } of machines) {
    const unit = kind === 'node' ? name : kind === 'zone' ? zone : (domains[kind] ?? '')
    if (controlPlane || unit === '') continue
    units.set(unit, [...(units.get(unit) ?? []), name])
  }
  return [...units].map(([name, own]) => ({ name, machines: own })).sort((a, b) => (a.name < b.name ? -1 : 1))
}

/** The kinds of unit that the machines have. */
export function unitKinds(machines: readonly MachineSpec[]): string[] {
  const domains = [...new Set(machines.flatMap((machine) => Object.keys(machine.domains)))].sort((a, b) => (a < b ? -1 : 1))
  return ['node', ...(machines.some(({ zone }) => zone !== '') ? ['zone'] : []), ...domains]
}

/** All sets for k = 1 and 2, and where there are no more than `samples`; else `samples` at random. */
export function lossPlan(units: number, k: number, samples: number): LossPlan {
  const total = binomial(units, k)
  const exhaustive = k <= 2 || total <= samples
  return { k, total, examined: exhaustive ? total : samples, exhaustive }
}

/** Loses the sets `from` … `to` (from 0, `to` excluded) of a plan, one after the other. */
export function loseSets(
  placement: Pick<Placement, 'lose'>,
  units: readonly Unit[],
  { k, exhaustive }: LossPlan,
  seed: string,
  from: number,
  to: number,
): LossTally {
  let survived = 0
  let worst: LossTrial[] = []
  for (let index = from; index < to; index++) {
    const set = exhaustive ? combinationAt(units.length, k, index) : randomCombination(seed, units.length, k, index)
    const chosen = set.map((i) => units[i] as Unit)
    const loss = placement.lose(chosen.flatMap(({ machines }) => machines))
    if (loss.refused.length === 0) survived++
    worst.push({ ...loss, index, units: chosen.map(({ name }) => name) })
    if (worst.length > 4 * SHOWN) worst = worstOf(worst)
  }
  return { survived, worst: worstOf(worst) }
}

/** Puts stretches together, in whatever order they come. */
export function survivalOf(plan: LossPlan, tallies: readonly LossTally[]): Survival {
  const survived = tallies.reduce((sum, tally) => sum + tally.survived, 0)
  const share = plan.examined === 0 ? 1 : survived / plan.examined
  const { lower, upper } = plan.exhaustive ? { lower: share, upper: share } : proportionLimits(survived, plan.examined, EACH_SIDE)
  return { ...plan, survived, worst: worstOf(tallies.flatMap(({ worst }) => worst)), low: lower, high: upper }
}

/** Most Pods without a place first, then most Pods lost, then the order of examination; a set that was drawn twice counts once. */
function worstOf(trials: readonly LossTrial[]): LossTrial[] {
  const order = [...trials].sort((a, b) => b.refused.length - a.refused.length || b.lost - a.lost || a.index - b.index)
  const seen = new Set<string>()
  return order.filter(({ units }) => !seen.has(units.join()) && seen.add(units.join())).slice(0, SHOWN)
}
