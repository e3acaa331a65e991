import { performance } from 'node:perf_hooks'
import type { ReplicationResult } from '../measure/record.ts'
import { jsonDocument } from '../report/json.ts'
import type { StudyPackage } from '../study/package.ts'
import type { MergeArguments } from './merge.ts'
import { finishScenario } from './run-scenario.ts'
import type { Model, Shell } from './shell.ts'
import type { PlannedPoint, StudyPlan } from './study-plan.ts'
import { finishSweep } from './sweep-scenario.ts'

/** Does with complete results, wherever they were computed, what `run` or `sweep` would have done with them; answers its exit code. */
export function finishStudy(
  { command, options }: StudyPackage,
  plan: StudyPlan,
  results: readonly (readonly ReplicationResult[])[],
  args: Omit<MergeArguments, 'files'>,
  model: Model,
  shell: Shell,
): number {
  const start = performance.now()
  if (command === 'sweep') return finishSweep(plan, { results, interrupted: false }, args, model, shell, start)
  const own = { ...args, ...options.recording, replication: undefined, trace: undefined }
  const outcome = { results: results[0] ?? [], interrupted: false }
  const { code, document } = finishScenario(plan.points[0] as PlannedPoint, outcome, own, options, model, shell, start)
  if (args.json && document !== undefined) shell.out(jsonDocument([document]))
  return code
}
