import { runPoints } from '../study/pool-points.ts'
import type { ReplicationOptions } from '../study/replicate.ts'
import { type Shard, shardRange } from '../study/shard.ts'
import { slim } from '../study/sweep.ts'
import { EXIT } from './exit.ts'
import { progressOf } from './progress.ts'
import { reportFailure } from './replay.ts'
import { writeShard } from './shard-files.ts'
import type { Model, Shell } from './shell.ts'
import { packStudy } from './study-package.ts'
import type { PlannedPoint, StudyPlan } from './study-plan.ts'

/** How a shard is to be computed. */
export interface ShardArguments {
  readonly workers: number
  readonly quiet: boolean
  readonly out: string
}

/** Computes one shard of a study and writes it; what is interrupted leaves no file. */
export async function runShard(
  command: 'run' | 'sweep',
  plan: StudyPlan,
  shard: Shard,
  args: ShardArguments,
  options: ReplicationOptions,
  model: Model,
  shell: Shell,
): Promise<number> {
  const points = plan.points.map((point, i) => ({ ...point, ...shardRange(shard, i, point.scenario.replications) }))
  const total = points.reduce((sum, { from, to }) => sum + Math.max(0, to - from + 1), 0)
  const control = new AbortController()
  const label = `${plan.name} ${shard.index}/${shard.count}`
  const progress = args.quiet ? undefined : await progressOf(label, total, { interactive: shell.interactive, write: shell.err })
  const release = shell.onInterrupt(() => control.abort())
  const { results, failure, interrupted } = await runPoints({
    ...{ points, options, simulate: model.simulate, workers: args.workers, worker: shell.worker, signal: control.signal },
    ...(command === 'sweep' ? { keep: slim } : {}),
    progress: (done) => progress?.update(done),
  }).finally(() => {
    progress?.stop()
    release()
  })
  if (failure !== null) {
    reportFailure(plan.points[failure.point] as PlannedPoint, failure, shell)
    return EXIT.broken
  }
  if (interrupted) return EXIT.interrupted
  const path = writeShard(args.out, { study: packStudy(command, plan, options, shell), shard }, results)
  if (!args.quiet) shell.out(`Shard ${label}: ${total} replications. Written: ${path}\n`)
  return EXIT.good
}
