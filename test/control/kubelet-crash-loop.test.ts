import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import type { ProfileName } from '../../src/scenario/profile.ts'
import { constant } from '../support/world.ts'
import { bind, type KubeletRun, kubeletRun, runFor, timeline } from './kubelet/support.ts'

/**
 * Container stopped → container started again, for restart 1 … 10 of 6 Pods in 3 repetitions of case p07 on a real v1.20.2 control plane
 * with hollow nodes, whose containers start at once and were stopped 1.0 s after every start. From the `cri` rows of rep-1 … rep-3.csv; 180
 * restarts.
 */
function observed(): Map<number, number[]> {
  const delays = new Map<number, number[]>()
  const [, ...rows] = readFileSync(new URL('../validation/p07.csv', import.meta.url), 'utf8')
    .trim()
    .split('\n')
  for (const row of rows) {
    const [, , restart, delay] = row.split(',')
    const list = delays.get(Number(restart)) ?? []
    delays.set(Number(restart), [...list, Number(delay)])
  }
  return delays
}

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length

function standardError(values: readonly number[]): number {
  const centre = mean(values)
  const variance = values.reduce((sum, value) => sum + (value - centre) ** 2, 0) / (values.length - 1)
  return Math.sqrt(variance / values.length)
}

/**
 * Exit → restart [s] by restart number, of Pods whose container ends 1 s after every start, on a machine where everything else is instant.
 */
function simulated(
  profile: ProfileName,
  restarts: number,
  replications: number,
  kubelet: Record<string, unknown> = {},
): Map<number, number[]> {
  const delays = new Map<number, number[]>()
  for (let replication = 0; replication < replications; replication++) {
    const run = crashLoop(profile, replication, kubelet)
    const exits = new Map<number, number>()
    run.world.observers.add({
      container(at, pod, _name, event) {
        if (event === 'exited') exits.set(pod, at.now)
        const exited = exits.get(pod)
        if (event !== 'started' || exited === undefined) return
        const restart = run.world.truth.sandbox(pod)?.containers[0]?.attempt ?? 0
        delays.set(restart, [...(delays.get(restart) ?? []), (at.now - exited) / 1e6])
      },
    })
    for (const name of ['a', 'b', 'c']) bind(run, { name })
    runFor(run, 2400)
  }
  for (const restart of delays.keys()) if (restart > restarts) delays.delete(restart)
  return delays
}

function crashLoop(profile: ProfileName, replication: number, kubelet: Record<string, unknown>): KubeletRun {
  return kubeletRun({
    profile,
    replication,
    flags: { kubelet },
    latency: { 'container-start': 1, sandbox: 1, 'pleg-relist': 20_000, 'image-pull': 1 },
    fields: { behaviour: [{ select: { all: true }, run: constant(1e6), exitCode: 1 }] },
  })
}

describe('CrashLoopBackOff', () => {
  test('the delays of 180 recorded restarts on 1.20.2 are reproduced, restart by restart', () => {
    const real = observed()
    const model = simulated('1.20.2', 10, process.env.RECONVERGE_FULL === '1' ? 200 : 40)
    for (const [restart, delays] of real) {
      const tolerance = Math.max(0.5, 3 * standardError(delays))
      expect.soft(Math.abs(mean(model.get(restart) ?? []) - mean(delays)), `restart ${restart}`).toBeLessThan(tolerance)
    }
    expect([...real.values()].flat()).toHaveLength(180)
  })

  const means = (profile: ProfileName, kubelet: Record<string, unknown> = {}): number[] =>
    [...simulated(profile, 8, 40, kubelet)].sort(([a], [b]) => a - b).map(([, delays]) => mean(delays))

  /** kubernetes-semantics §2.5: a Monte-Carlo of the same rules, written down before this model. */
  test.each([
    ['1.34', [0.6, 13.6, 26.6, 46.8, 87.0, 166.8, 306.6, 306.6]],
    ['1.35', [0.6, 12.8, 25.3, 50.3, 83.9, 164.8, 308.1, 308.1]],
  ] as const)('in %s each delay is on average what the published table says', (profile, expected) => {
    means(profile).forEach((delay, index) => {
      expect.soft(Math.abs(delay - (expected[index] as number)), `restart ${index + 1}`).toBeLessThan(index < 3 ? 0.8 : 2)
    })
  })

  test('from 1.33 the gate ReduceDefaultCrashLoopBackOffDecay begins with 1 s and ends with 60 s', () => {
    const reduced = means('1.34', { ReduceDefaultCrashLoopBackOffDecay: true })
    expect(reduced[1]).toBeLessThan(2.1)
    expect(reduced[7]).toBeGreaterThan(60)
    expect(reduced[7]).toBeLessThan(77)
    expect(means('1.32', { ReduceDefaultCrashLoopBackOffDecay: true })).toEqual(means('1.32'))
  })

  test('from 1.32 crashLoopBackOff.maxContainerRestartPeriod bounds the delays', () => {
    const bounded = means('1.35', { 'crashLoopBackOff.maxContainerRestartPeriod': 5_000_000 })
    for (const delay of bounded.slice(1)) {
      expect(delay).toBeGreaterThan(5)
      expect(delay).toBeLessThan(8.6)
    }
  })

  test('a container that has run for more than ten minutes starts again at once', () => {
    const run = kubeletRun({
      latency: { 'container-start': 1, sandbox: 1, 'pleg-relist': 20_000, 'image-pull': 1 },
      fields: { behaviour: [{ select: { all: true }, run: constant(601e6), exitCode: 1 }] },
    })
    const exits: number[] = []
    run.world.observers.add({
      container(at, _pod, _name, event) {
        if (event === 'exited') exits.push(at.now / 1e6)
        else if (exits.length > 0) expect(at.now / 1e6 - (exits.at(-1) as number)).toBeLessThan(1.1)
      },
    })
    bind(run, { name: 'a' })
    runFor(run, 7000)
    expect(exits.length).toBe(11)
  })

  test('shows as terminated until a sync after the first that found it in back-off', () => {
    const run = crashLoop('1.20.2', 0, {})
    const lines = timeline(run)
    bind(run, { name: 'a' })
    runFor(run, 40)
    expect(
      lines
        .map(([, what]) => what)
        .filter((what) => what.includes('['))
        .slice(0, 7),
    ).toEqual([
      'Pending []',
      'Pending [ContainerCreating]',
      'Running Ready [ready]',
      'Running [Error]',
      'Running Ready [ready x1]',
      'Running [Error x1]',
      'Running [CrashLoopBackOff x1]',
    ])
  })
})
