import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { progressOf, roundOf } from '../../src/cluster/resting.ts'
import { convergedRun } from '../support/converged.ts'
import { setReady } from '../support/fake-kubelet.ts'
import { runUntil } from '../support/timeline.ts'
import { deployment } from '../support/world.ts'

const FULL = process.env.RECONVERGE_FULL === '1'
const waiting = (...times: number[]) => times.map((at, key) => ({ key, at }))

describe('A round of checks', () => {
  test.each([
    ['of one key', waiting(300), 300, [0]],
    ['of several, a token apart', waiting(500, 300, 400), 500, [1, 2, 0]],
    ['of none is none', [], 0, null],
    ['with a gap is none', waiting(300, 500), 500, null],
    ['after which a token was given to somebody else is none', waiting(300, 400), 500, null],
  ])('%s', (_, keys, lastToken, order) => {
    const round = roundOf(keys, 100, lastToken)
    expect(round === null ? null : [round.first, ...round.keys]).toEqual(order === null ? null : [300, ...order])
  })

  test.each([
    [299, [0, 0], null, [300, 400]],
    [300, [1, 0], 300, [400, 500]],
    [449, [1, 1], 400, [500, 600]],
    [699, [2, 2], 600, [700, 800]],
  ])('at %d has begun %j of its keys', (now, begun, last, due) => {
    const progress = progressOf({ first: 300, period: 100, keys: [7, 8] }, now)
    expect(progress.begun).toEqual(begun)
    expect(progress.last?.at ?? null).toBe(last)
    expect(progress.due.map(({ at }) => at)).toEqual(due)
  })
})

const uniform = (least: number, most: number) => ({ mean: (least + most) / 2, sample: (u: () => number) => least + u() * (most - least) })

/** pkg/controller/deployment/progress.go:requeueStuckDeployment (1.20 … 1.36): a complete Deployment that is short of Pods is queued again and again, at 10/s. */
describe('Deployments that are short of Pods long after their rollout', () => {
  const log = (
    elision: 'elided' | 'unelided',
    touches: readonly { at: number; pod: number; ready: boolean }[],
    count: number,
    end: number,
  ) => {
    const workloads = Array.from({ length: count }, (_, i) => deployment(`web${i}`, 2))
    const latency = { 'controller-sync': uniform(50, 30_000), watch: uniform(1_000, 20_000), 'api-request': uniform(1_000, 20_000) }
    const run = convergedRun({ workloads, latency, elision })
    const lines: string[] = []
    run.world.observers.add({
      changed: (at, { after, before }) => lines.push(`${at.now} ${(after ?? before)?.key} ${after?.resourceVersion}`),
    })
    const pods = [...run.world.store.pods]
    for (const { at, pod, ready } of [...touches].sort((a, b) => a.at - b.at)) {
      runUntil(run, Math.max(at, run.now / 1e6))
      const one = run.world.store.pods.get(pods[pod % pods.length]?.id as never)
      if (one !== undefined) setReady(run, one, ready)
    }
    runUntil(run, end)
    return { lines, handled: run.handled }
  }

  test('do the same whether their checks are events or not', () => {
    const touch = fc.record({ at: fc.integer({ min: 700_000, max: 760_000 }).map((ms) => ms / 1_000), pod: fc.nat(5), ready: fc.boolean() })
    fc.assert(
      fc.property(fc.array(touch, { minLength: 1, maxLength: 12 }), fc.integer({ min: 1, max: 3 }), (touches, count) => {
        expect(log('elided', touches, count, 800).lines).toEqual(log('unelided', touches, count, 800).lines)
      }),
      { seed: 3, numRuns: FULL ? 200 : 12 },
    )
  })

  test('cost no events while they wait', () => {
    const touches = [0, 1, 2].map((pod) => ({ at: 700, pod: 2 * pod, ready: false }))
    const [elided, unelided] = [log('elided', touches, 3, 4_000), log('unelided', touches, 3, 4_000)]
    expect(elided.lines).toEqual(unelided.lines)
    expect(unelided.handled).toBeGreaterThan(60_000)
    expect(elided.handled).toBeLessThan(1_500)
  })
})
