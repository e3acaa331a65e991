import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { MachineId } from '../../../src/cluster/objects.ts'
import { TimedQueue } from '../../../src/control/node-lifecycle/timed-queue.ts'

const node = (id: number): MachineId => id as MachineId

function drained(queue: TimedQueue): number[] {
  const heads: number[] = []
  for (let head = queue.head; head !== undefined; head = queue.head) {
    heads.push(head)
    queue.remove(head)
  }
  return heads
}

// rate_limited_queue.go:TimedQueue, RemoveFromQueue; Go container/heap
describe('the heap of a zone’s queue', () => {
  test('gives Nodes out in order of time, whatever was removed between', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.nat(1000), { maxLength: 60 }), fc.uniqueArray(fc.nat(59), { maxLength: 30 }), (orders, removed) => {
        const queue = new TimedQueue()
        for (const [id, order] of orders.entries()) queue.push(node(id), order)
        for (const id of removed) expect(queue.remove(node(id))).toBe(id < orders.length)
        const left = [...orders.entries()].filter(([id]) => !removed.includes(id)).sort((a, b) => a[1] - b[1])
        expect(drained(queue)).toEqual(left.map(([id]) => id))
      }),
      { seed: 1 },
    )
  })

  test('removes of two entries of a Node the one that lies first in the array, even when it is the later one', () => {
    const queue = new TimedQueue()
    for (const [order, id] of [1, 2, 3, 4, 5, 6, 7, 6].entries()) queue.push(node(id), order)
    // The last entry (Node 6, latest) takes the slot of Node 2, sinks below Node 4, and now lies before the earlier one.
    queue.remove(node(2))
    queue.remove(node(6))
    expect(drained(queue)).toEqual([1, 3, 4, 5, 6, 7])
  })
})
