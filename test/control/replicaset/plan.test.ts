import { describe, expect, test } from 'vitest'
import { Expectations } from '../../../src/control/replicaset/expectations.ts'
import { nextBatch, plan } from '../../../src/control/replicaset/plan.ts'
import { type Instant, seconds } from '../../../src/kernel/time.ts'

const at = (second: number): Instant => seconds(second) as number as Instant

test.each([
  { desired: 3, active: 3, create: 0, remove: 0 },
  { desired: 3, active: 1, create: 2, remove: 0 },
  { desired: 1, active: 3, create: 0, remove: 2 },
  { desired: 1000, active: 0, create: 500, remove: 0 },
  { desired: 0, active: 501, create: 0, remove: 500 },
])('With $active of $desired Pods it creates $create and deletes $remove', ({ desired, active, create, remove }) => {
  expect(plan(desired, active)).toEqual({ create, remove })
})

test('A slow start doubles its batches and ends with the rest', () => {
  const batches: number[] = []
  for (let left = 12, batch = 0; left > 0; left -= batch) {
    batch = nextBatch(left, batch)
    batches.push(batch)
  }
  expect(batches).toEqual([1, 2, 4, 5])
})

describe('Expectations', () => {
  test('are met when as many creations were seen as were asked for', () => {
    const expectations = new Expectations()
    expectations.expectCreations(at(0), 7, 2)
    expectations.created(7)
    expect(expectations.satisfied(at(1), 7)).toBe(false)
    expectations.created(7)
    expect(expectations.satisfied(at(1), 7)).toBe(true)
  })

  test('count each deletion once, however often it is seen', () => {
    const expectations = new Expectations()
    expectations.expectDeletions(at(0), 7, [1, 2])
    expectations.deleted(7, 1)
    expectations.deleted(7, 1)
    expect(expectations.satisfied(at(1), 7)).toBe(false)
    expectations.deleted(7, 2)
    expect(expectations.satisfied(at(1), 7)).toBe(true)
  })

  test('bind nobody else, and nobody after 5 minutes', () => {
    const expectations = new Expectations()
    expectations.expectCreations(at(0), 7, 1)
    expect(expectations.satisfied(at(0), 8)).toBe(true)
    expect(expectations.satisfied(at(300), 7)).toBe(false)
    expect(expectations.satisfied((at(300) + 1) as Instant, 7)).toBe(true)
  })

  test('end with their owner', () => {
    const expectations = new Expectations()
    expectations.expectCreations(at(0), 7, 1)
    expectations.forget(7)
    expect(expectations.satisfied(at(0), 7)).toBe(true)
  })
})
