import { describe, expect, test } from 'vitest'
import { ColumnQueue } from '../../src/kernel/column-queue.ts'
import { TICKET_SLOTS } from '../../src/kernel/queue.ts'

describe('the queue of columns', () => {
  test.each([3, 2_000])('does not let cancelled events pile up while %d others are pending', (others) => {
    const queue = new ColumnQueue<string>()
    for (let i = 0; i < others; i++) queue.push(1_000 * i, i, 'other', 0, 0)
    let greatest = 0
    for (let i = 0; i < 50_000; i++) {
      const ticket = queue.push(1e9 + i, others + i, 'time-out', 0, 0)
      greatest = Math.max(greatest, ticket % TICKET_SLOTS)
      queue.cancel(ticket)
    }
    expect(greatest).toBeLessThan(3 * others + 1_000)
    expect(queue.size).toBe(others)
    expect(Array.from({ length: others }, () => queue.pop() && queue.time)).toEqual(Array.from({ length: others }, (_, i) => 1_000 * i))
  })
})
