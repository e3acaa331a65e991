import { describe, expect, test } from 'vitest'
import { runnerRules } from '../../../src/control/kube-proxy/flags.ts'
import { SyncRunner } from '../../../src/control/kube-proxy/runner.ts'
import { type Duration, type Instant, seconds } from '../../../src/kernel/time.ts'
import { profileOf } from '../../../src/scenario/profile.ts'

const SYNC = seconds(0.02)

/** Seconds at which syncs end that changes at these seconds cause. */
function syncs(version: '1.33' | '1.34', changes: readonly number[], minInterval = seconds(1), sync: Duration = SYNC): number[] {
  const runner = new SyncRunner(runnerRules(profileOf(version), minInterval, sync))
  const ends: number[] = []
  for (const change of changes) {
    const now = seconds(change) as number as Instant
    while (runner.due < now) ends.push(runner.start() / 1e6)
    runner.ask(now)
  }
  while (runner.due < Number.POSITIVE_INFINITY) ends.push(runner.start() / 1e6)
  return ends
}

/** pkg/util/async/bounded_frequency_runner.go:tryRun, pkg/proxy/iptables/proxier.go (burstSyncs 2), 1.20 … 1.33. */
describe('until 1.33 the runner saves up two syncs', () => {
  test.each<[string, number[], number[]]>([
    ['the first change after a quiet time is programmed at once', [10], [10.02]],
    ['so is the second', [10, 10.1], [10.02, 10.12]],
    ['the third waits for a second after the end of the second', [10, 10.1, 10.2], [10.02, 10.12, 11.14]],
    ['changes that come while one waits are programmed with it', [10, 10.1, 10.2, 10.5, 10.9], [10.02, 10.12, 11.14]],
    ['a change that comes once a token is back does not wait for the timer', [10, 10.5, 10.6, 11.1], [10.02, 10.52, 11.12]],
    [
      'under steady changes one sync follows another by a second and its own length',
      [0, 0.1, 0.2, 1.2, 2.2, 3.3],
      [0.02, 0.12, 1.14, 2.16, 3.18, 4.2],
    ],
    ['two quiet seconds save up two syncs again', [0, 0.1, 2.2, 2.3], [0.02, 0.12, 2.22, 2.32]],
    ['a change that comes during a sync is part of the next', [10, 10.01], [10.02, 10.04]],
  ])('%s', (_, changes, ends) => {
    expect(syncs('1.33', changes)).toEqual(ends)
  })
})

/** pkg/proxy/runner/bounded_frequency_runner.go:Loop (PR #131615), 1.34 … 1.36. */
describe('from 1.34 every sync keeps its distance to the one before', () => {
  test.each<[string, number[], number[]]>([
    ['the first change after a quiet time is programmed at once', [10], [10.02]],
    ['the second waits for a second after the end of the first', [10, 10.1], [10.02, 11.04]],
    ['and takes along what comes meanwhile', [10, 10.1, 10.9], [10.02, 11.04]],
    ['a second later nothing waits', [10, 11.02], [10.02, 11.04]],
  ])('%s', (_, changes, ends) => {
    expect(syncs('1.34', changes)).toEqual(ends)
  })
})

test('without a least interval every change is programmed at once, or after the sync that runs', () => {
  expect(syncs('1.33', [1, 1.001, 1.5], seconds(0))).toEqual([1.02, 1.04, 1.52])
  expect(syncs('1.34', [1, 1.001, 1.5], seconds(0))).toEqual([1.02, 1.04, 1.52])
})

test('a sync that takes seconds spaces the syncs by itself', () => {
  expect(syncs('1.34', [1, 2, 3], seconds(1), seconds(5))).toEqual([6, 12])
})
