import { describe, expect, test } from 'vitest'
import { renewedAt, tryTime } from '../../../src/control/kubelet/lease.ts'
import { type Instant, seconds } from '../../../src/kernel/time.ts'

const at = (s: number): Instant => seconds(s) as number as Instant

/** component-helpers apimachinery/lease/controller.go: retryUpdateLease, backoffEnsureLease (1.20 … 1.36); kubernetes-semantics §2.1. */
describe('a kubelet whose renewals fail since 100 s', () => {
  test.each([
    ['does not notice an outage that ends before', 100, 99, 0, 100],
    ['pauses 200 ms where it is refused', 100, 100.1, 0, 100.2],
    ['doubles its pause', 100, 100.3, 0, 100.6],
    ['doubles it further', 100, 102, 0, 103],
    ['pauses 6.4 s', 100, 106.3, 0, 112.6],
    ['pauses 7 s at most', 100, 112.7, 0, 119.6],
    ['pauses 7 s for ever after', 100, 700, 0, 700.6],
    ['tries five updates one after the other where each hangs for 10 s', 100, 105, 10, 110],
    ['has a fifth after 40 s', 100, 131, 10, 140],
    ['then pauses too, 200 ms after a GET that has hung', 100, 151, 10, 160.2],
  ])('%s', (_what, first, back, call, expected) => expect(renewedAt(at(first), at(back), seconds(call))).toBe(at(expected)))

  test.each([
    [0, 7],
    [10, 17],
  ])('with calls that fail after %i s renews within %i s of the end of a long outage', (call, most) => {
    for (let back = 600; back < 640; back += 0.37) {
      const wait = renewedAt(at(100), at(back), seconds(call)) - at(back)
      expect(wait).toBeGreaterThanOrEqual(0)
      expect(wait).toBeLessThanOrEqual(seconds(most))
    }
  })
})

test.each([
  ['refused', 0],
  ['stalled', 7],
  ['silent', 10],
] as const)('a try of a renewal that is %s takes %i s', (state, time) => expect(tryTime(state)).toBe(seconds(time)))
