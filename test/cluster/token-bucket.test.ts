import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { TokenBucket } from '../../src/cluster/token-bucket.ts'
import type { Instant } from '../../src/kernel/time.ts'

const at = (time: number): Instant => time as Instant

describe('A token bucket of 20/s with burst 30', () => {
  test('lets 30 callers go at once and the others every 50 ms, in the order in which they asked', () => {
    const bucket = new TokenBucket(20, 30)
    const times = Array.from({ length: 33 }, () => bucket.reserve(at(1_000_000)) - 1_000_000)
    expect(times.slice(0, 30).every((time) => time === 0)).toBe(true)
    expect(times.slice(30)).toEqual([50_000, 100_000, 150_000])
  })

  test('fills up again, never beyond its burst', () => {
    const bucket = new TokenBucket(20, 30)
    for (let i = 0; i < 30; i++) bucket.reserve(at(0))
    expect(bucket.level(at(0))).toBe(0)
    expect(bucket.level(at(500_000))).toBe(10)
    expect(bucket.level(at(60_000_000))).toBe(30)
  })

  test('owes tokens to callers that wait', () => {
    const bucket = new TokenBucket(20, 30)
    for (let i = 0; i < 40; i++) bucket.reserve(at(0))
    expect(bucket.level(at(0))).toBe(-10)
    expect(bucket.tryAccept(at(0))).toBe(false)
    expect(bucket.nextToken(at(0))).toBe(550_000)
    expect(bucket.tryAccept(at(549_999))).toBe(false)
    expect(bucket.tryAccept(at(550_000))).toBe(true)
  })
})

test('A bucket of 0.1/s gives its first token at once and the next after ten seconds', () => {
  const bucket = new TokenBucket(0.1, 1)
  expect(bucket.tryAccept(at(0))).toBe(true)
  expect(bucket.tryAccept(at(9_999_999))).toBe(false)
  expect(bucket.nextToken(at(5_000_000))).toBe(10_000_000)
  expect(bucket.tryAccept(at(10_000_000))).toBe(true)
})

test('A bucket that starts without tokens makes the first caller wait', () => {
  expect(new TokenBucket(0.1, 1, 5_000_000, 0).nextToken(at(5_000_000))).toBe(15_000_000)
})

test('An unlimited bucket never waits; one at rate 0 never refills', () => {
  const unlimited = new TokenBucket(Number.POSITIVE_INFINITY, 1)
  expect([unlimited.reserve(at(7)), unlimited.reserve(at(7)), unlimited.tryAccept(at(7)), unlimited.nextToken(at(7))]).toEqual([
    7,
    7,
    true,
    7,
  ])
  const stopped = new TokenBucket(0, 1)
  expect(stopped.tryAccept(at(0))).toBe(true)
  expect(stopped.tryAccept(at(1e12))).toBe(false)
  expect(stopped.nextToken(at(1e12))).toBe(Number.POSITIVE_INFINITY)
  expect(stopped.reserve(at(1e12))).toBe(Number.POSITIVE_INFINITY)
  expect(stopped.level(at(0))).toBe(-1)
})

test('However calls arrive, no window passes more than burst + rate · window, and nobody overtakes', () => {
  const gaps = fc.array(fc.nat(300_000), { minLength: 1, maxLength: 200 })
  fc.assert(
    fc.property(gaps, fc.integer({ min: 1, max: 100 }), fc.integer({ min: 1, max: 50 }), (steps, qps, burst) => {
      const bucket = new TokenBucket(qps, burst)
      let now = 0
      const sent = steps.map((gap) => {
        now += gap
        return bucket.reserve(at(now))
      })
      for (let i = 1; i < sent.length; i++) expect(sent[i]).toBeGreaterThanOrEqual(sent[i - 1] as number)
      for (let i = 0; i < sent.length; i++) {
        for (let j = i; j < sent.length; j++) {
          const window = ((sent[j] as number) - (sent[i] as number)) / 1e6
          expect(j - i + 1).toBeLessThanOrEqual(burst + qps * window + 1e-3 + 1)
        }
      }
    }),
    { seed: 1, numRuns: process.env.RECONVERGE_FULL === '1' ? 500 : 40 },
  )
})
