import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { Redis } from 'ioredis'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import type { Chunk } from '../../src/study/job.ts'
import type { StudyPackage } from '../../src/study/package.ts'
import { idOf, serveQueue, type Working, workQueue } from '../../src/study/pool-queue.ts'
import type { Outcome } from '../../src/study/replicate.ts'
import { fakeResults, fakeScenario } from '../study/fakes.ts'
import { ROOT } from '../tidy/tree.ts'
import { available, installed } from './requirement.ts'

const ready = available('redis-server (Debian package redis-server)', installed('redis-server'))
const folder = mkdtempSync(join(tmpdir(), 'reconverge-queue-'))
const at = (name: string) => join(folder, name)

/** A port that nobody listens on. */
const freePort = () =>
  new Promise<number>((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const address = server.address()
      server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0))
    })
  })

const CLI = ['--import', 'tsx', 'src/cli/main.ts']
const running = new Set<ChildProcess>()

/** Starts a command line in a process group of its own. */
function start(...words: string[]): ChildProcess & { text: string } {
  const child = Object.assign(spawn(process.execPath, [...CLI, ...words], { cwd: ROOT, stdio: ['ignore', 'pipe', 'pipe'] }), { text: '' })
  running.add(child)
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (data) => (child.text += String(data)))
  child.on('exit', () => running.delete(child))
  return child
}

/** The exit code of a process, which may have ended already; null when a signal ended it. */
const ended = (child: ChildProcess): Promise<number | null> =>
  child.exitCode !== null || child.signalCode !== null
    ? Promise.resolve(child.exitCode)
    : new Promise((resolve) => child.on('exit', (code) => resolve(code)))

async function until(what: string, holds: () => Promise<boolean> | boolean): Promise<void> {
  for (let i = 0; i < 600; i++) {
    if (await holds()) return
    await sleep(100)
  }
  throw new Error(`timed out: ${what}`)
}

/** SHA-256 of every file of a folder. */
const hashes = (out: string) =>
  Object.fromEntries(
    readdirSync(out).map((name) => [
      name,
      createHash('sha256')
        .update(readFileSync(join(out, name)))
        .digest('hex'),
    ]),
  )

