import { describe, expect, test } from 'vitest'
import { HeartbeatWalk, type Pace } from '../../src/cluster/heartbeat-walk.ts'
import type { Heartbeat } from '../../src/cluster/heartbeats.ts'
import type { MachineId } from '../../src/cluster/objects.ts'
import { Slowness } from '../../src/cluster/slowness.ts'
import type { Elision } from '../../src/kernel/loop.ts'
import { Random } from '../../src/kernel/random.ts'
import { type Instant, seconds } from '../../src/kernel/time.ts'
import type { ProfileName } from '../../src/scenario/profile.ts'
import { at, until } from '../support/outage.ts'
import { constant, machineOf, machineSpec, type TestScenario, testRun } from '../support/world.ts'

const s = (time: number): Instant => Math.round(time * 1e6) as Instant
const pace = (fields: Partial<Pace> = {}): Pace => ({
  period: seconds(10),
  jitter: 0,
  report: 0,
  call: constant(8_000),
  watch: constant(5_000),
  ...fields,
})
const walk = (fields: Partial<Pace> = {}): HeartbeatWalk =>
  new HeartbeatWalk(pace(fields), new Random('1', 0), 'lease', 'n', s(0), new Slowness())

describe('the walk of one heartbeat loop', () => {
  test('a heartbeat is sent a period after the end of the call before, and seen after its call and the watch', () => {
    const lease = walk()
    expect(lease.seen(s(0.012_999))).toBeNull()
    expect(lease.seen(s(0.013))).toEqual({ sent: s(0), visible: s(0.013) })
    expect(lease.seen(s(10.020_999))).toEqual({ sent: s(0), visible: s(0.013) })
    expect(lease.seen(s(10.021))).toEqual({ sent: s(10.008), visible: s(10.021) })
    expect(lease.seen(s(100))).toEqual({ sent: s(90.072), visible: s(90.085) })
  })

  test('gaps are stretched by up to the jitter', () => {
    const lease = walk({ jitter: 0.04 })
    const gaps: number[] = []
    let last = 0
    for (let i = 0; i < 200; i++) {
      lease.advance(lease.next)
      gaps.push(lease.next - last)
      last = lease.next
    }
    expect(Math.min(...gaps)).toBeGreaterThanOrEqual(s(10.008))
    expect(Math.max(...gaps)).toBeLessThanOrEqual(s(10.408))
    expect(gaps.reduce((sum, gap) => sum + gap, 0) / gaps.length / 1e6).toBeCloseTo(10.208, 1)
  })

  test('an unchanged status is posted by the first firing five minutes after the post before', () => {
    const status = walk({ report: seconds(300) })
    expect(status.seen(s(300))).toEqual({ sent: s(0), visible: s(0.013) })
    expect(status.seen(s(310))).toEqual({ sent: s(300.24), visible: s(300.253) })
  })

  test('what was sent before the loop ends still arrives, and nothing after', () => {
    const lease = walk()
    lease.end = s(10.008)
    expect(lease.seen(s(1_000))).toEqual({ sent: s(10.008), visible: s(10.021) })
  })
})

interface Cluster extends TestScenario {
  readonly elision?: Elision
}

const cluster = (profile: ProfileName, options: Cluster = {}) => {
  const run = testRun({ profile, machines: [machineSpec('n')], latency: { heartbeat: 8_000, watch: 5_000 }, ...options })
  const machine: MachineId = machineOf(run, 'n')
  run.world.heartbeats.start(run, machine, run.now)
  return { run, machine, heartbeats: run.world.heartbeats }
}

