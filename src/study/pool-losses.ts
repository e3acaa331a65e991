import { performance } from 'node:perf_hooks'
import { setImmediate } from 'node:timers/promises'
import type { Placement } from '../control/scheduler.ts'
import { type LossPlan, type LossTally, loseSets, type Survival, survivalOf, type Unit } from './losses.ts'
import { startPool } from './pool.ts'
import type { ScenarioInputs } from './scenario-inputs.ts'

/** What a thread needs to lose sets of units. */
export interface LossJob {
  readonly inputs: ScenarioInputs
  readonly units: readonly Unit[]
  readonly plan: LossPlan
  readonly seed: string
}

/** Sets `from` … `to`, the last excluded. */
export interface LossChunk {
  readonly from: number
  readonly to: number
}

/** Everything to lose, and who helps. */
export interface LossStudy extends LossJob {
  readonly placement: Placement
  readonly workers: number
  readonly signal?: AbortSignal
  readonly progress?: (done: number) => void
  /** Instead of `PATIENCE` [ms]. */
  readonly patience?: number
}

/** Sets between two looks at the clock. */
const STRETCH = 64
/** Work left [ms] that is worth threads, each of which places everything again. */
const PATIENCE = 4000
/** A chunk of a thread takes about so long [ms]. */
const CHUNK = 1000

const WORKER = new URL(import.meta.url.endsWith('.ts') ? './pool-losses-worker.ts' : './pool-losses-worker.js', import.meta.url)

/** Loses every set of a plan, on as many threads as pay; the number of threads leaves no trace. Null when it was interrupted. */
export async function runLosses(study: LossStudy): Promise<Survival | null> {
  const { placement, units, plan, seed, signal } = study
  const tallies: LossTally[] = []
  const start = performance.now()
  for (let from = 0; from < plan.examined; from += STRETCH) {
    const to = Math.min(from + STRETCH, plan.examined)
    tallies.push(loseSets(placement, units, plan, seed, from, to))
    study.progress?.(to)
    await setImmediate()
    if (signal?.aborted === true) return null
    const each = (performance.now() - start) / to
    if (study.workers > 1 && to >= 2 * STRETCH && each * (plan.examined - to) > (study.patience ?? PATIENCE)) {
      const rest = await withPool(study, to, each)
      return rest === null ? null : survivalOf(plan, [...tallies, ...rest])
    }
  }
  return survivalOf(plan, tallies)
}

async function withPool(
  { placement: _, signal, progress, workers, ...job }: LossStudy,
  first: number,
  each: number,
): Promise<LossTally[] | null> {
  const { inputs, units, plan, seed } = job
  const size = Math.max(1, Math.round(CHUNK / each))
  const own: LossJob = { inputs, units, plan, seed }
  const pool = await startPool(WORKER, own, workers)
  const stopped = new Promise<void>((resolve) => signal?.addEventListener('abort', () => resolve(), { once: true }))
  const tallies: LossTally[] = []
  let next = first
  let done = first
  const lane = async () => {
    while (next < plan.examined && signal?.aborted !== true) {
      const chunk: LossChunk = { from: next, to: Math.min(next + size, plan.examined) }
      next = chunk.to
      tallies.push((await pool.run(chunk)) as LossTally)
      done += chunk.to - chunk.from
      progress?.(done)
    }
  }
  const lanes = Promise.all(Array.from({ length: workers }, lane))
  lanes.catch(() => {})
  await Promise.race([stopped, lanes])
  await pool.destroy()
  return signal?.aborted === true ? null : tallies
}
