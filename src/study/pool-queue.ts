import { createHash } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Queue, Job as QueuedJob } from 'bullmq'
import type { Redis } from 'ioredis'
import type { Chunk } from './job.ts'
import type { StudyPackage } from './package.ts'
import type { Failure, Outcome } from './replicate.ts'
import { resultLine } from './shard-text.ts'

/** What a worker is asked for: replications of a point of a study. */
interface Work extends Required<Chunk> {
  /** `idOf` its package. */
  readonly study: string
}

/** A connection that cannot be had: bad usage. */
export class NoRedis extends Error {}

/** How often a chunk may lose its worker; one that kills them all must end too. */
const DEATHS = 5
/** Between two looks at what has come [ms]. */
const POLL = 200

/** All keys begin so. */
const PREFIX = 'reconverge'
const packageKey = (study: string): string => `${PREFIX}:${study}:package`
const resultsKey = (study: string): string => `${PREFIX}:${study}:results`
/** Studies that are served now, and by which model they must be computed. */
const OPEN = `${PREFIX}:open`

/** A study's name in Redis: of everything its results depend on and consist of. */
export const idOf = (pack: StudyPackage): string => createHash('sha256').update(JSON.stringify(pack)).digest('hex').slice(0, 24)

/** The queue of one model under one V8: no other takes from it. */
const queueName = ({ model, v8 }: Pick<StudyPackage, 'model' | 'v8'>): string =>
  `${PREFIX}-${createHash('sha256').update(`${model} ${v8}`).digest('hex').slice(0, 16)}`

/** Connects; throws `NoRedis` with the reason when nobody answers. */
export async function connect(url: string): Promise<Redis> {
  const { Redis } = await import('ioredis')
  const redis = new Redis(url, {
    lazyConnect: true,
    maxRetriesPerRequest: null,
    retryStrategy: (times) => (times > 20 ? null : Math.min(times * 100, 1000)),
  })
  let reason = 'nobody answers'
  redis.on('error', (error: Error) => {
    reason = error.message
  })
  const first = new Redis(url, { lazyConnect: true, retryStrategy: () => null })
  first.on('error', (error: Error) => {
    reason = error.message || reason
  })
  try {
    await first.connect()
    await redis.connect()
  } catch {
    redis.disconnect()
    throw new NoRedis(reason)
  } finally {
    first.disconnect()
  }
  return redis
}

/** How a study is served. */
export interface Serving {
  /** Replications of one chunk. */
  readonly chunk: number
  readonly signal: AbortSignal
  readonly progress: (done: number) => void
}

/** What came of a served study: its lines, the failure that ended it, or null when it was interrupted; then it can be served again where it stopped. */
export type Served = { readonly lines: readonly string[] } | { readonly failure: Failure & { readonly point: number } } | null

/** Queues every chunk of a study that has no result yet, and waits for workers to answer all of them. */
export async function serveQueue(redis: Redis, pack: StudyPackage, { chunk, signal, progress }: Serving): Promise<Served> {
  const bullmq = await import('bullmq')
  const study = idOf(pack)
  const works = worksOf(study, pack, chunk)
  const queue = new bullmq.Queue<Work>(queueName(pack), { connection: redis })
  queue.on('error', () => {})
  try {
    await redis.set(packageKey(study), JSON.stringify(pack))
    await redis.hset(OPEN, study, JSON.stringify({ name: pack.name, model: pack.model, v8: pack.v8 }))
    for (const job of await failedOf(queue, study)) await job.remove()
    const known = new Set(await redis.hkeys(resultsKey(study)))
    const options = { attempts: 1, removeOnComplete: true, removeOnFail: false }
    await queue.addBulk(
      works
        .filter((work) => !known.has(fieldOf(work)))
        .map((data) => ({ name: pack.name, data, opts: { ...options, jobId: jobOf(data) } })),
    )
    for (;;) {
      const fields = new Set(await redis.hkeys(resultsKey(study)))
      progress(works.reduce((sum, work) => sum + (fields.has(fieldOf(work)) ? work.to - work.from + 1 : 0), 0))
      const [failed] = await failedOf(queue, study)
      if (failed !== undefined) {
        const failure = failureOf(failed)
        // Chunks that are being answered stay; their workers find the study gone.
        for (const work of works) await queue.remove(jobOf(work)).catch(() => 0)
        await forget(redis, study)
        return { failure }
      }
      if (works.every((work) => fields.has(fieldOf(work)))) break
      if (signal.aborted) return null
      await sleep(POLL, undefined, { signal }).catch(() => {})
    }
    const texts = await Promise.all(works.map((work) => redis.hget(resultsKey(study), fieldOf(work))))
    await forget(redis, study)
    return { lines: texts.flatMap((text) => (text ?? '').split('\n').filter((line) => line !== '')) }
  } finally {
    await redis.hdel(OPEN, study)
    await queue.close()
  }
}

/** The chunks of a study that failed, in its order. */
async function failedOf(queue: Queue<Work>, study: string): Promise<QueuedJob<Work>[]> {
  const failed = (await queue.getFailed()).filter(({ data }) => data.study === study)
  return failed.sort((a, b) => a.data.job - b.data.job || a.data.from - b.data.from)
}

async function forget(redis: Redis, study: string): Promise<void> {
  await redis.del(packageKey(study), resultsKey(study))
}

