import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import type { ProfileName } from '../../src/scenario/profile.ts'
import { constant } from '../support/world.ts'
import { bind, type KubeletRun, kubeletRun, runFor } from './kubelet/support.ts'

/**
 * Container stopped → container started again, for restart 1 … 10 of 6 Pods in 3 repetitions of case p07 on a real v1.20.2 control plane with hollow nodes, whose containers
 * start at once and were stopped 1.0 s after every start. From the `cri` rows of rep-1 … rep-3.csv; 180 restarts.
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

/** Exit → restart [s] by restart number, of Pods whose container ends 1 s after every start, on a machine where everything else is instant. */
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
})
