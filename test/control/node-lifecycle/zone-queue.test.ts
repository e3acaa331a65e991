import { describe, expect, test } from 'vitest'
import type { MachineId } from '../../../src/cluster/objects.ts'
import { isExpired } from '../../../src/control/node-lifecycle/health.ts'
import { ZoneQueue } from '../../../src/control/node-lifecycle/zone-queue.ts'
import { type Instant, NEVER } from '../../../src/kernel/time.ts'

const s = (time: number): Instant => (time * 1e6) as Instant
const node = (id: number): MachineId => id as MachineId

/** Serves the head whenever there is a token, looking every second; answers [time, Node] pairs. */
function serve(queue: ZoneQueue, from: number, to: number): [number, number][] {
  const served: [number, number][] = []
  for (let time = from; time <= to; time++) {
    for (let head = queue.head; head !== undefined && queue.tryAccept(s(time)); head = queue.head) {
      served.push([time, head])
      queue.served(head)
      if (queue.head === head) break
    }
  }
  return served
}

// kubernetes-semantics §3.5; pkg/controller/nodelifecycle/scheduler/rate_limited_queue.go
describe('the queue of one zone', () => {
  test('the first Node is served at once, each further one ten seconds later', () => {
    const queue = new ZoneQueue(0.1, s(0))
    for (const id of [4, 2, 7]) queue.mark(node(id), false, false)
    expect(queue.due(s(3))).toBe(s(3))
    expect(serve(queue, 3, 60)).toEqual([
      [3, 4],
      [13, 2],
      [23, 7],
    ])
    expect(queue.due(s(60))).toBe(NEVER)
  })

  test('a Node that waits and is marked again moves to the end', () => {
    const queue = new ZoneQueue(0.1, s(0))
    for (const id of [1, 2, 1]) queue.mark(node(id), false, false)
    expect(queue.length).toBe(2)
    expect(queue.head).toBe(2)
  })

  test('in 1.20.2 it waits twice, and the second entry burns a token (PR #96876)', () => {
    const queue = new ZoneQueue(0.1, s(0))
    for (const id of [1, 2, 1, 2]) queue.mark(node(id), false, true)
    expect(serve(queue, 0, 60)).toEqual([
      [0, 1],
      [10, 2],
      [20, 1],
      [30, 2],
    ])
  })

  test('a tainted Node is not queued again until it is removed', () => {
    const queue = new ZoneQueue(0.1, s(0))
    queue.mark(node(1), false, false)
    serve(queue, 0, 0)
    queue.mark(node(1), true, false)
    expect(queue.length).toBe(0)
    queue.remove(node(1))
    queue.mark(node(1), true, false)
    expect(queue.length).toBe(1)
  })

  test('in 1.20.2 a Node that recovers while it waits twice leaves an entry that blocks the zone for ever', () => {
    const queue = new ZoneQueue(0.1, s(0))
    for (let tick = 0; tick < 2; tick++) queue.mark(node(1), false, true)
    queue.remove(node(1))
    queue.mark(node(2), false, true)
    expect(serve(queue, 0, 30)).toEqual([
      [0, 1],
      [10, 1],
      [20, 1],
      [30, 1],
    ])
  })

  test('a Node whose tainting failed goes behind those that waited when it was tried, before those that came meanwhile', () => {
    const queue = new ZoneQueue(0.1, s(0))
    for (const id of [1, 2]) queue.mark(node(id), false, false)
    expect(queue.tryAccept(s(0))).toBe(true)
    queue.mark(node(3), false, false)
    queue.postpone(node(1))
    expect(serve(queue, 10, 60)).toEqual([
      [10, 2],
      [20, 1],
      [30, 3],
    ])
  })
})

describe('limiters', () => {
  const waiting = (queue: ZoneQueue): ZoneQueue => {
    queue.mark(node(1), false, false)
    return queue
  }

  test('an equal rate keeps the bucket', () => {
    const queue = waiting(new ZoneQueue(0.1, s(0)))
    queue.tryAccept(s(0))
    queue.swapLimiter(0.1, s(5))
    expect(queue.due(s(5))).toBe(s(10))
  })

  test('a new bucket is empty when the old one was', () => {
    const queue = waiting(new ZoneQueue(0.1, s(0)))
    queue.tryAccept(s(0))
    queue.swapLimiter(0.01, s(5))
    expect(queue.due(s(5))).toBe(s(105))
  })

  test('after a rate of 0 the first token takes a full interval (FINDINGS 6)', () => {
    const queue = waiting(new ZoneQueue(0.1, s(0)))
    queue.swapLimiter(0, s(5))
    expect(queue.due(s(6))).toBe(NEVER)
    queue.swapLimiter(0.1, s(10))
    expect(queue.due(s(10))).toBe(s(20))
  })

  test('a limiter that never accepts reports 1 a second, so a rate of 1 does not replace it (fakeNeverRateLimiter.QPS)', () => {
    const queue = waiting(new ZoneQueue(1, s(0)))
    queue.swapLimiter(0, s(0))
    queue.swapLimiter(1, s(2))
    expect(queue.due(s(2))).toBe(NEVER)
  })
})

test('a Node is expired after more than its grace period, not at it', () => {
  expect(isExpired(s(40), s(0), 40e6)).toBe(false)
  expect(isExpired((s(40) + 1) as Instant, s(0), 40e6)).toBe(true)
})
