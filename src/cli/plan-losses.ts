import { lossTable, roomTable } from '../report/plan-losses.ts'
import { readAxis } from '../scenario/axis.ts'
import { lossPlan, type Survival, type Unit, unitKinds, unitsOf } from '../study/losses.ts'
import { runLosses } from '../study/pool-losses.ts'
import { roomFor } from '../study/room.ts'
import { EXIT, UsageError } from './exit.ts'
import type { PlanArguments } from './plan.ts'
import { simulateLosses } from './plan-recoveries.ts'
import { progressOf } from './progress.ts'
import type { Model, Shell } from './shell.ts'
import type { PlannedPoint } from './study-plan.ts'

/** What can be lost with every Pod still having a place; with `--simulate` the recovery from each loss as well. 1 when some single unit cannot be lost. */
export async function planLosses(point: PlannedPoint, args: PlanArguments, model: Model, shell: Shell): Promise<number> {
  const { scenario, inputs } = point
  const kind = args.lose as string
  const ks = numbersOf(args.k)
  const placement = model.place(scenario)
  const units = unitsNamed(kind, placement.machines)
  const most = ks.find((k) => k > units.length)
  if (most !== undefined) throw new UsageError(`--k ${args.k}: there are only ${units.length} of ${kind} to lose`)
  if (args.simulate) return simulateLosses(point, units, ks, args, model, shell)
  const control = new AbortController()
  const release = shell.onInterrupt(() => control.abort())
  const survivals: Survival[] = []
  try {
    for (const k of ks) {
      const plan = lossPlan(units.length, k, args.samples)
      if (!Number.isFinite(plan.examined)) throw new UsageError(`--k ${k}: there are too many sets of ${k} to lose every one`)
      const progress = args.quiet
        ? undefined
        : await progressOf(`${k} ${kind}s lost`, plan.examined, { interactive: shell.interactive, write: shell.err, noun: 'sets' })
      const job = { placement, inputs, units, plan, seed: scenario.seed, workers: args.workers, signal: control.signal }
      const survival = await runLosses({ ...job, progress: (done) => progress?.update(done) })
      progress?.stop()
      if (survival === null) return EXIT.interrupted
      survivals.push(survival)
    }
  } finally {
    release()
  }
  if (args.json)
    shell.out(
      `${JSON.stringify({ schemaVersion: 1, question: 'lose', kind, units: units.length, waiting: placement.waiting, survivals }, null, 2)}\n`,
    )
  else shell.out(`${lossTable(kind, units.length, placement.waiting, survivals, shell.paint).join('\n')}\n`)
  return survivals.some(({ survived, examined }) => survived < examined) ? EXIT.failed : EXIT.good
}

/** How many more Pods of a workload fit while any one unit can be lost. */
export async function planFit(point: PlannedPoint, workload: string, args: PlanArguments, model: Model, shell: Shell): Promise<number> {
  const placement = model.place(point.scenario)
  const kind = args.lose ?? 'zone'
  const units = unitsNamed(kind, placement.machines)
  const name = workload.toLowerCase()
  if (name.startsWith('daemonset/')) throw new UsageError(`--fit ${workload}: a DaemonSet has one Pod per Node, no more`)
  if (placement.placed(name) === 0)
    throw new UsageError(
      `--fit ${workload}: no Pod of such a workload is on a Node`,
      'write kind/namespace/name, such as deployment/default/web',
    )
  const room = roomFor(placement, name, units, args.limit)
  if (args.json) shell.out(`${JSON.stringify({ schemaVersion: 1, question: 'fit', kind, units: units.length, ...room }, null, 2)}\n`)
  else shell.out(`${roomTable(kind, units.length, room, shell.paint).join('\n')}\n`)
  return room.more < 0 ? EXIT.failed : EXIT.good
}

/** The units of a kind; one that no machine has is bad usage. */
function unitsNamed(kind: string, machines: Parameters<typeof unitsOf>[0]): Unit[] {
  const units = unitsOf(machines, kind)
  if (units.length === 0) throw new UsageError(`--lose ${kind}: no machine has one`, `there are: ${unitKinds(machines).join(', ')}`)
  return units
}

/** `1,2` or `1..5` as numbers, ascending. */
function numbersOf(text: string): number[] {
  const read = readAxis(`k=${text}`)
  const numbers = read.ok ? read.axis.values.map(Number) : []
  if (numbers.length === 0 || numbers.some((k) => !Number.isInteger(k) || k < 1))
    throw new UsageError(`--k ${text}: expected numbers such as 1,2 or 1..5`)
  return numbers.sort((a, b) => a - b)
}
