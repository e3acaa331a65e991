import { expect, test } from 'vitest'
import type { Pod } from '../../../src/cluster/objects.ts'
import { isAvailable } from '../../../src/control/replicaset/status.ts'
import { type Instant, seconds } from '../../../src/kernel/time.ts'

const at = (time: number): Instant => seconds(time) as number as Instant
const pod = (readyTransition: number, ready = true): Pod => ({ ready, readyTransition: at(readyTransition) }) as Pod

/** pkg/api/v1/pod/util.go:IsPodAvailable (1.20 … 1.36); a transition is stored in whole seconds. */
test.each([
  ['is not, as long as it is not ready', pod(10.7, false), 5, 99, false],
  ['is at once without minReadySeconds', pod(10.7), 0, 10.7, true],
  ['is not before its minReadySeconds are over, counted from the whole second', pod(10.7), 5, 15, false],
  ['is right after that', pod(10.7), 5, 15.000001, true],
  ['is from the start where it has been ready for long', pod(0), 3600, 1, true],
])('a Pod %s', (_what, one, minReadySeconds, now, available) => {
  expect(isAvailable(one, minReadySeconds, at(now))).toBe(available)
})
