import { smallestTable } from '../report/plan-smallest.ts'
import type { Axis } from '../scenario/axis.ts'
import { runPoints } from '../study/pool-points.ts'
import type { Failure } from '../study/replicate.ts'
import { type RunSize, smallest } from '../study/smallest.ts'
import { EXIT, UsageError } from './exit.ts'
import type { PlanArguments } from './plan.ts'
import { reportFailure } from './replay.ts'
import type { Model, Shell } from './shell.ts'
import type { PlannedPoint } from './study-plan.ts'
import { planHash } from './study-plan.ts'
import { poolSettings } from './sweep-scenario.ts'

/** The first size at which the scenario's expectations hold; 1 when there is none. */
export async function planSmallest(
  axis: Axis,
  points: readonly PlannedPoint[],
  args: PlanArguments,
  model: Model,
  shell: Shell,
): Promise<number> {
  if (!points[0]?.scenario.expect.some(({ warn }) => !warn)) {
    throw new UsageError(`${args.file} expects nothing`, 'write what must hold under `expect:`, such as convergence.p95 < 7m')
  }
  const control = new AbortController()
  const release = shell.onInterrupt(() => control.abort())
  let failed: { point: PlannedPoint; failure: Failure } | undefined
  const run: RunSize = async (index, from, to) => {
    const point = points[index] as PlannedPoint
    if (!args.quiet && from === 1 && shell.interactive) shell.err(`${axis.path} = ${axis.values[index]}\n`)
    const { results, failure, interrupted } = await runPoints({
      points: [{ ...point, from, to }],
      ...poolSettings(args, model, shell),
      signal: control.signal,
    })
    if (failure !== null) failed = { point, failure }
    return failure !== null || interrupted || control.signal.aborted ? null : (results[0] ?? [])
  }
  const sizes = points.map(({ values, scenario }) => ({ value: values[0] ?? '', scenario }))
  const answer = await smallest(sizes, run, model.vocabulary.measures).finally(release)
  if (failed !== undefined) {
    reportFailure(failed.point, failed.failure, shell)
    return EXIT.broken
  }
  if (answer === null) return EXIT.interrupted
  const { first, lasting, trials } = answer
  if (args.json) {
    const document = {
      schemaVersion: 1,
      question: 'smallest',
      axis,
      inputs: planHash({ points }, shell),
      ...answer,
      first: first?.value ?? null,
      lasting: lasting?.value ?? null,
    }
    shell.out(`${JSON.stringify(document, null, 2)}\n`)
  } else shell.out(`${smallestTable(axis, answer, shell.paint).join('\n')}\n`)
  if (first !== null) return EXIT.good
  return trials.some(({ decision }) => decision === 'undecided') ? EXIT.undecided : EXIT.failed
}
