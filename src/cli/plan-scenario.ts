import { EXIT, UsageError } from './exit.ts'
import type { PlanArguments } from './plan.ts'
import { planFit, planLosses } from './plan-losses.ts'
import { planSmallest } from './plan-smallest.ts'
import { sourceOf } from './scenarios.ts'
import type { Shell } from './shell.ts'
import { axesOf, readPoints } from './study-plan.ts'

/** Answers the one question that the words ask. */
export async function planScenario(args: PlanArguments, shell: Shell): Promise<number> {
  const { smallest, lose, fit } = args
  if (smallest === undefined && lose === undefined && fit === undefined) {
    throw new UsageError('plan: there is no question', 'ask with --smallest PATH=3..12, --lose node or --fit WORKLOAD')
  }
  if (smallest !== undefined && (lose ?? fit) !== undefined)
    throw new UsageError('plan: --smallest stands alone', 'ask one question at a time')
  const axes = smallest === undefined ? [] : axesOf([smallest], '--smallest')
  const model = await shell.model()
  const { set, seed, replications, allowUnknownFields } = args
  const overrides = {
    ...{ set, allowUnknownFields },
    ...(seed === undefined ? {} : { seed }),
    ...(replications === undefined ? {} : { replications }),
  }
  const points = readPoints(sourceOf(args.file), axes, overrides, model, shell, args.quiet)
  const [point] = points ?? []
  const [axis] = axes
  if (points === undefined || point === undefined) return EXIT.usage
  if (axis !== undefined) return planSmallest(axis, points, args, model, shell)
  return fit === undefined ? planLosses(point, args, model, shell) : planFit(point, fit, args, model, shell)
}
