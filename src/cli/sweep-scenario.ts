import { join } from 'node:path'
import { performance } from 'node:perf_hooks'
import { sweepCsv } from '../report/sweep-csv.ts'
import { sweepJson } from '../report/sweep-json.ts'
import { sweepTable } from '../report/sweep-table.ts'
import { type PointsOutcome, runPoints } from '../study/pool-points.ts'
import type { ReplicationOptions } from '../study/replicate.ts'
import { studyOf } from '../study/study.ts'
import { type Sweep, slim, sweepOf } from '../study/sweep.ts'
import { EXIT } from './exit.ts'
import { progressOf } from './progress.ts'
import { reportFailure } from './replay.ts'
import { prepareFolder, ResultFiles } from './result-files.ts'
import { runShard } from './run-shard.ts'
import type { Model, Shell } from './shell.ts'
import type { StudyArguments } from './study-options.ts'
import { type PlannedPoint, planHash, readPlan, type StudyPlan } from './study-plan.ts'
import type { SweepArguments } from './sweep.ts'

/** Reads every point before it runs any, runs them through one pool, writes one table. */
export async function sweepScenario(args: SweepArguments, shell: Shell): Promise<number> {
  const model = await shell.model()
  const plan = readPlan(args, model, shell)
  if (plan === undefined) return EXIT.usage
  if (args.dryRun) return announce(plan, args, shell)
  prepareFolder(args.out, `--out ${args.out}`)
  if (args.shard !== undefined) return runShard('sweep', plan, args.shard, args, sweepOptions(args), model, shell)
  const start = performance.now()
  const outcome = await runPlan(plan, args, model, shell)
  const { failure } = outcome
  if (failure !== null) {
    reportFailure(plan.points[failure.point] as PlannedPoint, failure, shell)
    return EXIT.broken
  }
  return finishSweep(plan, outcome, args, model, shell, start)
}

/** How the replications of a grid are run. */
export const sweepOptions = ({ eventLimit }: Pick<StudyArguments, 'eventLimit'>): ReplicationOptions => ({
  recording: { timeline: false, events: false },
  queue: 'columns',
  elision: 'elided',
  eventLimit,
})

/** What a pool needs to run the points of a grid, whichever they are. */
export const poolSettings = (args: Pick<StudyArguments, 'eventLimit' | 'workers'>, model: Model, shell: Shell) => ({
  simulate: model.simulate,
  options: sweepOptions(args),
  workers: args.workers,
  worker: shell.worker,
  keep: slim,
})

/** Runs every replication of every point, with progress, until Ctrl-C. */
export async function runPlan(
  { name, points }: Pick<StudyPlan, 'name' | 'points'>,
  args: StudyArguments,
  model: Model,
  shell: Shell,
): Promise<PointsOutcome> {
  const control = new AbortController()
  const total = points.reduce((sum, { scenario }) => sum + scenario.replications, 0)
  const progress = args.quiet ? undefined : await progressOf(name, total, { interactive: shell.interactive, write: shell.err })
  let release: (() => void) | undefined
  try {
    return await runPoints({
      points: points.map(({ scenario, inputs }) => ({ scenario, inputs, from: 1, to: scenario.replications })),
      ...poolSettings(args, model, shell),
      signal: control.signal,
      progress: (done) => {
        release ??= shell.onInterrupt(() => control.abort())
        progress?.update(done)
      },
    })
  } finally {
    progress?.stop()
    release?.()
  }
}

/** Compares the points, writes the file, prints the table; answers the exit code. */
export function finishSweep(
  plan: StudyPlan,
  { results, interrupted }: Pick<PointsOutcome, 'results' | 'interrupted'>,
  args: Pick<StudyArguments, 'out' | 'json' | 'quiet'>,
  model: Model,
  shell: Shell,
  start: number,
): number {
  const { measures } = model.vocabulary
  const { name, question, axes, objectives } = plan
  const points = plan.points.map(({ values, scenario }, i) => {
    const own = results[i] ?? []
    return { values, study: studyOf(scenario, own, measures, own.length < scenario.replications) }
  })
  const sweep = sweepOf({ name, question, axes, objectives, partial: interrupted }, points, measures)
  const files = write(sweep, args.out)
  const model8 = shell.modelId()
  if (args.json) shell.out(sweepJson(sweep, { inputs: planHash(plan, shell), model: model8, v8: shell.v8 }, files))
  else if (!args.quiet) {
    const elapsed = (performance.now() - start) / 1000
    shell.out(sweepTable(sweep, { model: model8.slice(0, 8), elapsed, files }, shell.paint))
  }
  return interrupted ? EXIT.interrupted : EXIT.good
}

/** Part of a sweep never overwrites a complete one. */
function write(sweep: Sweep, out: string): string[] {
  const files = new ResultFiles()
  try {
    files.add(join(out, `${sweep.name}${sweep.partial ? '.partial' : ''}.sweep.csv`), sweepCsv(sweep))
    return files.commit()
  } finally {
    files.discard()
  }
}

/** `--dry-run`: every point, and under which inputs. */
function announce(plan: StudyPlan, { json }: SweepArguments, shell: Shell): number {
  const inputs = planHash(plan, shell)
  const points = plan.points.map(({ values, scenario }) => ({ values, replications: scenario.replications }))
  const replications = points.reduce((sum, point) => sum + point.replications, 0)
  if (json) shell.out(`${JSON.stringify({ schemaVersion: 1, sweep: plan.name, inputs, axes: plan.axes, points }, null, 2)}\n`)
  else {
    shell.out(`${plan.name}: would run ${points.length} points, ${replications} replications in all; inputs ${inputs.slice(0, 12)}\n`)
    for (const { values } of points) shell.out(`  ${plan.axes.map(({ path }, i) => `${path}=${values[i]}`).join('  ')}\n`)
  }
  return EXIT.good
}