describe.skipIf(!ready)('A study served through Redis', { timeout: 180_000 }, () => {
  let server: ChildProcess
  let redis: Redis
  let url = ''
  const STUDY = ['scenarios/node-crash.yaml', '--replications', '240']

  beforeAll(async () => {
    const port = await freePort()
    url = `redis://127.0.0.1:${port}`
    server = spawn('redis-server', ['--port', String(port), '--save', '', '--dir', folder, '--bind', '127.0.0.1'], { stdio: 'ignore' })
    redis = new Redis(url)
    redis.on('error', () => {})
    await until('redis answers', async () => (await redis.ping().catch(() => '')) === 'PONG')
    execFileSync(process.execPath, [...CLI, 'run', ...STUDY, '--quiet', '--out', at('alone')], { cwd: ROOT })
  })

  afterEach(() => {
    for (const child of running) child.kill('SIGKILL')
  })

  afterAll(() => {
    redis?.disconnect()
    server?.kill()
    rmSync(folder, { recursive: true, force: true })
  })

  const answered = async () => {
    const [key] = await redis.keys('reconverge:*:results')
    return key === undefined ? 0 : redis.hlen(key)
  }

  test('loses nothing to a worker killed with SIGKILL: the bytes are those of one machine', async () => {
    const serve = start('study', 'serve', ...STUDY, '--redis', url, '--chunk', '8', '--out', at('served'))
    const victim = start('study', 'work', '--redis', url, '--workers', '2', '--patience', '2')
    await until('the first chunks are answered', async () => (await answered()) >= 3)
    victim.kill('SIGKILL')
    await ended(victim)
    expect(await answered()).toBeLessThan(30)
    // What it was at is still its own: nobody has given it back.
    const [active] = await redis.keys('bull:reconverge-*:active')
    expect(await redis.llen(active ?? '')).toBeGreaterThan(0)
    const heir = start('study', 'work', '--redis', url, '--workers', '2', '--patience', '2', '--idle', '3')
    expect(await ended(serve), serve.text).toBe(0)
    expect(hashes(at('served'))).toEqual(hashes(at('alone')))
    expect(await ended(heir), heir.text).toBe(0)
    expect(await redis.keys('reconverge:*')).toEqual([])
  })

  test('goes on where it stopped when the serving process is killed', async () => {
    const words = ['study', 'serve', ...STUDY, '--redis', url, '--chunk', '8', '--out', at('again')]
    const first = start(...words)
    const worker = start('study', 'work', '--redis', url, '--workers', '2', '--patience', '2')
    await until('the first chunks are answered', async () => (await answered()) >= 3)
    first.kill('SIGKILL')
    await ended(first)
    const second = start(...words)
    expect(await ended(second), second.text).toBe(0)
    worker.kill('SIGINT')
    expect(await ended(worker)).toBe(130)
    expect(hashes(at('again'))).toEqual(hashes(at('alone')))
  })

  test('may be a grid, worked on by several at once', async () => {
    const grid = ['scenarios/node-crash.yaml', '--sweep', 'deployment/default/web:spec.replicas=3,6,9', '--replications', '20']
    execFileSync(process.execPath, [...CLI, 'sweep', ...grid, '--quiet', '--out', at('sweep-alone')], { cwd: ROOT })
    const workers = [1, 2].map(() => start('study', 'work', '--redis', url, '--workers', '1', '--idle', '5'))
    const serve = start('study', 'serve', ...grid, '--redis', url, '--chunk', '3', '--out', at('sweep-served'))
    expect(await ended(serve), serve.text).toBe(0)
    expect(hashes(at('sweep-served'))).toEqual(hashes(at('sweep-alone')))
    for (const worker of workers) expect(await ended(worker), worker.text).toBe(0)
  })

  test('is not touched by a worker of another model, which says so', async () => {
    await redis.hset('reconverge:open', 'x', JSON.stringify({ name: 'other', model: 'f'.repeat(64), v8: '1.2' }))
    const worker = start('study', 'work', '--redis', url, '--idle', '1')
    expect(await ended(worker)).toBe(0)
    expect(worker.text).toContain('other is served for model ffffffff under V8 1.2')
    await redis.del('reconverge:open')
  })

  describe('in this process', () => {
    const results = fakeResults(fakeScenario(), 6)
    const pack = (name: string): StudyPackage => ({
      ...{ schemaVersion: 1, command: 'run', name, question: '', inputs: name, model: 'm', v8: 'v', axes: [], objectives: [] },
      options: { recording: { timeline: false, events: false }, queue: 'columns', elision: 'elided', eventLimit: 1 },
      source: { path: 'x.yaml', text: '', files: [] },
      points: [{ values: [], overrides: { set: [], allowUnknownFields: false }, replications: 6 }],
    })
    const answering = (change: (outcome: Outcome) => Outcome) => async () => ({
      run: async ({ from, to }: Chunk) => change({ results: results.slice(from - 1, to), failure: null }),
      close: async () => {},
    })
    const work = (open: Working['open'], signal: AbortSignal) =>
      workQueue(redis.duplicate({ maxRetriesPerRequest: null }), {
        ...{ identity: { model: 'm', v8: 'v' }, workers: 1, patience: 5000, idle: Number.POSITIVE_INFINITY, signal, open, done: () => {} },
      })
    const serve = (study: StudyPackage) => serveQueue(redis, study, { chunk: 2, signal: new AbortController().signal, progress: () => {} })

    test('a replication that fails ends the study with its failure, and leaves no key', async () => {
      const control = new AbortController()
      const broken = { replication: 4, message: 'a Pod runs on two machines', stack: 'at x' }
      const failing = answering((outcome) =>
        outcome.results.some(({ replication }) => replication === 4) ? { results: outcome.results.slice(0, 1), failure: broken } : outcome,
      )
      const worker = work(failing, control.signal)
      expect(await serve(pack('fails'))).toEqual({ failure: { ...broken, point: 0 } })
      control.abort()
      await worker
      expect(await redis.keys('reconverge:*')).toEqual([])
    })

    test('an answer that differs from one that is there is lost determinism', async () => {
      const control = new AbortController()
      const study = pack('differs')
      let first = true
      // Somebody else has answered the chunk meanwhile, and otherwise.
      const late: Working['open'] = async () => {
        const { run, close } = await answering((outcome) => outcome)()
        return {
          close,
          run: async (chunk) => {
            if (first) await redis.hset(`reconverge:${idOf(study)}:results`, `0-${chunk.from}-${chunk.to}`, 'something else\n')
            first = false
            return run(chunk)
          },
        }
      }
      const worker = work(late, control.signal)
      expect(await serve(study)).toMatchObject({ failure: { message: expect.stringContaining('determinism is lost') } })
      control.abort()
      await worker
    })
  })

  test('needs a Redis, and says so when there is none', async () => {
    const nobody = start('study', 'work', '--redis', `redis://:secret@127.0.0.1:${await freePort()}`)
    expect(await ended(nobody)).toBe(2)
    expect(nobody.text).toContain('error: no Redis at redis://127.0.0.1:')
    expect(nobody.text).not.toContain('secret')
  })
})
