import { Gathering } from '../study/gathering.ts'
import type { StudyPackage } from '../study/package.ts'
import { unpackInputs } from '../study/package.ts'
import { runChunk, startPool } from '../study/pool.ts'
import { connect, NoRedis, serveQueue, strangers, workQueue } from '../study/pool-queue.ts'
import type { Outcome } from '../study/replicate.ts'
import { EXIT, UsageError } from './exit.ts'
import { finishStudy } from './finish-study.ts'
import { progressOf } from './progress.ts'
import { reportFailure } from './replay.ts'
import { prepareFolder } from './result-files.ts'
import type { Model, Shell } from './shell.ts'
import type { QueueArguments } from './study.ts'
import { packStudy } from './study-package.ts'
import { type PlannedPoint, readPlan, type StudyPlan } from './study-plan.ts'
import { sweepOptions } from './sweep-scenario.ts'

/** Serves a study, or works on those that are served. */
export async function studyQueue(args: QueueArguments, shell: Shell): Promise<number> {
  if (args.action === 'work') {
    if (args.file !== undefined) throw new UsageError('study work takes no file: it works on whatever is served')
    return work(args, shell)
  }
  const { file } = args
  if (file === undefined) throw new UsageError('study serve: expected a scenario or a study')
  const model = await shell.model()
  const plan = readPlan({ ...args, file, single: true }, model, shell)
  if (plan === undefined) return EXIT.usage
  prepareFolder(args.out, `--out ${args.out}`)
  return serve(plan, args, model, shell)
}

async function serve(plan: StudyPlan, args: QueueArguments, model: Model, shell: Shell): Promise<number> {
  const pack = packStudy(plan.axes.length === 0 ? 'run' : 'sweep', plan, sweepOptions(args), shell)
  const sizes = pack.points.map(({ replications }) => replications)
  const total = sizes.reduce((sum, size) => sum + size, 0)
  const redis = await connected(args.redis)
  const control = new AbortController()
  const release = shell.onInterrupt(() => control.abort())
  const progress = args.quiet ? undefined : await progressOf(plan.name, total, { interactive: shell.interactive, write: shell.err })
  if (!args.quiet)
    shell.err(`${plan.name}: ${total} replications are queued; workers: reconverge study work --redis ${withoutPassword(args.redis)}\n`)
  const chunk = args.chunk ?? Math.ceil(Math.max(...sizes) / 20)
  const served = await serveQueue(redis, pack, { chunk, signal: control.signal, progress: (done) => progress?.update(done) }).finally(
    () => {
      progress?.stop()
      release()
      redis.disconnect()
    },
  )
  if (served === null) return EXIT.interrupted
  if ('failure' in served) {
    reportFailure(plan.points[served.failure.point] as PlannedPoint, served.failure, shell)
    return EXIT.broken
  }
  const gathering = new Gathering(sizes)
  const wrong = served.lines.map((line) => gathering.add(line)).filter((one) => one !== null).length
  if (wrong + gathering.missing().length > 0)
    throw new Error(`workers left out ${gathering.missing().length} replications, and ${wrong} lines are no answers`)
  return finishStudy(pack, plan, gathering.results(), args, model, shell)
}

async function work(args: QueueArguments, shell: Shell): Promise<number> {
  const identity = { model: shell.modelId(), v8: shell.v8 }
  const redis = await connected(args.redis)
  const control = new AbortController()
  const release = shell.onInterrupt(() => control.abort())
  for (const { name, model, v8 } of await strangers(redis, identity)) {
    shell.err(
      `${name} is served for model ${model.slice(0, 8)} under V8 ${v8}; this is ${identity.model.slice(0, 8)} under ${identity.v8}: not taken\n`,
    )
  }
  await workQueue(redis, {
    ...{ identity, workers: args.workers, patience: args.patience * 1000, idle: (args.idle ?? Number.POSITIVE_INFINITY) * 1000 },
    signal: control.signal,
    open: (pack) => threads(pack, args.workers, shell.worker),
    done: (name, { job = 0, from, to }) => {
      if (!args.quiet) shell.err(`${name}: point ${job + 1}, replications ${from} to ${to}\n`)
    },
  }).finally(() => {
    release()
    redis.disconnect()
  })
  return control.signal.aborted ? EXIT.interrupted : EXIT.good
}

/** Threads for one study; the process itself stays free to tell Redis that it lives. */
async function threads(pack: StudyPackage, workers: number, worker: URL) {
  const jobs = unpackInputs(pack).map((inputs) => ({ inputs, options: pack.options }))
  const pool = await startPool(worker, jobs, workers)
  return {
    run: (chunk: Parameters<typeof runChunk>[1]) => runChunk((part) => pool.run(part) as Promise<Outcome>, chunk),
    close: () => pool.destroy(),
  }
}

async function connected(url: string) {
  try {
    return await connect(url)
  } catch (error) {
    if (error instanceof NoRedis)
      throw new UsageError(`no Redis at ${withoutPassword(url)}: ${error.message}`, 'name one with --redis redis://host:6379')
    throw error
  }
}

const withoutPassword = (url: string): string => url.replace(/\/\/[^@/]*@/, '//')
