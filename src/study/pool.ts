import { createRequire } from 'node:module'
import { performance } from 'node:perf_hooks'
import { setImmediate } from 'node:timers/promises'
import { pathToFileURL } from 'node:url'
import type { Piscina } from 'piscina'
import type { ReplicationResult } from '../measure/record.ts'
import type { Scenario } from '../scenario/scenario.ts'
import type { Chunk, Job } from './job.ts'
import { type Failure, type Outcome, type ReplicationOptions, replicate, type Simulate } from './replicate.ts'

/** The replications of one scenario. */
export interface Replications<Inputs> {
  readonly scenario: Scenario
  /** From which a worker reads the same scenario. */
  readonly inputs: Inputs
  readonly simulate: Simulate
  readonly options: ReplicationOptions
  readonly from: number
  readonly to: number
  readonly workers: number
  /** The module whose default export answers chunks. */
  readonly worker: URL
  /** Ends the study early; what is finished is kept. */
  readonly signal?: AbortSignal
  readonly progress?: (done: number) => void
  /** Results that are there already, by replication: these are not run again. */
  readonly known?: ReadonlyMap<number, ReplicationResult>
  /** Is given every new result as soon as it is there, in any order. */
  readonly keep?: (results: readonly ReplicationResult[]) => void
  /** Instead of `ALONE` and `WORTH_A_POOL`, where a test cannot wait for so much work. */
  readonly patience?: { readonly alone: number; readonly worth: number }
}

/** What came of all replications. */
export interface StudyOutcome extends Outcome {
  /** The signal came before the end. */
  readonly interrupted: boolean
}

/** The thread of the command works alone for so long [ms], until replications run at the speed they will have. */
const ALONE = 1000
/** Work left [ms] that is worth a pool: starting threads and warming them up costs about 0.8 s each. Even one more thread leaves this one free for progress and Ctrl-C. */
const WORTH_A_POOL = 2000
/** A chunk is about so long [ms], so that progress moves and little is lost. */
const CHUNK = 500

/** The worker that runs the real model, in sources and in the built package. */
export const WORKER = new URL(import.meta.url.endsWith('.ts') ? './worker.ts' : './worker.js', import.meta.url)

/**
 * Runs replications `from` … `to` on as many threads as pay, and answers their results in order of replication: the number of workers and
 * the order in which they finish leave no trace. A worker that dies costs one retry. After a failure nothing new begins and the failure of the
 * smallest replication is answered.
 */
export async function runReplications<Inputs>(study: Replications<Inputs>): Promise<StudyOutcome> {
  const { from, to, workers, signal, known } = study
  const results = [...(known ?? [])].filter(([replication]) => replication >= from && replication <= to).map(([, result]) => result)
  const todo = rangesWithout(from, to, known)
  const { alone, worth } = study.patience ?? { alone: ALONE, worth: WORTH_A_POOL }
  const start = performance.now()
  let left = to - from + 1 - results.length
  let fastest = Number.POSITIVE_INFINITY
  for (const [i, range] of todo.entries()) {
    for (let replication = range.from; replication <= range.to; replication++) {
      const before = performance.now()
      const one = replicate(study.simulate, study.scenario, replication, replication, study.options)
      if (one.failure !== null) return { results: inOrder(results), failure: one.failure, interrupted: false }
      results.push(...one.results)
      study.keep?.(one.results)
      study.progress?.(results.length)
      await setImmediate()
      left--
      if (signal?.aborted === true) return { results: inOrder(results), failure: null, interrupted: left > 0 }
      const now = performance.now()
      fastest = Math.min(fastest, now - before)
      if (now - start > alone && fastest * left > worth) {
        const rest = [{ from: replication + 1, to: range.to }, ...todo.slice(i + 1)]
        const chunks = rest.flatMap((one) => chunksOf(one.from, one.to, workers, fastest))
        return withPool(study, results, chunks)
      }
    }
  }
  return { results: inOrder(results), failure: null, interrupted: false }
}

