import { describe, expect, test } from 'vitest'
import { loadOf, requestsPerPod, requestsPerSecond } from '../../src/cluster/load.ts'
import { type Instant, seconds } from '../../src/kernel/time.ts'
import { constant, testRun } from '../support/world.ts'

const web = { namespace: 'default', labels: { app: 'web' } }
const WORKLOAD = 'deployment/default/web'
const load = {
  rps: [
    { at: seconds(10) as number as Instant, rps: constant(100) },
    { at: seconds(60) as number as Instant, rps: constant(250) },
  ],
  perPod: constant(50),
}

describe('the load on a workload', () => {
  test('is that of the last behaviour row that selects it as a whole', () => {
    const { world } = testRun({
      fields: {
        behaviour: [
          { select: { all: true }, load: { ...load, perPod: constant(1) } },
          { select: { workload: WORKLOAD }, load },
        ],
      },
    })
    expect(loadOf(world, WORKLOAD, web)).toBe(load)
    expect(loadOf(world, 'deployment/default/api', web)?.perPod.mean).toBe(1)
    expect(loadOf(testRun({}).world, WORKLOAD, web)).toBeUndefined()
  })

  test.each([
    [0, 0],
    [9.999999, 0],
    [10, 100],
    [59, 100],
    [60, 250],
    [10_000, 250],
  ])('after %d s its schedule asks for %d requests per second', (time, rate) => {
    const run = testRun({})
    expect(requestsPerSecond(run, WORKLOAD, load, seconds(time) as number as Instant)).toBe(rate)
  })

  test('is drawn once per step and workload, whenever it is asked for', () => {
    const run = testRun({})
    const uniform = { mean: 0.5, sample: (draw: () => number) => draw(), quantile: (p: number) => p }
    const drawn = { rps: [{ at: 0 as Instant, rps: uniform }], perPod: uniform }
    const first = requestsPerSecond(run, WORKLOAD, drawn, 0 as Instant)
    expect(requestsPerSecond(run, WORKLOAD, drawn, seconds(500) as number as Instant)).toBe(first)
    expect(requestsPerPod(run, WORKLOAD, drawn)).not.toBe(first)
    expect(requestsPerSecond(run, 'deployment/default/api', drawn, 0 as Instant)).not.toBe(first)
  })
})
