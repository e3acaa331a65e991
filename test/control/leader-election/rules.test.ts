import { describe, expect, test } from 'vitest'
import { callTimeout, givesUpAt, isExpired, releasesOnExit, renewsAt } from '../../../src/control/leader-election/rules.ts'
import { type Instant, seconds } from '../../../src/kernel/time.ts'

const at = (s: number): Instant => seconds(s) as number as Instant

/** client-go tools/leaderelection/leaderelection.go (1.20 … 1.36); kubernetes-semantics §9.4. */
describe('a candidate takes the record over', () => {
  test.each([
    ['once it has watched it unchanged for the lease duration', 100, 115, true],
    ['not a microsecond sooner', 100, 114.999999, false],
    ['later, when its next look comes later', 100, 118.2, true],
  ])('%s', (_what, observed, now, expected) => expect(isExpired(at(observed), at(now), seconds(15))).toBe(expected))
})

describe('a leader that cannot renew', () => {
  test('gives up a renew deadline after its first failed attempt began', () => expect(givesUpAt(at(101.5), seconds(10))).toBe(at(111.5)))

  test.each([
    ['gets through with its first attempt when the server is back by then', 100, 99, 0, 100],
    ['tries again every 2 s where it is refused', 100, 103, 0, 104],
    ['gets through with the attempt of that very instant', 100, 104, 0, 104],
    ['has one more attempt just before its deadline', 100, 107.5, 0, 108],
    ['has none at the deadline itself', 100, 108.1, 0, null],
    ['tries again when its call has timed out, after 5 s', 100, 101, 5, 105],
    ['has lost when two calls have timed out', 100, 105.5, 5, null],
  ])('%s', (_what, attempt, back, call, expected) =>
    expect(renewsAt(at(attempt), at(back), seconds(2), seconds(call), seconds(10))).toBe(expected === null ? null : at(expected)),
  )

  test('waits for one call half its deadline from 1.21 on, and a second at least', () => {
    expect(callTimeout(seconds(10), 21)).toBe(seconds(5))
    expect(callTimeout(seconds(1), 36)).toBe(seconds(1))
  })

  test('waits for one call all of its deadline in 1.20', () => expect(callTimeout(seconds(10), 20)).toBe(seconds(10)))
})

/** kubernetes-semantics §13. */
test.each([
  ['kube-scheduler', 20, false],
  ['kube-scheduler', 26, false],
  ['kube-scheduler', 27, true],
  ['kube-scheduler', 36, true],
  ['kube-controller-manager', 36, false],
])('%s of 1.%i gives its lease up when told to end: %s', (program, minor, expected) =>
  expect(releasesOnExit(program, minor)).toBe(expected),
)