describe('heartbeats of a kubelet', () => {
  test('phases say exactly how long ago the last renewal and the last status post were', () => {
    const { heartbeats, machine } = cluster('1.20', { phases: { 'kubelet.lease/n': seconds(9.804), 'kubelet.status/n': seconds(100) } })
    expect(heartbeats.seen(machine, s(0))?.sent).toBe(s(-9.804))
    expect(heartbeats.seen(machine, s(0.217))?.sent).toBe(s(0.204))
    expect(heartbeats.seen(machine, s(200.4))?.sent).not.toBe(s(200.24))
  })

  test('a status post counts like a renewal', () => {
    const { heartbeats, machine } = cluster('1.20', { phases: { 'kubelet.lease/n': seconds(5), 'kubelet.status/n': seconds(299) } })
    // 30 firings of 10.008 s after the post 299 s ago
    expect(heartbeats.seen(machine, s(1.3))).toEqual({ sent: s(1.24), visible: s(1.253) })
  })

  test('a kubelet that has run for long was seen before t = 0, whatever its phase', () => {
    for (let replication = 0; replication < 20; replication++) {
      const { run, machine } = cluster('1.34', { fields: { seed: `${replication}` } })
      const seen = run.world.heartbeats.seen(machine, s(0)) as Heartbeat
      expect(seen.sent).toBeGreaterThan(s(-21))
      expect(seen.visible).toBeLessThanOrEqual(0)
    }
  })

  test('a stopped kubelet is settled again once a heartbeat of its new start is seen', () => {
    const { run, machine, heartbeats } = cluster('1.20', { phases: { 'kubelet.lease/n': seconds(1), 'kubelet.status/n': seconds(1) } })
    const told: number[] = []
    heartbeats.suspects.push((now) => told.push(now.now / 1e6))
    at(run, 20, (now) => heartbeats.stop(now, machine))
    at(run, 50, (now) => heartbeats.start(now, machine, now.now))
    until(run, 60)
    expect(told).toEqual([20, 50])
    expect(heartbeats.running(machine)).toBe(true)
    expect(heartbeats.seen(machine, s(50.012))?.sent).toBe(s(19.016))
    expect(heartbeats.settled(machine, s(50.012))).toBe(false)
    expect(heartbeats.settled(machine, s(50.013))).toBe(true)
  })

  test('the first report after a restart is displaced by up to half a period from 1.34 (PR #130919)', () => {
    const second = (profile: ProfileName, seed: string): number => {
      const { run, machine, heartbeats } = cluster(profile, {
        fields: { seed },
        latency: { heartbeat: 1, watch: 1 },
        flags: { kubelet: { nodeLeaseDurationSeconds: 40_000 } },
      })
      at(run, 1, (now) => heartbeats.stop(now, machine))
      at(run, 10, (now) => heartbeats.start(now, machine, now.now))
      until(run, 20)
      for (let time = 20; ; time++) {
        const seen = heartbeats.seen(machine, s(time)) as Heartbeat
        if (seen.sent > s(11)) return (seen.sent - s(10)) / 1e6
      }
    }
    const seeds = Array.from({ length: 30 }, (_, i) => `${i}`)
    for (const seed of seeds) expect(second('1.33', seed)).toBeGreaterThanOrEqual(300)
    const displaced = seeds.map((seed) => second('1.34', seed))
    expect(Math.min(...displaced)).toBeGreaterThanOrEqual(150)
    expect(Math.min(...displaced)).toBeLessThan(200)
    expect(Math.max(...displaced)).toBeGreaterThan(400)
    expect(Math.max(...displaced)).toBeLessThanOrEqual(460.5)
  })

  test.each(['1.20', '1.27', '1.34'] as const)('heartbeats of %s are seen alike whether they are events or computed', (profile) => {
    const seen = (elision: Elision): (Heartbeat | null)[] => {
      const { run, machine, heartbeats } = cluster(profile, { elision, fields: { seed: profile } })
      const answers: (Heartbeat | null)[] = []
      for (const time of [35, 35, 80, 1_000]) at(run, time, (now) => answers.push(heartbeats.seen(machine, now.now)))
      at(run, 90, (now) => heartbeats.stop(now, machine))
      at(run, 400.5, (now) => heartbeats.start(now, machine, now.now))
      until(run, 1_000)
      return answers
    }
    expect(seen('elided')).toEqual(seen('unelided'))
  })

  test('healthy kubelets cost no events', () => {
    const { run } = cluster('1.34')
    until(run, 3_600)
    expect(run.handled).toBe(0)
  })
})
