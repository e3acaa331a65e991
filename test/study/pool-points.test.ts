import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { type PointsStudy, runPoints } from '../../src/study/pool-points.ts'
import type { ReplicationOptions } from '../../src/study/replicate.ts'
import { type FakeInputs, fakeSimulate } from './fake-worker.ts'
import { fakeResults, fakeScenario } from './fakes.ts'

const options: ReplicationOptions = { recording: { timeline: false, events: false }, queue: 'columns', elision: 'elided', eventLimit: 1e9 }
const never = () => {
  throw new Error('a worker ends here, not the command')
}
const SIZES = [30, 1, 0, 40]

function study(inputs: Omit<FakeInputs, 'scenario'>, over: Partial<PointsStudy<FakeInputs>> = {}): PointsStudy<FakeInputs> {
  const points = SIZES.map((to, i) => {
    const scenario = fakeScenario({ seed: `point ${i}`, replications: to })
    return { scenario, inputs: { scenario, ...inputs }, from: 1, to }
  })
  const worker = new URL('./fake-worker.ts', import.meta.url)
  const simulate: PointsStudy<FakeInputs>['simulate'] = (scenario, replication, own) =>
    fakeSimulate({ scenario, ...inputs }, never)(scenario, replication, own)
  return { points, simulate, options, workers: 2, worker, patience: { alone: 0, worth: 20 }, ...over }
}

const expected = SIZES.map((n, i) => fakeResults(fakeScenario({ seed: `point ${i}` }), n))

describe('The points of a grid', () => {
  test('answer the same from one thread and from several, through one pool', async () => {
    const alone = await runPoints(study({ busy: 0 }, { patience: { alone: 1e9, worth: 1e9 } }))
    const pooled = await runPoints(study({ busy: 2 }))
    const crowded = await runPoints(study({ busy: 2 }, { workers: 5 }))
    expect(alone).toEqual({ results: expected, failure: null, interrupted: false })
    expect(JSON.stringify(pooled)).toBe(JSON.stringify(alone))
    expect(JSON.stringify(crowded)).toBe(JSON.stringify(alone))
  })

  test('count their progress together, and keep of a result what is asked for', async () => {
    const seen: number[] = []
    const { results } = await runPoints(
      study({ busy: 2 }, { progress: (done) => seen.push(done), keep: (result) => ({ ...result, rows: [] }) }),
    )
    expect(seen.at(-1)).toBe(71)
    expect(results.flat().every(({ rows }) => rows.length === 0)).toBe(true)
  })

  test('stop at a broken invariant and name the first point and replication that broke it', async () => {
    const { failure } = await runPoints(study({ busy: 2, throws: [25, 26] }))
    expect(failure).toMatchObject({ point: 0, replication: 25, message: 'invariant broken in 25' })
    const late = await runPoints(study({ busy: 0, throws: [39] }, { patience: { alone: 1e9, worth: 1e9 } }))
    expect(late.failure).toMatchObject({ point: 3, replication: 39 })
  })

  test('survive the death of a worker once', async () => {
    const mark = join(mkdtempSync(join(tmpdir(), 'reconverge-')), 'died')
    const outcome = await runPoints(study({ busy: 2, diesOnce: { replication: 35, mark } }))
    expect(outcome).toEqual({ results: expected, failure: null, interrupted: false })
  })

  test('keep what is finished when they are interrupted', async () => {
    const control = new AbortController()
    const progress = (done: number) => done >= 20 && control.abort()
    const { results, interrupted, failure } = await runPoints(study({ busy: 10 }, { progress, signal: control.signal }))
    expect([interrupted, failure]).toEqual([true, null])
    const all = results.flat()
    expect(all.length).toBeGreaterThanOrEqual(20)
    expect(all.length).toBeLessThan(71)
  })
})
