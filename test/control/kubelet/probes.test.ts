import { describe, expect, test } from 'vitest'
import type { Probe } from '../../../src/scenario/specs.ts'
import { constant, containerSpec } from '../../support/world.ts'
import { bind, convergedRun, type KubeletRun, kubeletRun, type Line, only, PROBE, runFor, STEADY, timeline, truthOf } from './support.ts'

const withProbes = (probes: { readiness?: Partial<Probe>; liveness?: Partial<Probe>; startup?: Partial<Probe> }) => ({
  containers: [
    containerSpec({
      ...(probes.readiness === undefined ? {} : { readinessProbe: { ...PROBE, ...probes.readiness } }),
      ...(probes.liveness === undefined ? {} : { livenessProbe: { ...PROBE, ...probes.liveness } }),
      ...(probes.startup === undefined ? {} : { startupProbe: { ...PROBE, ...probes.startup } }),
    }),
  ],
})

/** A Pod that is bound at 0, whose process runs from 0.301 s on and whose application is ready `readyAfter` µs later. */
function started(
  profile: '1.20.2' | '1.34',
  probes: Parameters<typeof withProbes>[0],
  readyAfter: number,
  replication = 0,
): readonly Line[] {
  const behaviour = readyAfter > 0 ? [{ select: { all: true } as const, ready: constant(readyAfter) }] : []
  const run = kubeletRun({ ...STEADY, profile, replication, fields: { behaviour } })
  const lines = timeline(run)
  bind(run, { name: 'a', spec: withProbes(probes) })
  runFor(run, 200)
  return lines
}

/** A healthy Pod whose application hangs from 20 s on, and again after each start while `again`. */
function hanging(profile: '1.20.2' | '1.34', probes: Parameters<typeof withProbes>[0]): { run: KubeletRun; lines: readonly Line[] } {
  const run = convergedRun([{ name: 'a', spec: withProbes(probes) }], { ...STEADY, profile })
  const lines = timeline(run)
  runFor(run, 20)
  const { sandbox, container } = truthOf(run, 0)
  run.world.truth.stopAnswering(run, sandbox, container)
  runFor(run, 100)
  return { run, lines }
}

const readyAt = (lines: readonly Line[]): number => only(lines, 'Ready')[0]?.[0] as number

describe('a readiness probe', () => {
  test('from 1.22 runs as soon as the container is known to run, without waiting for its tick', () => {
    expect(only(started('1.34', { readiness: {} }, 0), '[')).toEqual([
      [0, 'Pending []'],
      [0.003, 'Pending [ContainerCreating]'],
      [1.022, 'Running [running]'],
      [1.024, 'Running Ready [ready]'],
    ])
  })

  test('in 1.20 waits for its tick, whose phase is any', () => {
    const times = Array.from({ length: 20 }, (_, replication) => readyAt(started('1.20.2', { readiness: {} }, 0, replication)))
    expect(Math.min(...times)).toBeLessThan(4)
    expect(Math.max(...times)).toBeGreaterThan(8)
    expect(Math.max(...times)).toBeLessThan(11.1)
  })

  test('of a slow application succeeds at the first tick at which it is ready', () => {
    // The ticker began at 0.001 with the Pod; ready at 23.301.
    expect(readyAt(started('1.34', { readiness: {} }, 23e6))).toBe(30.003)
    expect(readyAt(started('1.34', { readiness: { periodSeconds: 3 } }, 23e6))).toBe(24.003)
    expect(readyAt(started('1.34', { readiness: { initialDelaySeconds: 25, periodSeconds: 3 } }, 0))).toBe(27.003)
  })

  test('takes successThreshold successes in a row, the first of them when it is poked', () => {
    expect(readyAt(started('1.34', { readiness: { successThreshold: 3 } }, 0))).toBe(20.003)
  })

  test('takes a Pod out of service failureThreshold ticks after its application hangs, and does not restart it', () => {
    const { lines } = hanging('1.34', { readiness: { periodSeconds: 5, timeoutSeconds: 2 } })
    const [line] = only(lines, 'Running [running]')
    // Third tick after 20 s, and its timeout.
    expect(line?.[0]).toBeGreaterThan(20 + 10 + 2)
    expect(line?.[0]).toBeLessThan(20 + 15 + 2.01)
    expect(only(lines, 'exits')).toEqual([])
  })
})

describe('a liveness probe', () => {
  test.each(['1.20.2', '1.34'] as const)(
    'finds a hang after its threshold and lets the container start again at once, in %s',
    (profile) => {
      const { lines } = hanging(profile, { liveness: {} })
      const [exit, start] = only(lines, 'exits', 'starts')
      expect(exit?.[0]).toBeGreaterThan(20 + 20 + 1)
      expect(exit?.[0]).toBeLessThan(20 + 30 + 1.2)
      expect((start?.[0] as number) - (exit?.[0] as number)).toBeCloseTo(0.1, 6)
      expect(lines.at(-1)?.[1]).toBe('Running Ready [ready x1]')
    },
  )

  test('is answered by an application that is merely not ready yet', () => {
    expect(only(started('1.34', { liveness: {}, readiness: {} }, 100e6), 'exits')).toEqual([])
  })

  test('a hang that only the probe of another container could see goes on for ever', () => {
    expect(only(hanging('1.34', {}).lines, 'exits', 'Running [')).toEqual([])
  })

  test('the container may be given a grace period of its own', () => {
    const run = convergedRun([{ name: 'a', spec: withProbes({ liveness: { terminationGracePeriodSeconds: 3 } }) }], {
      ...STEADY,
      latency: { ...STEADY.latency, 'container-stop': 20e6 },
    })
    const lines = timeline(run)
    const { sandbox, container } = truthOf(run, 0)
    run.world.truth.stopAnswering(run, sandbox, container)
    runFor(run, 34.5)
    expect(only(lines, 'exits').map(([, what]) => what)).toEqual(['app exits 137'])
  })
})

describe('a startup probe', () => {
  test('holds back the others until it has succeeded', () => {
    const lines = started('1.34', { startup: { periodSeconds: 2, failureThreshold: 30 }, readiness: {} }, 6e6)
    // Startup ticks at 0.001, 2.001 …: the first at which the application answers is 8.001; that is a sync, which pokes the readiness probe.
    expect(readyAt(lines)).toBeGreaterThan(8)
    expect(readyAt(lines)).toBeLessThan(9.3)
  })

  test('that fails ends the container at once from 1.22', () => {
    const lines = started('1.34', { startup: { periodSeconds: 5, failureThreshold: 2 } }, 60e6)
    // Ticks at 5.001 and 10.001 find it starting; the tick at 0.001 was before it was known to run.
    expect(only(lines, 'exits')[0]).toEqual([10.101, 'app exits 0'])
  })

  test('that fails in 1.20 waits for the next sync of the Pod, 60 … 90 s after the last', () => {
    const exits = Array.from({ length: 10 }, (_, replication) => {
      const lines = started('1.20.2', { startup: { periodSeconds: 5, failureThreshold: 2 } }, 150e6, replication)
      return only(lines, 'exits')[0]?.[0] as number
    })
    expect(Math.min(...exits)).toBeGreaterThan(1.02 + 60)
    expect(Math.max(...exits)).toBeLessThan(1.02 + 90 + 1.2)
  })
})
