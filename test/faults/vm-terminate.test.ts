import { describe, expect, test } from 'vitest'
import { only, podOf, runFor } from '../control/kubelet/support.ts'
import { faultAt, faultyRun } from './support.ts'

describe('a machine is terminated', () => {
  test('for good, unless `for` says when a new one is there: that one has no image and no record of what ran', () => {
    const { run, lines } = faultyRun([{ name: 'a' }], [faultAt('vm-terminate', 10, { lasts: 30 })])
    runFor(run, 39)
    const [machine] = run.world.truth.machines
    expect([machine?.up, machine?.images.size, machine?.terminations]).toEqual([false, 0, 1])
    runFor(run, 60)
    expect(machine?.images.size).toBe(1)
    expect(only(lines, 'exits', 'starts', 'pull')).toEqual([
      [10, 'app exits 137'],
      [40.4, 'waits: pull'],
      [40.6, 'app starts'],
    ])
    expect(podOf(run, 0).containerStatuses[0]?.restartCount).toBe(0)
  })

  test('and stays gone when only the power loss that overlaps it ends', () => {
    const { run } = faultyRun([{ name: 'a' }], [faultAt('node-crash', 5, { lasts: 20 }), faultAt('vm-terminate', 10)])
    runFor(run, 300)
    expect(run.world.truth.machines[0]?.up).toBe(false)
  })
})

describe('a spot instance is reclaimed', () => {
  const notice = { parameters: { notice: 20e6 } }

  test('once its notice is over', () => {
    const { run, lines } = faultyRun([{ name: 'a' }], [faultAt('spot-reclaim', 10, notice)])
    runFor(run, 60)
    expect(only(lines, 'spot', 'exits')).toEqual([
      [10, 'spot-reclaim begins'],
      [30, 'app exits 137'],
    ])
  })

  test('not at all when the fault ends before that', () => {
    const { run, lines } = faultyRun([{ name: 'a' }], [faultAt('spot-reclaim', 10, { ...notice, lasts: 10 })])
    runFor(run, 60)
    expect(only(lines, 'exits')).toEqual([])
  })

  test('and a new one has power when `for` is over', () => {
    const { run } = faultyRun([{ name: 'a' }], [faultAt('spot-reclaim', 10, { ...notice, lasts: 60 })])
    runFor(run, 100)
    expect(run.world.truth.machines[0]?.up).toBe(true)
  })
})