/** The replications `from` … `to` that are not known, as ranges. */
export function rangesWithout(from: number, to: number, known: ReadonlyMap<number, unknown> | undefined): Chunk[] {
  const ranges: Chunk[] = []
  let first = from
  for (let replication = from; replication <= to + 1; replication++) {
    if (replication <= to && known?.has(replication) !== true) continue
    if (first < replication) ranges.push({ from: first, to: replication - 1 })
    first = replication + 1
  }
  return ranges
}

const inOrder = (results: readonly ReplicationResult[]) => [...results].sort((a, b) => a.replication - b.replication)

/** Ranges of about `CHUNK` each, at least four per worker where there are enough replications. */
export function chunksOf(from: number, to: number, workers: number, each: number): Chunk[] {
  const share = Math.ceil((to - from + 1) / (workers * 4))
  const size = Math.max(1, Math.min(Math.round(CHUNK / Math.max(each, 1)), share))
  const chunks: Chunk[] = []
  for (let first = from; first <= to; first += size) chunks.push({ from: first, to: Math.min(to, first + size - 1) })
  return chunks
}

async function withPool<Inputs>(study: Replications<Inputs>, before: ReplicationResult[], chunks: Chunk[]): Promise<StudyOutcome> {
  const jobs: Job<Inputs>[] = [{ inputs: study.inputs, options: study.options }]
  const threads = Math.min(study.workers, chunks.length)
  const pool = await startPool(study.worker, jobs, threads)
  const outcomes: (Outcome | undefined)[] = chunks.map(() => undefined)
  const stopped = new Promise<void>((resolve) => study.signal?.addEventListener('abort', () => resolve(), { once: true }))
  let next = 0
  let done = before.length
  let failed = false
  const aborted = () => study.signal?.aborted === true
  const lane = async () => {
    while (next < chunks.length && !failed && !aborted()) {
      const i = next++
      const outcome = await runChunk((chunk) => pool.run(chunk) as Promise<Outcome>, chunks[i] as Chunk)
      if (aborted() && outcome.failure !== null) return
      outcomes[i] = outcome
      failed ||= outcome.failure !== null
      study.keep?.(outcome.results)
      done += outcome.results.length
      study.progress?.(done)
    }
  }
  await Promise.race([stopped, Promise.all(Array.from({ length: threads }, lane))])
  await pool.destroy()
  return merge(before, outcomes)
}

/** Threads that run a module, each with `workerData`. */
export async function startPool(worker: URL, workerData: unknown, threads: number): Promise<Piscina> {
  const { Piscina } = await import('piscina')
  return new Piscina({
    ...{ filename: worker.href, minThreads: threads, maxThreads: threads, workerData },
    execArgv: worker.href.endsWith('.ts') ? ['--import', tsx()] : [],
  })
}

/** Runs a chunk; when its worker dies, each of its replications once more by itself, so that the culprit is named. */
export async function runChunk(run: (chunk: Chunk) => Promise<Outcome>, chunk: Chunk): Promise<Outcome> {
  try {
    return await run(chunk)
  } catch {
    const results: ReplicationResult[] = []
    for (let replication = chunk.from; replication <= chunk.to; replication++) {
      const one = await run({ ...chunk, from: replication, to: replication }).catch((error: unknown) => ({
        results: [],
        failure: death(replication, error),
      }))
      results.push(...one.results)
      if (one.failure !== null) return { results, failure: one.failure }
    }
    return { results, failure: null }
  }
}

function death(replication: number, error: unknown): Failure {
  return { replication, message: `Its worker thread died twice: ${error instanceof Error ? error.message : String(error)}`, stack: '' }
}

function merge(before: readonly ReplicationResult[], outcomes: readonly (Outcome | undefined)[]): StudyOutcome {
  const results = inOrder([...before, ...outcomes.flatMap((outcome) => outcome?.results ?? [])])
  const failure = outcomes.find((outcome) => (outcome?.failure ?? null) !== null)?.failure ?? null
  return { results, failure, interrupted: failure === null && outcomes.includes(undefined) }
}

/** The loader under which threads read TypeScript; only sources need it. */
function tsx(): string {
  return pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href
}
