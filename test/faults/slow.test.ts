import { describe, expect, test } from 'vitest'
import { only, PROBE, podOf, runFor } from '../control/kubelet/support.ts'
import { constant, containerSpec } from '../support/world.ts'
import { faultAt, faultyRun } from './support.ts'

const crash = (at: number) => faultAt('container-crash', at, { name: `crash-${at}`, parameters: { 'exit-code': 1 } })
const probed = { spec: { containers: [containerSpec({ readinessProbe: { ...PROBE, periodSeconds: 5 } })] } }

describe('a slow machine', () => {
  test('takes as many times as long for what it begins while the fault lasts', () => {
    const slow = faultAt('node-slow', 5, { lasts: 20, parameters: { factor: 7 } })
    const { run, lines } = faultyRun([{ name: 'a' }], [slow, crash(10), crash(30)])
    runFor(run, 100)
    // A container start takes 0.1 s; a relist ends at 10.2 s. The second crash backs off first, and is retried at a whole second.
    expect(only(lines, 'starts').map(([at]) => at)).toEqual([10.9, 45.1])
  })

  test('is as slow as all its faults together', () => {
    const faults = [2, 3].map((factor) => faultAt('node-slow', 5, { name: `slow-${factor}`, lasts: 20, parameters: { factor } }))
    const { run, lines } = faultyRun([{ name: 'a' }], [...faults, crash(10)])
    runFor(run, 20)
    expect(only(lines, 'starts')).toEqual([[10.8, 'app starts']])
    runFor(run, 30)
    expect(run.world.truth.machines[0]?.slowness).toEqual([])
  })
})

describe('a slow registry', () => {
  test('stretches pulls that begin meanwhile', () => {
    const always = { spec: { containers: [containerSpec({ imagePullPolicy: 'Always' as const })] } }
    const slow = faultAt('registry-slow', 5, { lasts: 20, parameters: { factor: 30 } })
    const { run, lines } = faultyRun([{ name: 'a', ...always }], [slow, crash(10)])
    runFor(run, 30)
    // The relist of 10.2 s, an image check of 0.1 s times 30, a start of 0.1 s.
    expect(only(lines, 'starts')).toEqual([[13.3, 'app starts']])
  })
})

describe('slow readiness', () => {
  test('fails readiness probes until it ends: the Pod stops to serve at once, and is not ready after three periods; nothing restarts', () => {
    const liveness = { ...PROBE, periodSeconds: 5 }
    const container = containerSpec({ readinessProbe: { ...PROBE, periodSeconds: 5 }, livenessProbe: liveness })
    const { run, lines } = faultyRun([{ name: 'a', spec: { containers: [container] } }], [faultAt('readiness-slow', 10, { lasts: 60 })])
    runFor(run, 100)
    expect(only(lines, 'serves').map(([at]) => at)).toEqual([10, 70])
    const [unready, ready] = only(lines, 'Running').map(([at]) => at) as [number, number]
    expect(unready).toBeGreaterThan(20)
    expect(unready).toBeLessThan(25.1)
    expect(ready).toBeGreaterThan(70)
    expect(ready).toBeLessThan(75.1)
    expect(only(lines, 'exits')).toEqual([])
  })

  test('without a probe nobody notices', () => {
    const { run, lines } = faultyRun([{ name: 'a' }], [faultAt('readiness-slow', 10, { lasts: 60 })])
    runFor(run, 100)
    expect(only(lines, 'serves', 'Running').map(([, what]) => what)).toEqual(['serves no more', 'serves'])
    expect(podOf(run, 0).ready).toBe(true)
  })

  test('with a delay hits what starts meanwhile, and nothing that runs', () => {
    const slow = faultAt('readiness-slow', 5, { lasts: 20, parameters: { delay: constant(8e6) } })
    const { run, lines } = faultyRun([{ name: 'a', ...probed }], [slow, crash(10), crash(60)])
    runFor(run, 120)
    const starts = only(lines, 'starts').map(([at]) => at)
    const serves = lines.filter(([, what]) => what === 'serves').map(([at]) => at)
    expect(serves.map((at, i) => Math.round((at - (starts[i] as number)) * 1e6) / 1e6)).toEqual([8, 0])
  })

  test('outlives a restart of the container', () => {
    const { run, lines } = faultyRun([{ name: 'a' }], [faultAt('readiness-slow', 5, { lasts: 20 }), crash(10)])
    runFor(run, 60)
    expect(lines.filter(([, what]) => what === 'serves').map(([at]) => at)).toEqual([25])
  })
})
