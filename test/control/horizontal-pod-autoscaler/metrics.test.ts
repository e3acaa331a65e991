import { describe, expect, test } from 'vitest'
import { measurementAt, resolution, type Step } from '../../../src/control/horizontal-pod-autoscaler/metrics.ts'

const S = 1e6
const ALWAYS = Number.NEGATIVE_INFINITY
/** What is known after a scrape [s], every 15 s, by looks this long after the start of the containers [s]: use, end and length of the window. */
const known = (steps: readonly Step[], scrape: number, phase: number) => {
  const found = measurementAt(steps, scrape * S, 15 * S, phase * S)
  return found === null ? null : [Math.round(found.usage), found.time / S, found.window / S]
}

/** metrics-server pkg/storage/pod.go (0.5 …): two looks of the kubelet at the same containers. */
describe('what metrics-server knows of a Pod', () => {
  const doubled: Step[] = [
    { time: ALWAYS, usage: 100, started: ALWAYS },
    { time: 60 * S, usage: 200, started: ALWAYS },
  ]

  test.each([
    ['nothing of a change after the kubelet’s last look', 65, 6, [100, 59, 15]],
    ['a part of one within its window', 65, 2, [120, 63, 15]],
    ['all of it with the next scrape but one', 80, 4, [200, 76, 15]],
  ] as const)('is %s', (_, scrape, phase, expected) => {
    expect(known(doubled, scrape, phase)).toEqual(expected)
  })

  test.each([
    ['nothing at the first scrape', 110, 3, null],
    ['the time between two looks at the second', 125, 3, [50, 123, 20]],
    ['the time since its start, when the first scrape finds it 10 s old', 112, 1, [50, 111, 11]],
  ] as const)('of new containers is %s', (_, scrape, phase, expected) => {
    expect(known([{ time: 100 * S, usage: 50, started: 100 * S }], scrape, phase)).toEqual(expected)
  })

  test('on a machine that has died is its last sample until the next scrape, and nothing then', () => {
    const dead: Step[] = [
      { time: ALWAYS, usage: 100, started: ALWAYS },
      { time: 70 * S, usage: 0, started: null },
    ]
    expect([known(dead, 65, 5), known(dead, 80, 5)]).toEqual([[100, 60, 15], null])
  })

  test('is 60 s apart up to 1.20, 15 s since', () => {
    expect([resolution(20), resolution(27)]).toEqual([60 * S, 15 * S])
  })
})
