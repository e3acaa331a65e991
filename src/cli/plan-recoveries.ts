import { recoveryTable } from '../report/plan-recoveries.ts'
import { combinationAt, randomCombination } from '../study/combinations.ts'
import { LOSS_AT, losing } from '../study/losing.ts'
import { lossPlan, type Unit } from '../study/losses.ts'
import { recoveryFrom, worstFirst } from '../study/recoveries.ts'
import { EXIT, UsageError } from './exit.ts'
import type { PlanArguments } from './plan.ts'
import { reportFailure } from './replay.ts'
import type { Model, Shell } from './shell.ts'
import type { PlannedPoint } from './study-plan.ts'
import { runPlan } from './sweep-scenario.ts'

/** Recoveries that are simulated; more belong into a sampled k. */
const MOST = 10_000

/** `--simulate`: loses every set for good and watches the recovery, in every replication of the scenario. */
export async function simulateLosses(
  point: PlannedPoint,
  units: readonly Unit[],
  ks: readonly number[],
  args: PlanArguments,
  model: Model,
  shell: Shell,
): Promise<number> {
  const { scenario, inputs } = point
  if (scenario.horizon <= LOSS_AT) throw new UsageError(`${args.file}: the horizon ends before the loss, which is at ${LOSS_AT / 1e6} s`)
  const sets = ks.flatMap((k) => setsOf(units, k, args.samples, scenario.seed))
  const points = sets.map((set) => {
    const machines = set.flatMap((unit) => unit.machines)
    return { ...point, scenario: losing(scenario, machines), inputs: { ...inputs, losing: machines } }
  })
  const { results, failure, interrupted } = await runPlan({ name: scenario.name, points }, args, model, shell)
  if (failure !== null) {
    shell.err(`while losing ${sets[failure.point]?.map(({ name }) => name).join(', ')}:\n`)
    reportFailure(point, failure, shell)
    return EXIT.broken
  }
  if (interrupted) return EXIT.interrupted
  const ranked = worstFirst(
    sets.map((set, i) =>
      recoveryFrom(
        set.map(({ name }) => name),
        results[i] ?? [],
        model.vocabulary.measures,
      ),
    ),
  )
  const kind = args.lose as string
  if (args.json)
    shell.out(`${JSON.stringify({ schemaVersion: 1, question: 'lose', kind, simulated: true, recoveries: ranked }, null, 2)}\n`)
  else shell.out(`${recoveryTable(kind, ranked, shell.paint).join('\n')}\n`)
  return ranked.some(({ survived, n }) => survived < n) ? EXIT.failed : EXIT.good
}

function setsOf(units: readonly Unit[], k: number, samples: number, seed: string): Unit[][] {
  const { examined, exhaustive } = lossPlan(units.length, k, samples)
  if (examined > MOST)
    throw new UsageError(
      `--simulate: there are ${examined} sets of ${k}`,
      'lose fewer at once, or leave --simulate away: placement alone takes a millisecond per set',
    )
  return Array.from({ length: examined }, (_, index) => {
    const set = exhaustive ? combinationAt(units.length, k, index) : randomCombination(seed, units.length, k, index)
    return set.map((i) => units[i] as Unit)
  })
}
