import { describe, expect, test } from 'vitest'
import type { MachineId } from '../../src/cluster/objects.ts'
import { kubeletsOf } from '../../src/control/kubelet/state.ts'
import { reconnectDelay } from '../../src/control/reconnect.ts'
import { bind, only, podOf, runFor, STEADY, terminate } from '../control/kubelet/support.ts'
import { faultAt, faultyRun } from './support.ts'

const N = 0 as MachineId
const cut = (at: number, lasts: number) => faultAt('node-partition', at, { lasts })

describe('a machine is cut off', () => {
  test('its Pods run on and serve nobody; heartbeats stop, and come back within 10 s of the end', () => {
    const { run, lines } = faultyRun([{ name: 'a' }], [cut(10, 60)])
    runFor(run, 69)
    expect(run.world.heartbeats.running(N)).toBe(false)
    runFor(run, 80.1)
    expect(run.world.heartbeats.running(N)).toBe(true)
    expect(lines).toEqual([
      [10, 'node-partition begins'],
      [10, 'serves no more'],
      [70, 'node-partition ends'],
      [70, 'serves'],
    ])
  })

  test('its kubelet restarts containers, but says so only when it reaches the API again', () => {
    const crash = faultAt('container-crash', 20, { parameters: { 'exit-code': 1 } })
    const { run, lines } = faultyRun([{ name: 'a' }], [cut(10, 60), crash])
    runFor(run, 70)
    expect(only(lines, 'exits', 'starts', '[')).toEqual([
      [20, 'app exits 1'],
      [20.5, 'app starts'],
    ])
    runFor(run, 100)
    expect(podOf(run, 0).containerStatuses[0]?.restartCount).toBe(1)
    expect(only(lines, '[')[0]?.[0]).toBeGreaterThan(70)
    expect(only(lines, '[')[0]?.[0]).toBeLessThan(80.1)
  })

  test('a Pod deleted meanwhile ends when its kubelet hears of it, a Pod bound meanwhile starts then', () => {
    const { run, lines } = faultyRun([{ name: 'a' }], [cut(10, 60)])
    runFor(run, 20)
    terminate(run, 0 as never)
    bind(run, { name: 'b' })
    runFor(run, 70)
    expect(only(lines, 'exits', 'starts')).toEqual([])
    runFor(run, 180)
    const [exit, start] = ['exits', 'starts'].map((word) => only(lines, word)[0]?.[0] as number) as [number, number]
    // The reflector's waits are 0.8, 1.6, 3.2 … 30 s, each up to doubled.
    expect(exit).toBeGreaterThan(70)
    expect(exit).toBeLessThan(130.5)
    expect(start).toBeGreaterThan(exit)
    expect(run.world.store.pods.get(0 as never)).toBeUndefined()
  })

  /** A process that was stopped (SIGSTOP) goes on with its timers due and its connections whole: observations README. */
  test('where its connections last, all that has waited follows at once: lease, Node status, what its watches have missed', () => {
    const flags = { kubelet: { 'keeps-connections-when-cut': true } }
    const { run, lines } = faultyRun([{ name: 'a' }], [cut(12, 60)], { flags, phases: { ...STEADY.phases, 'kubelet.lease': 0 } })
    runFor(run, 20)
    terminate(run, 0 as never)
    runFor(run, 71.9)
    expect(run.world.heartbeats.running(N)).toBe(false)
    runFor(run, 72.5)
    expect(run.world.heartbeats.running(N)).toBe(true)
    expect(only(lines, 'exits')).toEqual([[72.100002, 'app exits 0']])
  })

  /** wait.Until sets its timer again when a relist has ended (pkg/kubelet/pleg/generic.go:Start): one that was due is made at once, the next a period later. */
  test('and its relists count from the end of the cut: what its watches had missed is seen by the next one', () => {
    const flags = { kubelet: { 'keeps-connections-when-cut': true } }
    const { run, lines } = faultyRun([{ name: 'a' }], [cut(12, 60)], { flags, profile: '1.20' })
    runFor(run, 20)
    terminate(run, 0 as never)
    runFor(run, 75)
    // The relist of 72.00 s has ended at 72.02, the container at 72.10; the next relist ends at 72.02 + 1.02 s.
    expect(only(lines, 'exits', '[Completed]').map(([time, what]) => [Math.round(time * 100) / 100, what.replace(/.*\[/, '[')])).toEqual([
      [72.1, 'app exits 0'],
      [73.04, '[Completed]'],
    ])
  })

  test('a cut shorter than a period of relists does not move them', () => {
    const flags = { kubelet: { 'keeps-connections-when-cut': true } }
    const { run } = faultyRun([{ name: 'a' }], [cut(12.3, 0.5)], { flags })
    runFor(run, 12.9)
    expect(kubeletsOf(run.world).relist.next(N, run.now)).toBe(13_260_000)
  })

  test('and a cut that is shorter than the way to its next renewal does not move that', () => {
    const flags = { kubelet: { 'keeps-connections-when-cut': true } }
    const { run } = faultyRun([{ name: 'a' }], [cut(12, 5)], { flags, profile: '1.20', phases: { ...STEADY.phases, 'kubelet.lease': 0 } })
    runFor(run, 18)
    expect(run.world.heartbeats.nextRenewal(run, N) / 1e6).toBeCloseTo(20, 1)
  })

  test('images cannot be pulled', () => {
    const { run, lines } = faultyRun([{ name: 'a' }], [cut(9.95, 60)])
    runFor(run, 9.8)
    bind(run, { name: 'b', spec: { containers: [{ ...podOf(run, 0).spec.containers[0], image: 'other:v1' } as never] } })
    runFor(run, 70)
    expect(only(lines, 'starts')).toEqual([])
    runFor(run, 300)
    expect(only(lines, 'starts')).toHaveLength(1)
  })

  test('two cuts that overlap end with the later one', () => {
    const { run, lines } = faultyRun([{ name: 'a' }], [cut(10, 20), { ...cut(20, 60), name: 'other' }])
    runFor(run, 120)
    expect(only(lines, 'serves')).toEqual([
      [10, 'serves no more'],
      [80, 'serves'],
    ])
  })

  test('a kubelet that starts behind the cut waits for its end', () => {
    const { run, lines } = faultyRun([{ name: 'a' }], [cut(10, 60), faultAt('node-reboot', 20)])
    runFor(run, 120)
    expect(only(lines, 'exits', 'starts')).toEqual([
      [20, 'app exits 137'],
      [70.4, 'app starts'],
    ])
  })
})

/** Back-off of reflectors: kubernetes-semantics §0.1. Attempts without jitter after 0.8, 2.4, 5.6, 12, 24.8, 50.4, 80.4, 110.4 … s. */
test.each([
  [0, 0, 0.8],
  [1, 0, 1.4],
  [2.5, 0, 3.1],
  [60, 0, 20.4],
  [100, 0, 10.4],
  [60, 1, 40.8],
])('after %d s with jitter %d a reflector tries again %d s after the end', (outage, jitter, delay) => {
  expect(reconnectDelay(outage * 1e6, () => jitter)).toBe(Math.round(delay * 1e6))
})
