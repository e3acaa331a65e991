import { describe, expect, test } from 'vitest'
import { backoffEnd, crashLimits, DEFAULT_LIMITS, keptEntry, nextEntry } from '../../../src/control/kubelet/backoff.ts'
import { requeueDelay } from '../../../src/control/kubelet/worker.ts'
import type { Instant } from '../../../src/kernel/time.ts'

const at = (seconds: number): Instant => (seconds * 1e6) as Instant

/** client-go util/flowcontrol/backoff.go (1.20 … 1.36). */
describe('back-off', () => {
  test('the delays of a container that ends at once after each start: none, 10, 20, 40, 80, 160, 300, 300 s', () => {
    let entry: ReturnType<typeof nextEntry> | undefined
    let now = at(0)
    const delays = Array.from({ length: 8 }, () => {
      const start = backoffEnd(entry, now)
      const delay = (start - now) / 1e6
      entry = nextEntry(entry, now, start, DEFAULT_LIMITS)
      now = start
      return delay
    })
    expect(delays).toEqual([0, 10, 20, 40, 80, 160, 300, 300])
  })

  test('a container that failed more than 600 s after it was let go starts at once, and its series begins again', () => {
    const entry = { backoff: 160e6, updated: at(0) }
    expect(backoffEnd(entry, at(600))).toBe(at(760))
    expect(backoffEnd(entry, at(600.001))).toBe(at(600.001))
    expect(nextEntry(entry, at(600.001), at(601), DEFAULT_LIMITS)).toEqual({ backoff: 10e6, updated: at(601) })
  })

  test('housekeeping deletes an entry once it is more than 600 s old, while its container still waits', () => {
    const entry = { backoff: 300e6, updated: at(0) }
    expect(keptEntry(entry, at(600))).toBe(entry)
    expect(keptEntry(entry, at(602))).toBeUndefined()
  })

  test.each([
    ['the default', 34, 300, false, 10, 300],
    ['a shorter maximum, from 1.32', 32, 60, false, 10, 60],
    ['a maximum below the first delay', 35, 5, false, 5, 5],
    ['a shorter maximum is unknown before 1.32', 31, 60, false, 10, 300],
    ['the reduced series, from 1.33', 33, 300, true, 1, 60],
    ['the reduced series is unknown before 1.33', 32, 300, true, 10, 300],
  ])('limits: %s', (_, minor, period, reduced, initial, max) => {
    expect(crashLimits(minor, period * 1e6, reduced)).toEqual({ initial: initial * 1e6, max: max * 1e6 })
  })

  test.each<[string, boolean, number, number, number | null, boolean?]>([
    ['success is not synced again', false, Number.POSITIVE_INFINITY, 34, null],
    ['an error after 10 s', true, Number.POSITIVE_INFINITY, 35, 10],
    ['up to 1.34 a back-off is an error like any other', true, 130, 34, 10],
    ['from 1.35 the rest of the back-off is waited for', true, 130, 35, 30],
    ['… at most the sync period', true, 400, 35, 60],
    ['want of a network after 1 s', true, Number.POSITIVE_INFINITY, 20, 1, true],
  ])('%s', (_, failed, end, minor, expected, networkNotReady = false) => {
    expect(requeueDelay({ failed, backoffEnd: end * 1e6, networkNotReady }, 100e6, 60e6, minor)).toBe(
      expected === null ? null : expected * 1e6,
    )
  })
})
