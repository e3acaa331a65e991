import { describe, expect, test } from 'vitest'
import type { Container, Sandbox } from '../../../src/cluster/truth.ts'
import type { ContainerSpec } from '../../../src/scenario/specs.ts'
import { constant, containerSpec } from '../../support/world.ts'
import { bind, convergedRun, kubeletRun, type Line, only, PROBE, podOf, runFor, STEADY, timeline, truthOf } from './support.ts'

const specOf = (sidecar: Partial<ContainerSpec>, app: Partial<ContainerSpec> = {}) => ({
  initContainers: [containerSpec({ name: 'proxy', restartPolicy: 'Always', ...sidecar })],
  containers: [containerSpec(app)],
})

/** A Pod bound at 0 whose sidecar answers so many µs after its start. */
function starting(sidecar: Partial<ContainerSpec>, readyAfter: number): readonly Line[] {
  const behaviour = readyAfter > 0 ? [{ select: { all: true } as const, container: 'proxy', ready: constant(readyAfter) }] : []
  const run = kubeletRun({ ...STEADY, fields: { behaviour } })
  const lines = timeline(run)
  bind(run, { name: 'a', spec: specOf(sidecar) })
  runFor(run, 100)
  return lines
}

/** A Pod that has run for long, and its sidecar. */
function running(sidecar: Partial<ContainerSpec>) {
  const run = convergedRun([{ name: 'a', spec: specOf(sidecar) }], STEADY)
  const lines = timeline(run)
  runFor(run, 20)
  const sandbox: Sandbox = truthOf(run, 0).sandbox
  return { run, lines, sandbox, proxy: sandbox.initContainers[0] as Container }
}

/** kuberuntime_container.go:computeInitContainerActions, prober/prober_manager.go (1.29 … 1.36); KEP-753. */
describe('the probes of a sidecar', () => {
  test('without a startup probe lets the app begin as soon as a relist has seen it run', () => {
    expect(only(starting({}, 50e6), 'starts')).toEqual([
      [0.301, 'proxy starts'],
      [1.12, 'app starts'],
    ])
  })

  test('with a startup probe holds the app back until that has succeeded', () => {
    // Ticks at 0.001, 2.001 …: the first at which the sidecar answers is 8.001; the worker goes on at once.
    const lines = starting({ startupProbe: { ...PROBE, periodSeconds: 2, failureThreshold: 30 } }, 7e6)
    expect(only(lines, 'starts')).toEqual([
      [0.301, 'proxy starts'],
      [8.101, 'app starts'],
    ])
  })

  test('that fails its startup probe is ended and started again, and the app waits', () => {
    const lines = starting({ startupProbe: { ...PROBE, periodSeconds: 5, failureThreshold: 2 } }, 1e9)
    expect(only(lines, 'starts', 'exits').slice(0, 3)).toEqual([
      [0.301, 'proxy starts'],
      [10.101, 'proxy exits 0'],
      [10.201, 'proxy starts'],
    ])
    expect(only(lines, 'app')).toEqual([])
  })

  test('keeps its Pod from being ready by its readiness probe, and the app from nothing', () => {
    const lines = starting({ readinessProbe: { ...PROBE, periodSeconds: 5 } }, 12e6)
    expect(only(lines, 'app starts')[0]?.[0]).toBe(1.12)
    expect(only(lines, 'Running Ready')[0]?.[0]).toBe(15.003)
  })

  test('that fails its liveness probe is ended and started again beside the app', () => {
    const { run, lines, sandbox, proxy } = running({ livenessProbe: PROBE })
    run.world.truth.stopAnswering(run, sandbox, proxy)
    runFor(run, 100)
    const [exit, start, ...more] = only(lines, 'starts', 'exits')
    expect([exit?.[1], start?.[1], more]).toEqual(['proxy exits 0', 'proxy starts', []])
    expect(exit?.[0]).toBeGreaterThan(20 + 20 + 1)
    expect(exit?.[0]).toBeLessThan(20 + 30 + 1.2)
    expect((start?.[0] as number) - (exit?.[0] as number)).toBeCloseTo(0.1, 6)
    expect(podOf(run, 0).ready).toBe(true)
  })

  test('that has died with the app starts first, and the app once a relist has seen it run', () => {
    const { run, lines, sandbox, proxy } = running({})
    run.world.truth.exitContainer(run, sandbox, proxy, 'proxy', 1, 'Error')
    run.world.truth.exitContainer(run, sandbox, sandbox.containers[0] as Container, 'app', 1, 'Error')
    runFor(run, 30)
    expect(only(lines, 'starts')).toEqual([
      [20.5, 'proxy starts'],
      [21.52, 'app starts'],
    ])
  })
})

/** kuberuntime_container.go:setTerminationGracePeriod (1.25 … 1.36). */
test('a container whose startup probe has failed gets the grace period of that probe, not of its liveness probe', () => {
  const startupProbe = { ...PROBE, periodSeconds: 5, failureThreshold: 1, terminationGracePeriodSeconds: 4 }
  const livenessProbe = { ...PROBE, terminationGracePeriodSeconds: 9 }
  const run = kubeletRun({
    ...STEADY,
    latency: { ...STEADY.latency, 'container-stop': 60e6 },
    fields: { behaviour: [{ select: { all: true }, ready: constant(1e9) }] },
  })
  const lines = timeline(run)
  bind(run, { name: 'a', spec: { containers: [containerSpec({ startupProbe, livenessProbe })] } })
  runFor(run, 30)
  expect(only(lines, 'exits')[0]).toEqual([9.001, 'app exits 137'])
})
