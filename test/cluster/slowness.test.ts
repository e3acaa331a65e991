import { describe, expect, test } from 'vitest'
import { HeartbeatWalk, pauseAfter } from '../../src/cluster/heartbeat-walk.ts'
import { Slowness, type Work, workTime } from '../../src/cluster/slowness.ts'
import { Random } from '../../src/kernel/random.ts'
import { type Instant, seconds } from '../../src/kernel/time.ts'
import { constant, testRun } from '../support/world.ts'

const at = (s: number): Instant => seconds(s) as number as Instant

describe('a program that is slow', () => {
  test.each([
    ['kube-apiserver', ['write', 'read', 'watch']],
    ['etcd', ['write']],
    ['kube-controller-manager', ['sync']],
    ['kube-scheduler', ['cycle']],
  ] as const)('%s slows %j', (program, slowed) => {
    const run = testRun()
    run.world.slowness.begin(run, program, { factor: 3, latency: null })
    const works: readonly Work[] = ['write', 'read', 'watch', 'sync', 'cycle']
    expect(works.filter((work) => run.world.slowness.of(work) !== null)).toEqual(slowed)
  })

  test('multiplies with another, the newest latency in place of the usual one, until each has ended', () => {
    const run = testRun()
    const { slowness } = run.world
    const time = (): number => workTime(run, 'write', 'api-request', 'p', 'e', 1)
    const first = slowness.begin(run, 'etcd', { factor: 3, latency: null })
    const second = slowness.begin(run, 'kube-apiserver', { factor: 1, latency: constant(seconds(2)) })
    expect(time()).toBe(seconds(6))
    slowness.end(run, first)
    expect(time()).toBe(seconds(2))
    slowness.end(run, second)
    expect(time()).toBe(1000)
    expect(slowness.calm).toBe(true)
  })
})

/** component-helpers apimachinery/lease/controller.go (1.20 … 1.36). */
test('a heartbeat that fails is tried five times in a row, then after 0.2, 0.4 … 7 s', () =>
  expect([0, 1, 2, 3, 4, 5, 9, 10, 50].map((failures) => pauseAfter(failures) / 1e6)).toEqual([0, 0, 0, 0, 0.2, 0.4, 6.4, 7, 7]))

describe('renewals while etcd is slow', () => {
  const walk = (slowness: Slowness): HeartbeatWalk => {
    const pace = { period: seconds(10), jitter: 0, report: 0, call: constant(8_000), watch: constant(5_000) }
    return new HeartbeatWalk(pace, new Random('1', 0), 'lease', 'n', at(0), slowness)
  }
  const slow = (from: number, until: number, latency: number): Slowness => {
    const run = testRun()
    const slowness = new Slowness()
    run.runUntil(at(from), 1e6)
    const row = slowness.begin(run, 'etcd', { factor: 1, latency: constant(seconds(latency)) })
    run.runUntil(at(until), 1e6)
    slowness.end(run, row)
    return slowness
  }

  test('are visible later, and the next is a period after the answer', () => {
    const lease = walk(slow(5, 15, 4))
    expect(lease.seen(at(14.01))).toEqual({ sent: at(0), visible: at(0.013) })
    expect(lease.seen(at(14.02))).toEqual({ sent: at(10.008), visible: at(14.013) })
    expect(lease.seen(at(24.03))).toEqual({ sent: at(24.008), visible: at(24.021) })
  })

  test('fail after 10 s when they would take longer, and are tried again at once', () => {
    const lease = walk(slow(5, 35, 12))
    expect(lease.seen(at(40))).toEqual({ sent: at(0), visible: at(0.013) })
    expect(lease.seen(at(40.03))).toEqual({ sent: at(40.008), visible: at(40.021) })
  })
})
