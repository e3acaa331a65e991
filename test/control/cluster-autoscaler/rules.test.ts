import { describe, expect, test } from 'vitest'
import { type Backoff, chooseOption, isHealthy, nextBackoff, type Option } from '../../../src/control/cluster-autoscaler/rules.ts'

/** autoscaler/cluster-autoscaler: expander, clusterstate/clusterstate.go, utils/backoff/exponential_backoff.go; kubernetes-semantics §6.6. */
describe('the group that grows', () => {
  const option = (group: number, waste: number, pods: number): Option => ({ group, waste, count: 1, pods: Array.from({ length: pods }) })
  const options = [option(0, 0.5, 1), option(1, 0.2, 2), option(2, 0.4, 3)]
  test.each([
    ['least-waste', 0.9, 1],
    ['most-pods', 0.9, 2],
    ['random', 0, 0],
    ['random', 0.99, 2],
  ] as const)('by %s with a draw of %d is number %d', (expander, draw, group) => {
    expect(chooseOption(options, expander, draw)?.group).toBe(group)
  })

  test('is none when nothing helps; chance decides between equals', () => {
    expect(chooseOption([], 'least-waste', 0.5)).toBeUndefined()
    expect(chooseOption([option(4, 0.2, 1), option(5, 0.2, 1)], 'least-waste', 0.6)?.group).toBe(5)
  })
})

test.each([
  [3, 4, true],
  [4, 9, true],
  [4, 8, false],
  [45, 100, true],
  [46, 100, false],
])('with %d of %d Nodes not ready the autoscaler acts: %s', (unready, total, healthy) => {
  expect(isHealthy(unready, total, 3, 45)).toBe(healthy)
})

test('a group backs off for 5 min, then twice as long each time up to 30 min, and anew after 3 h without a failure', () => {
  const limits = { initial: 300, max: 1800, reset: 10_800 }
  let backoff: Backoff | null = null
  const durations: number[] = []
  for (const now of [0, 1000, 3000, 6000, 9000, 30_000]) {
    backoff = nextBackoff(backoff, now, limits)
    durations.push(backoff.duration)
  }
  expect(durations).toEqual([300, 600, 1200, 1800, 1800, 300])
  expect(nextBackoff({ until: 300, duration: 300, failed: 0 }, 100, limits)).toEqual({ until: 400, duration: 300, failed: 100 })
})
