import { expect, test } from 'vitest'
import { type Instant, seconds } from '../../src/kernel/time.ts'
import type { Profile } from '../../src/scenario/profile.ts'
import { machineOf, machineSpec, testRun } from '../support/world.ts'
import { bothSides } from './support.ts'

/** Times at which the control plane saw a heartbeat of one kubelet between t = 0 and `end` [s]; those of the other loop are out of the way. */
function sent(profile: Profile, end: number, kubelet: Record<string, unknown>, phases: Record<string, number>): number[] {
  const run = testRun({
    machines: [machineSpec('n')],
    latency: { heartbeat: 8_000, watch: 5_000 },
    flags: { kubelet },
    phases,
    fields: { profile },
  })
  const machine = machineOf(run, 'n')
  run.world.heartbeats.start(run, machine, run.now)
  const times = new Set<number>()
  for (let time = 0; time <= end; time++) {
    const seen = run.world.heartbeats.seen(machine, seconds(time) as number as Instant)
    if (seen !== null && seen.sent > 0) times.add(seen.sent / 1e6)
  }
  return [...times]
}

const gaps = (times: readonly number[]): number[] => times.slice(1).map((time, i) => time - (times[i] as number))

/** staging/src/k8s.io/component-helpers/apimachinery/lease/controller.go, PR #101652. */
test('Lease renewals keep their rhythm of 10 s up to 1.21, and drift by up to 0.4 s more each from 1.22', () => {
  const phases = { 'kubelet.lease/n': seconds(1), 'kubelet.status/n': seconds(1) }
  const { before, after } = bothSides(22, (profile) => gaps(sent(profile, 200, {}, phases)))
  expect(before.every((gap) => Math.abs(gap - 10.008) < 1e-6)).toBe(true)
  expect(Math.min(...after)).toBeGreaterThan(10.008)
  expect(Math.max(...after)).toBeLessThan(10.409)
  expect(Math.max(...after) - Math.min(...after)).toBeGreaterThan(0.1)
})

/** pkg/kubelet/kubelet.go: syncNodeStatus by JitterUntil, PR #105272. */
test('An unchanged status is posted every 30 rounds of exactly 10 s up to 1.22, and of up to 10.4 s from 1.23', () => {
  const kubelet = { nodeLeaseDurationSeconds: 400_000 }
  const phases = { 'kubelet.lease/n': seconds(1), 'kubelet.status/n': seconds(1) }
  const { before, after } = bothSides(23, (profile) => gaps(sent(profile, 2_000, kubelet, phases)))
  // The posting round alone takes the 8 ms of a call.
  for (const gap of before) expect(gap).toBeCloseTo(300.24, 0)
  expect(new Set(before.map((gap) => gap.toFixed(3))).size).toBe(1)
  expect(new Set(after.map((gap) => gap.toFixed(3))).size).toBe(after.length)
  expect(Math.max(...after)).toBeLessThan(310.5)
})
