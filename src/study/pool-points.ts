import { performance } from 'node:perf_hooks'
import { setImmediate } from 'node:timers/promises'
import type { ReplicationResult } from '../measure/record.ts'
import type { Scenario } from '../scenario/scenario.ts'
import type { Chunk, Job } from './job.ts'
import { chunksOf, runChunk, startPool } from './pool.ts'
import { type Failure, type Outcome, type ReplicationOptions, replicate, type Simulate } from './replicate.ts'

/** One point of a study: a scenario, what a worker reads it from, and which of its replications to run (none when `to` < `from`). */
export interface PointRuns<Inputs> {
  readonly scenario: Scenario
  readonly inputs: Inputs
  readonly from: number
  readonly to: number
}

/** The replications of many scenarios. */
export interface PointsStudy<Inputs> {
  readonly points: readonly PointRuns<Inputs>[]
  readonly simulate: Simulate
  readonly options: ReplicationOptions
  readonly workers: number
  /** The module whose default export answers chunks. */
  readonly worker: URL
  readonly signal?: AbortSignal
  /** Replications finished, of all points together. */
  readonly progress?: (done: number) => void
  /** What is kept of a result: a grid needs no rows. */
  readonly keep?: (result: ReplicationResult) => ReplicationResult
  /** As in `Replications`. */
  readonly patience?: { readonly alone: number; readonly worth: number }
}

/** What came of them: results by point, in order of replication; the failure of the smallest point and replication. */
export interface PointsOutcome {
  readonly results: readonly (readonly ReplicationResult[])[]
  readonly failure: (Failure & { readonly point: number }) | null
  readonly interrupted: boolean
}

/** As in `pool.ts` [ms]. */
const ALONE = 1000
const WORTH_A_POOL = 2000

/** Gathers results; what comes when leaves no trace. */
class Gathered {
  readonly results: ReplicationResult[][]
  failure: PointsOutcome['failure'] = null
  done = 0
  private readonly study: Pick<PointsStudy<never>, 'progress' | 'keep'>

  constructor(points: number, study: Pick<PointsStudy<never>, 'progress' | 'keep'>) {
    this.results = Array.from({ length: points }, () => [])
    this.study = study
  }

  add(point: number, outcome: Outcome): void {
    const { keep, progress } = this.study
    this.results[point]?.push(...(keep === undefined ? outcome.results : outcome.results.map(keep)))
    const { failure } = outcome
    const known = this.failure
    const earlier = (one: Failure) => known === null || (point - known.point || one.replication - known.replication) < 0
    if (failure !== null && earlier(failure)) this.failure = { ...failure, point }
    this.done += outcome.results.length
    progress?.(this.done)
  }

  outcome(interrupted: boolean): PointsOutcome {
    const results = this.results.map((point) => point.sort((a, b) => a.replication - b.replication))
    return { results, failure: this.failure, interrupted: interrupted && this.failure === null }
  }
}

/**
 * Runs the replications of all points through one pool of threads, or in this thread where there is little to do. The number of workers and the order in which
 * they finish leave no trace.
 */
export async function runPoints<Inputs>(study: PointsStudy<Inputs>): Promise<PointsOutcome> {
  const { points, signal } = study
  const { alone, worth } = study.patience ?? { alone: ALONE, worth: WORTH_A_POOL }
  const total = points.reduce((sum, { from, to }) => sum + Math.max(0, to - from + 1), 0)
  const gathered = new Gathered(points.length, study)
  const start = performance.now()
  for (const [point, { scenario, from, to }] of points.entries()) {
    for (let replication = from; replication <= to; replication++) {
      gathered.add(point, replicate(study.simulate, scenario, replication, replication, study.options))
      if (gathered.failure !== null) return gathered.outcome(false)
      await setImmediate()
      if (signal?.aborted === true) return gathered.outcome(gathered.done < total)
      const spent = performance.now() - start
      const each = spent / gathered.done
      if (spent > alone && each * (total - gathered.done) > worth) {
        return withPool(study, gathered, tasksOf(study, point, replication + 1, each), total)
      }
    }
  }
  return gathered.outcome(false)
}

/** What is left from a replication of a point on, in order. */
function tasksOf<Inputs>({ points, workers }: PointsStudy<Inputs>, point: number, next: number, each: number): Chunk[] {
  return points.flatMap(({ from, to }, job) => {
    if (job < point) return []
    return chunksOf(job === point ? next : from, to, workers, each).map((chunk) => ({ ...chunk, job }))
  })
}

async function withPool<Inputs>(study: PointsStudy<Inputs>, gathered: Gathered, tasks: readonly Chunk[], total: number) {
  const jobs: Job<Inputs>[] = study.points.map(({ inputs }) => ({ inputs, options: study.options }))
  const threads = Math.min(study.workers, tasks.length)
  const pool = await startPool(study.worker, jobs, threads)
  const stopped = new Promise<void>((resolve) => study.signal?.addEventListener('abort', () => resolve(), { once: true }))
  const aborted = () => study.signal?.aborted === true
  let next = 0
  const lane = async () => {
    while (next < tasks.length && gathered.failure === null && !aborted()) {
      const task = tasks[next++] as Chunk
      const outcome = await runChunk((chunk) => pool.run(chunk) as Promise<Outcome>, task)
      // Threads that were told to end have not failed.
      if (aborted() && outcome.failure !== null) return
      gathered.add(task.job ?? 0, outcome)
    }
  }
  await Promise.race([stopped, Promise.all(Array.from({ length: threads }, lane))])
  await pool.destroy()
  return gathered.outcome(gathered.done < total)
}
