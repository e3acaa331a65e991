import { expect, test } from 'vitest'
import type { Pod } from '../../../src/cluster/objects.ts'
import { type BackoffRecord, NO_FAILURE, nextRecord, remaining } from '../../../src/control/job/backoff.ts'
import { legacyBackoff } from '../../../src/control/job/legacy.ts'
import { finishedAt } from '../../../src/control/job/pods.ts'
import { queueBackoff } from '../../../src/control/job.ts'
import { type Instant, seconds } from '../../../src/kernel/time.ts'
import { podSpec } from '../../support/world.ts'

const at = (s: number): Instant => (s * 1e6) as Instant
const pod = (fields: Partial<Pod>): Pod =>
  ({
    spec: podSpec(),
    containerStatuses: [],
    initContainerStatuses: [],
    ready: false,
    deletionTimestamp: null,
    deletionGracePeriodSeconds: null,
    created: at(5),
    readyTransition: at(0),
    ...fields,
  }) as Pod
const ended = (s: number): Pod => pod({ containerStatuses: [{ state: 'terminated', finishedAt: at(s) }] as never })

/** getFinishedTime (pkg/controller/job/backoff_utils.go). */
test.each([
  ['its last container ended', ended(42.7), 42],
  ['it became unready', pod({ containerStatuses: [{ state: 'running', finishedAt: null }] as never, readyTransition: at(17.2) }), 17],
  ['its deletion was asked for', pod({ deletionTimestamp: at(60), deletionGracePeriodSeconds: 30 }), 30],
  ['it was created, for want of anything else', pod({}), 5],
])('a Pod has finished when %s', (_what, one, expected) => {
  expect(finishedAt(one, 34)).toBe(at(expected))
})

/** newBackoffRecord. */
test.each<[string, BackoffRecord, Pod[], Pod[], BackoffRecord]>([
  ['nothing new', { failures: 2, last: at(9) }, [], [], { failures: 2, last: at(9) }],
  ['two more failures', { failures: 1, last: at(9) }, [], [ended(20), ended(15)], { failures: 3, last: at(20) }],
  ['a success', { failures: 3, last: at(9) }, [ended(20)], [], NO_FAILURE],
  ['a success and a later failure', { failures: 3, last: at(9) }, [ended(20)], [ended(15), ended(25)], { failures: 1, last: at(25) }],
  ['a success after the failures', { failures: 3, last: at(9) }, [ended(20)], [ended(15)], NO_FAILURE],
])('the record after %s', (_what, before, succeeded, failed, expected) => {
  expect(nextRecord(before, succeeded, failed, 34)).toEqual(expected)
})

/** getRemainingTimeForFailuresCount: at most 6 min up to 1.27, 10 min since. */
test.each([
  [0, 100, 34, 0],
  [1, 0, 34, 10],
  [1, 4, 34, 6],
  [1, 11, 34, 0],
  [2, 0, 34, 20],
  [6, 0, 34, 320],
  [7, 0, 34, 600],
  [20, 0, 34, 600],
  [7, 0, 27, 360],
])('after %i failures, %i s after the last, 1.%i waits %i s', (failures, since, minor, expected) => {
  expect(remaining({ failures, last: at(1000) }, at(1000 + since), minor)).toBe(seconds(expected))
})

test.each([
  [0, 0],
  [1, 10],
  [2, 20],
  [6, 320],
  [7, 360],
])('1.20 looks at a failed Pod after %i errors in a row %i s later', (retries, expected) => {
  expect(legacyBackoff(retries)).toBe(seconds(expected))
})

test('a failed call waits 10 s … 6 min up to 1.27, 1 s … 1 min since', () => {
  expect(queueBackoff(20)).toEqual({ base: 10e6, max: 360e6 })
  expect(queueBackoff(27)).toEqual({ base: 10e6, max: 360e6 })
  expect(queueBackoff(28)).toEqual({ base: 1e6, max: 60e6 })
})
