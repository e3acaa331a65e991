import { expect, test } from 'vitest'
import { only, podOf, runFor } from '../control/kubelet/support.ts'
import { faultAt, faultyRun } from './support.ts'

/** Restart and back-off: kubernetes-semantics §2.5. Relists end every 1.02 s; container start 0.1 s. */
test('a container killed for its memory is restarted at once the first time, and after 10 s the second', () => {
  const { run, lines } = faultyRun([{ name: 'a' }], [faultAt('oom-kill', 10), faultAt('oom-kill', 20, { name: 'again' })])
  runFor(run, 20)
  expect(podOf(run, 0).containerStatuses[0]?.lastExitCode).toBe(137)
  runFor(run, 60)
  const ends = only(lines, 'exits', 'OOMKilled')
  expect(ends).toEqual([
    [10, 'app exits 137'],
    [10.202, 'Running [OOMKilled]'],
    [20, 'app exits 137'],
    [20.402, 'Running [OOMKilled x1]'],
  ])
  const [first, second] = only(lines, 'starts').map(([time]) => time) as [number, number]
  expect(first).toBe(10.3)
  expect(second).toBeGreaterThanOrEqual(30)
  expect(second).toBeLessThan(36.2)
})

test('a container that does not run is not hit', () => {
  const { run, lines } = faultyRun([{ name: 'a' }], [faultAt('oom-kill', 10), faultAt('oom-kill', 10, { name: 'again' })])
  runFor(run, 60)
  expect(only(lines, 'exits')).toHaveLength(1)
})
