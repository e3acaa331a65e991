import { describe, expect, test } from 'vitest'
import { failingAt, reconnectDelay, relistDelay } from '../../src/control/reconnect.ts'
import { seconds } from '../../src/kernel/time.ts'

const least = (): number => 0

/** client-go tools/cache/reflector.go: 800 ms doubling to 30 s, each wait one to two times as long (1.20 … 1.36); kubernetes-semantics §0.1, §9.3. */
describe('a reflector whose API server is away', () => {
  test.each([
    ['refused: tries after 0.8 s', 'refused', 0.5, 0.3],
    ['refused: then after 1.6 s more', 'refused', 1, 1.4],
    ['refused: every 30 s after a long outage', 'refused', 600, 50.4 + 19 * 30 - 600],
    ['silent: has not noticed an outage of less than 45 s', 'silent', 44, 0.000001],
    ['silent: notices after 45 s, then waits 0.8 s', 'silent', 45.5, 0.3],
    ['silent: its attempt to connect takes 30 s, and 1.6 s follow', 'silent', 46, 45 + 0.8 + 30 + 1.6 - 46],
  ] as const)('%s', (_what, state, outage, wait) =>
    expect(reconnectDelay(seconds(outage), least, failingAt(state))).toBeCloseTo(seconds(wait), -2),
  )

  test('comes back within a minute of the end of an outage of any length', () => {
    for (let outage = 1; outage < 3000; outage += 7.3) {
      expect(reconnectDelay(seconds(outage), () => 0.999)).toBeLessThanOrEqual(seconds(60))
    }
  })

  /** apiserver storage/cacher/watch_cache.go:GetAllEventsSinceThreadUnsafe; client-go tools/cache/reflector.go:ListAndWatch. */
  test('finds its version too old for a server that has started anew, and lists 0.8 … 1.6 s later', () => {
    expect([relistDelay(0), relistDelay(1)]).toEqual([800_000, 1_600_000])
  })
})
