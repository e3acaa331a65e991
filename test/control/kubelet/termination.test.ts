import { describe, expect, test } from 'vitest'
import { exitOf, graceOf } from '../../../src/control/kubelet/termination.ts'
import { constant, containerSpec } from '../../support/world.ts'
import { bind, convergedRun, kubeletRun, type Line, only, podOf, runFor, STEADY, terminate, timeline } from './support.ts'

const deleted = (
  profile: '1.20.2' | '1.27' | '1.34',
  { cleanup = 1_500_000, stop = 100_000, grace = 30, batchPhase = 0 } = {},
): readonly Line[] => {
  const run = convergedRun([{ name: 'a' }], {
    ...STEADY,
    phases: { ...STEADY.phases, 'kubelet.status-batch': batchPhase },
    profile,
    latency: { ...STEADY.latency, 'pod-cleanup': cleanup, 'container-stop': stop },
  })
  const lines = timeline(run)
  runFor(run, 21)
  terminate(run, 0 as never, grace)
  runFor(run, 120)
  return only(lines, '[', 'exits', 'gone')
}

describe('a Pod is deleted', () => {
  test('1.20: its container ends at once, its object goes with the next batch of statuses after its resources are reclaimed', () => {
    expect(deleted('1.20.2')).toEqual([
      [21, 'Running Ready (terminating) [ready]'],
      [21.101, 'app exits 0'],
      [21.422, 'Running (terminating) [Completed]'],
      // Reclaimed at 23.46; batches at 30, 40 …: GET and DELETE.
      [30.002, 'gone'],
    ])
  })

  test('1.20: volumes and cgroup gone just after a batch, the object waits for the next one', () => {
    expect(deleted('1.20.2', { cleanup: 8_900_000 }).at(-1)).toEqual([40.002, 'gone'])
  })

  test('1.20: it goes with the first batch after the third relist that follows its end, when containers and sandbox have left the cache', () => {
    // Relists end at 21.42, 22.44 and 23.46.
    const before = deleted('1.20.2', { cleanup: 1000, batchPhase: 6_545_000 })
    const after = deleted('1.20.2', { cleanup: 1000, batchPhase: 6_535_000 })
    expect([before.at(-1), after.at(-1)]).toEqual([
      [33.457, 'gone'],
      [23.467, 'gone'],
    ])
  })

  test('1.20: at any phase of the batches that is 2 … 13 s after its end, 7.5 s in the median (observations, FINDINGS 20)', () => {
    const uniform = (min: number, max: number) => ({ mean: (min + max) / 2, sample: (u: () => number) => min + u() * (max - min) })
    const delays = Array.from({ length: 200 }, (_, replication) => {
      const run = convergedRun([{ name: 'a' }], { profile: '1.20.2', replication, latency: { 'pod-cleanup': uniform(1e6, 3e6) } })
      const lines = timeline(run)
      terminate(run, 0 as never)
      runFor(run, 60)
      return (only(lines, 'gone')[0]?.[0] as number) - (only(lines, 'exits')[0]?.[0] as number)
    }).sort((a, b) => a - b)
    expect(delays[0]).toBeGreaterThan(2)
    expect(delays.at(-1)).toBeLessThan(13.1)
    expect(delays[100]).toBeGreaterThan(6.5)
    expect(delays[100]).toBeLessThan(8.5)
  })

  test('from 1.27: it ends in a final phase, and its object goes as soon as its resources are reclaimed', () => {
    expect(deleted('1.34')).toEqual([
      [21, 'Running Ready (terminating) [ready]'],
      [21.101, 'app exits 0'],
      [21.103, 'Succeeded (terminating) [Completed]'],
      [22.603, 'gone'],
    ])
    expect(deleted('1.27')).toEqual(deleted('1.34'))
  })

  test('from 1.27: never before a relist after its end', () => {
    expect(deleted('1.34', { cleanup: 10_000 }).at(-1)).toEqual([21.422, 'gone'])
  })

  test('a container that does not end within the grace period is killed: exit 137, phase Failed', () => {
    expect(only(deleted('1.34', { stop: 99e6 }), 'exits', 'Failed')).toEqual([
      [51.001, 'app exits 137'],
      [51.003, 'Failed (terminating) [Error]'],
    ])
  })

  test('a row of behaviour says how long a container takes to stop', () => {
    const behaviour = [{ select: { all: true } as const, stop: constant(7e6) }]
    const run = convergedRun([{ name: 'a' }], { ...STEADY, fields: { behaviour } })
    const lines = timeline(run)
    terminate(run, 0 as never)
    runFor(run, 30)
    expect(only(lines, 'exits')).toEqual([[7.001, 'app exits 0']])
  })

  test('from 1.29 sidecars end after the app containers', () => {
    const spec = { initContainers: [containerSpec({ name: 'proxy', restartPolicy: 'Always' })] }
    const run = convergedRun([{ name: 'a', spec }], STEADY)
    const lines = timeline(run)
    terminate(run, 0 as never)
    runFor(run, 30)
    expect(only(lines, 'exits')).toEqual([
      [0.101, 'app exits 0'],
      [0.201, 'proxy exits 0'],
    ])
  })

  test('from 1.27 a Pod that still pulls its image is not waited for', () => {
    const run = kubeletRun({ ...STEADY, latency: { ...STEADY.latency, 'image-pull': 60e6 } })
    const lines = timeline(run)
    const pod = bind(run, { name: 'a' })
    runFor(run, 10)
    terminate(run, pod)
    runFor(run, 200)
    expect(only(lines, 'starts', 'gone').map(([at]) => at < 13)).toEqual([true])
  })

  test('with force: its object is gone, its containers still get their grace', () => {
    const run = convergedRun([{ name: 'a' }], { ...STEADY, latency: { ...STEADY.latency, 'container-stop': 4e6 } })
    const lines = timeline(run)
    runFor(run, 10)
    run.world.store.remove(run, podOf(run, 0))
    runFor(run, 30)
    expect(only(lines, 'gone', 'exits')).toEqual([
      [10, 'gone'],
      [14.001, 'app exits 0'],
    ])
    expect(run.world.truth.sandbox(0 as never)).toBeUndefined()
  })

  test('its address can be given to another Pod once its sandbox is gone', () => {
    const run = convergedRun([{ name: 'a' }], STEADY)
    const { network } = run.world
    terminate(run, 0 as never)
    runFor(run, 30)
    const given = Array.from({ length: 253 }, () => network.allocatePodIP(0 as never))
    expect(given).toContain('10.244.0.2')
  })

  test('what a container gets between SIGTERM and SIGKILL', () => {
    expect(graceOf(null, 30, false, 20)).toBe(30)
    expect(graceOf(5, 30, true, 20)).toBe(5)
    expect([graceOf(1, 30, true, 20), graceOf(1, 30, true, 27)]).toEqual([2, 1])
    expect(exitOf(30e6, 30)).toEqual({ time: 30e6, exitCode: 0 })
    expect(exitOf(30e6 + 1, 30)).toEqual({ time: 30e6, exitCode: 137 })
    expect(exitOf(0, 30)).toEqual({ time: 1, exitCode: 0 })
    // A preStop hook uses up the grace, but for two seconds.
    expect(exitOf(5e6, 30, 10)).toEqual({ time: 15e6, exitCode: 0 })
    expect(exitOf(25e6, 30, 10)).toEqual({ time: 30e6, exitCode: 137 })
    expect(exitOf(1e6, 30, 60)).toEqual({ time: 31e6, exitCode: 0 })
    expect(exitOf(5e6, 30, 60)).toEqual({ time: 32e6, exitCode: 137 })
  })
})