function worksOf(study: string, { points }: StudyPackage, chunk: number): Work[] {
  return points.flatMap(({ replications }, job) =>
    Array.from({ length: Math.ceil(replications / chunk) }, (_, i) => ({
      ...{ study, job, from: i * chunk + 1 },
      to: Math.min((i + 1) * chunk, replications),
    })),
  )
}

const fieldOf = ({ job, from, to }: Work): string => `${job}-${from}-${to}`

const jobOf = (work: Work): string => `${work.study}-${fieldOf(work)}`

/** What a worker said of a chunk; or that its worker died too often. */
function failureOf({ data, failedReason }: QueuedJob<Work>): Failure & { readonly point: number } {
  const said = /^failure (.*)$/s.exec(failedReason)?.[1]
  const failure =
    said === undefined
      ? { replication: data.from, message: `${failedReason}: replications ${data.from} to ${data.to}`, stack: '' }
      : (JSON.parse(said) as Failure)
  return { ...failure, point: data.job }
}

/** How a worker works. */
export interface Working {
  readonly identity: Pick<StudyPackage, 'model' | 'v8'>
  /** Chunks at once. */
  readonly workers: number
  /** A worker that has not been heard of for so long is dead, and its chunk is another's [ms]. */
  readonly patience: number
  /** Ends after so long without work [ms]; Infinity: never. */
  readonly idle: number
  readonly signal: AbortSignal
  /** Answers chunks of a study; made once per study. */
  readonly open: (pack: StudyPackage) => Promise<{ run(chunk: Chunk): Promise<Outcome>; close(): Promise<void> }>
  readonly done: (name: string, chunk: Chunk) => void
}

/** Takes chunks until it is told to stop, or has had nothing to do for long enough. Answers the studies that wait for another model. */
export async function workQueue(redis: Redis, working: Working): Promise<void> {
  const { Worker, UnrecoverableError } = await import('bullmq')
  const { workers, patience, idle, signal } = working
  const studies = new Studies(redis, working)
  let active = 0
  let last = Date.now()
  // A study that has ended meanwhile leaves chunks behind that nobody waits for.
  const wanted = async ({ study }: Work) => (await redis.exists(packageKey(study))) === 1
  const answer = async ({ data, name }: QueuedJob<Work>): Promise<string> => {
    active++
    try {
      if (!(await wanted(data))) return ''
      const { results, failure } = await studies.run(data)
      if (failure !== null) throw new UnrecoverableError(`failure ${JSON.stringify(failure)}`)
      const text = `${results.map((result) => resultLine(data.job, result)).join('\n')}\n`
      if (!(await wanted(data))) return ''
      const fresh = await redis.hsetnx(resultsKey(data.study), fieldOf(data), text)
      if (fresh === 0 && (await redis.hget(resultsKey(data.study), fieldOf(data))) !== text) {
        throw new UnrecoverableError('determinism is lost: two workers answered differently')
      }
      working.done(name, data)
      return ''
    } finally {
      active--
      last = Date.now()
    }
  }
  const worker = new Worker<Work, string>(queueName(working.identity), answer, {
    ...{
      connection: redis,
      concurrency: workers,
      lockDuration: patience,
      stalledInterval: Math.max(500, patience / 2),
      maxStalledCount: DEATHS,
    },
  })
  worker.on('error', () => {})
  while (!signal.aborted && (active > 0 || Date.now() - last < idle)) await sleep(POLL, undefined, { signal }).catch(() => {})
  await worker.close()
  await studies.close()
}

/** Studies that are served and that a worker of this model cannot compute. */
export async function strangers(
  redis: Redis,
  { model, v8 }: Pick<StudyPackage, 'model' | 'v8'>,
): Promise<{ name: string; model: string; v8: string }[]> {
  const open = Object.values(await redis.hgetall(OPEN)).map((text) => JSON.parse(text) as { name: string; model: string; v8: string })
  return open.filter((one) => one.model !== model || one.v8 !== v8)
}

type Opened = Awaited<ReturnType<Working['open']>>

/** The studies that a worker has threads for: those of which chunks run, and the last one. */
class Studies {
  private readonly opened = new Map<string, { readonly study: Promise<Opened>; active: number }>()
  private readonly redis: Redis
  private readonly working: Working

  constructor(redis: Redis, working: Working) {
    this.redis = redis
    this.working = working
  }

  async run({ study, job, from, to }: Work): Promise<Outcome> {
    const entry = this.opened.get(study) ?? { study: this.fetch(study), active: 0 }
    this.opened.set(study, entry)
    entry.active++
    try {
      for (const [other, { active }] of this.opened) if (active === 0) await this.end(other)
      return await (await entry.study).run({ job, from, to })
    } finally {
      entry.active--
    }
  }

  async close(): Promise<void> {
    for (const study of [...this.opened.keys()]) await this.end(study)
  }

  private async fetch(study: string): Promise<Opened> {
    const text = await this.redis.get(packageKey(study))
    if (text === null) throw new Error('the study is served no more')
    return this.working.open(JSON.parse(text) as StudyPackage)
  }

  private async end(study: string): Promise<void> {
    const entry = this.opened.get(study)
    this.opened.delete(study)
    await entry?.study.then((opened) => opened.close()).catch(() => {})
  }
}
