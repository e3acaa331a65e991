import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { chunksOf, type Replications, runReplications } from '../../src/study/pool.ts'
import type { ReplicationOptions } from '../../src/study/replicate.ts'
import { type FakeInputs, fakeSimulate } from './fake-worker.ts'
import { fakeResults, fakeScenario } from './fakes.ts'

const options: ReplicationOptions = { recording: { timeline: false, events: false }, queue: 'columns', elision: 'elided', eventLimit: 1e9 }
const never = () => {
  throw new Error('a worker ends here, not the command')
}

function replications(
  inputs: Omit<FakeInputs, 'scenario'>,
  to: number,
  over: Partial<Replications<FakeInputs>> = {},
): Replications<FakeInputs> {
  const scenario = fakeScenario({ replications: to })
  const all = { scenario, ...inputs }
  const worker = new URL('./fake-worker.ts', import.meta.url)
  return {
    scenario,
    inputs: all,
    simulate: fakeSimulate(all, never),
    options,
    from: 1,
    to,
    workers: 2,
    worker,
    ...over,
    patience: { alone: 0, worth: 20 },
  }
}

const alone = { workers: 1, patience: { alone: 1e9, worth: 1e9 } }

describe('A study', () => {
  test('answers the same results in order of replication from one thread and from several', async () => {
    const expected = fakeResults(fakeScenario(), 60)
    const single = await runReplications(replications({ busy: 0 }, 60, alone))
    const pooled = await runReplications(replications({ busy: 2 }, 60))
    expect(single).toEqual({ results: expected, failure: null, interrupted: false })
    expect(pooled).toEqual({ results: expected, failure: null, interrupted: false })
    expect(JSON.stringify(pooled)).toBe(JSON.stringify(single))
  })

  test('tells its progress up to the last replication', async () => {
    const seen: number[] = []
    await runReplications(replications({ busy: 2 }, 60, { progress: (done) => seen.push(done) }))
    expect(seen.at(-1)).toBe(60)
    expect(seen).toEqual([...seen].sort((a, b) => a - b))
  })

  test('stops at a broken invariant and names the first replication that broke it', async () => {
    const { failure } = await runReplications(replications({ busy: 2, throws: [40, 41, 55] }, 60))
    expect(failure).toMatchObject({ replication: 40, message: 'invariant broken in 40' })
    const single = await runReplications(replications({ busy: 0, throws: [3] }, 60, alone))
    expect(single).toMatchObject({ results: [{ replication: 1 }, { replication: 2 }], failure: { replication: 3 } })
  })

  test('survives the death of a worker once', async () => {
    const mark = join(mkdtempSync(join(tmpdir(), 'reconverge-')), 'died')
    const outcome = await runReplications(replications({ busy: 2, diesOnce: { replication: 45, mark } }, 60))
    expect(outcome).toEqual({ results: fakeResults(fakeScenario(), 60), failure: null, interrupted: false })
  })

  test('gives up on a replication whose worker dies twice, and names it', async () => {
    const { failure } = await runReplications(replications({ busy: 2, dies: [50] }, 60))
    expect(failure?.replication).toBe(50)
    expect(failure?.message).toContain('died twice')
  })

  test('keeps what is finished when it is interrupted', async () => {
    const control = new AbortController()
    const progress = (done: number) => done >= 20 && control.abort()
    const { results, interrupted, failure } = await runReplications(replications({ busy: 10 }, 200, { progress, signal: control.signal }))
    expect([interrupted, failure]).toEqual([true, null])
    expect(results.length).toBeGreaterThanOrEqual(20)
    expect(results.length).toBeLessThan(200)
    const all = fakeResults(fakeScenario(), 200)
    expect(results).toEqual(results.map(({ replication }) => all[replication - 1]))
  })
})

describe('Chunks', () => {
  test.each([
    [1, 10, 1, 1000, 10, 1],
    [5, 200, 2, 50, 20, 10],
    [1, 8, 2, 1, 8, 1],
    [1, 1000, 2, 0.1, 8, 125],
  ])('from %d to %d on %d workers at %d ms each are %d of %d', (from, to, workers, each, count, size) => {
    const chunks = chunksOf(from, to, workers, each)
    expect(chunks).toHaveLength(count)
    expect((chunks[0]?.to ?? 0) - from + 1).toBe(size)
    expect(chunks.flatMap((chunk) => Array.from({ length: chunk.to - chunk.from + 1 }, (_, i) => chunk.from + i))).toEqual(
      Array.from({ length: to - from + 1 }, (_, i) => from + i),
    )
  })
})
