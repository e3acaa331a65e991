import { describe, expect, test } from 'vitest'
import { WorkQueue } from '../../src/cluster/work-queue.ts'
import type { Kind, World } from '../../src/cluster/world.ts'
import type { Simulation } from '../../src/kernel/simulation.ts'
import { testRun } from '../support/world.ts'

const SECOND = 1_000_000

/** A queue whose syncs take 1 ms of computation and then `busy` [µs]; each is logged as `[ms, key]` when it runs. */
function queueOf(workers: number, busy = 0, backoff?: { base: number; max: number }) {
  const run: Simulation<World> = testRun()
  const log: [ms: number, key: number][] = []
  const Done: Kind = { name: 'test/done', on: (at, key) => queue.done(at, key) }
  const Sync: Kind = {
    name: 'test/sync',
    on(at, key) {
      log.push([at.now / 1e3, key])
      if (busy === 0) queue.done(at, key)
      else at.after(busy, Done, key)
    },
  }
  const Due: Kind = { name: 'test/due', on: (at, key) => queue.arrive(at, key) }
  const queue: WorkQueue = new WorkQueue('test', workers, Sync, Due, (_run, key) => `${key}`, backoff)
  const until = (time: number): void => void run.runUntil(time as never, 1e6)
  return { run, queue, log, until }
}

/** client-go util/workqueue/queue_test.go, delaying_queue_test.go; kubernetes-semantics §0.2. */
describe('A work queue', () => {
  test('holds a waiting key once, however often it is added', () => {
    const { run, queue, log, until } = queueOf(1)
    for (const key of [0, 1, 2, 1, 1, 2]) queue.add(run, key)
    until(SECOND)
    expect(log).toEqual([
      [1, 0],
      [2, 1],
      [3, 2],
    ])
  })

  test('serves keys in the order of their adding, as many at a time as it has workers', () => {
    const { run, queue, log, until } = queueOf(2, 10_000)
    for (const key of [5, 4, 3, 2, 1]) queue.add(run, key)
    expect(queue.length).toBe(3)
    until(SECOND)
    expect(log).toEqual([
      [1, 5],
      [1, 4],
      [12, 3],
      [12, 2],
      [23, 1],
    ])
  })

  test('never has a key worked on twice at a time: added meanwhile, it comes again afterwards, once', () => {
    const { run, queue, log, until } = queueOf(5, 10_000)
    queue.add(run, 1)
    until(5_000)
    queue.add(run, 1)
    queue.add(run, 1)
    until(SECOND)
    expect(log).toEqual([
      [1, 1],
      [12, 1],
    ])
  })

  test('adds after a delay; of two delays of one key the earlier counts, and it comes once', () => {
    const { run, queue, log, until } = queueOf(1)
    queue.addAfter(run, 1, 50_000)
    queue.addAfter(run, 1, 80_000)
    queue.addAfter(run, 2, 90_000)
    queue.addAfter(run, 2, 20_000)
    queue.addAfter(run, 3, 0)
    until(SECOND)
    expect(log).toEqual([
      [1, 3],
      [21, 2],
      [51, 1],
    ])
  })

  test('delays a failing key by 5 ms, doubled with each failure, until it is forgotten', () => {
    const { run, queue, log, until } = queueOf(1)
    let time = 0
    for (let failures = 0; failures < 4; failures++) {
      queue.addRateLimited(run, 1)
      time += SECOND
      until(time)
    }
    expect(log.map(([ms]) => ms % 1000)).toEqual([6, 11, 21, 41])
    expect(queue.retries(1)).toBe(4)
    queue.forget(1)
    expect(queue.retries(1)).toBe(0)
    queue.addRateLimited(run, 1)
    until(time + SECOND)
    expect(log.at(-1)?.[0]).toBe(4006)
  })

  test('delays no key longer than 1000 s', () => {
    const { run, queue, log, until } = queueOf(1)
    for (let failures = 0; failures < 30; failures++) {
      queue.addRateLimited(run, 1)
      until((failures + 1) * 1100 * SECOND)
    }
    const [last] = log.at(-1) as [number, number]
    expect(last).toBe(29 * 1_100_000 + 1_000_001)
  })

  test('lets 100 failures of all keys together pass, then 10 a second', () => {
    const { run, queue, log, until } = queueOf(1000)
    for (let key = 0; key < 103; key++) queue.addRateLimited(run, key)
    until(10 * SECOND)
    expect(log.slice(99).map(([ms]) => ms)).toEqual([6, 101, 201, 301])
  })

  test('has a back-off of its own where a controller asks for one', () => {
    const { run, queue, log, until } = queueOf(1, 0, { base: SECOND, max: 3 * SECOND })
    for (let i = 0; i < 4; i++) {
      queue.addRateLimited(run, 1)
      until((i + 1) * 10 * SECOND)
    }
    expect(log.map(([ms]) => ms % 10_000)).toEqual([1001, 2001, 3001, 3001])
  })

  test('that is stopped starts and delays nothing any more', () => {
    const { run, queue, log, until } = queueOf(1)
    queue.add(run, 1)
    queue.addAfter(run, 2, 50_000)
    queue.stop(run)
    until(SECOND)
    expect(log).toEqual([])
    expect(run.pending).toBe(0)
  })

  test('keeps its order over thousands of keys', () => {
    const { run, queue, log, until } = queueOf(1)
    for (let key = 0; key < 5000; key++) queue.add(run, key)
    until(10 * SECOND)
    expect(log.map(([, key]) => key)).toEqual(Array.from({ length: 5000 }, (_, key) => key))
  })
})
