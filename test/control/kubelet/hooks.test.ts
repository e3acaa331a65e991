import { describe, expect, test } from 'vitest'
import { constant, containerSpec } from '../../support/world.ts'
import { release } from '../../versions/support.ts'
import { bind, convergedRun, kubeletRun, only, runFor, STEADY, terminate, timeline } from './support.ts'

/** kuberuntime_container.go:killContainer, executePreStopHook, startContainer (1.20 … 1.36); KEP-3960: hooks that sleep, on from 1.30. */
describe('a hook that sleeps', () => {
  const exits = (minor: number, stop?: number) => {
    const containers = [containerSpec({ preStop: true, preStopSleep: 10 })]
    const behaviour = stop === undefined ? [] : [{ select: { all: true } as const, stop: constant(stop) }]
    const run = convergedRun([{ name: 'a', spec: { containers } }], { ...STEADY, fields: { profile: release(minor), behaviour } })
    const lines = timeline(run)
    runFor(run, 10)
    terminate(run, 0 as never)
    runFor(run, 60)
    return only(lines, 'exits')
  }

  test('before the stop lets the container answer for so long, unless behaviour says how long it takes to stop', () => {
    expect(exits(30)).toEqual([[20.101, 'app exits 0']])
    expect(exits(29)).toEqual([[10.101, 'app exits 0']])
    expect(exits(30, 3e6)).toEqual([[13.001, 'app exits 0']])
  })

  test('after the start holds back the next container', () => {
    const run = kubeletRun(STEADY)
    const lines = timeline(run)
    const containers = [containerSpec({ name: 'a', postStart: true, postStartSleep: 5 }), containerSpec({ name: 'b' })]
    bind(run, { name: 'p', spec: { containers } })
    runFor(run, 20)
    expect(only(lines, 'starts')).toEqual([
      [0.301, 'a starts'],
      [5.401, 'b starts'],
    ])
  })
})
