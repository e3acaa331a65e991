import { describe, expect, test } from 'vitest'
import { startProcess, stopProcess } from '../../../src/cluster/processes.ts'
import { kubeletsOf } from '../../../src/control/kubelet/state.ts'
import { constant, containerSpec, processOf } from '../../support/world.ts'
import { release } from '../../versions/support.ts'
import { bind, convergedRun, kubeletRun, only, PROBE, podOf, runFor, STEADY, timeline, truthOf } from './support.ts'

/** kuberuntime_manager.go:SyncPod (1.20 … 1.36); kubernetes-semantics §2.4. */
describe('a sync of a Pod', () => {
  test('goes on with the next container when one cannot be started', () => {
    const run = kubeletRun(STEADY)
    const lines = timeline(run)
    const containers = [containerSpec({ name: 'a', image: 'none', imagePullPolicy: 'Never' }), containerSpec({ name: 'b' })]
    bind(run, { name: 'p', spec: { containers } })
    runFor(run, 5)
    expect(only(lines, 'starts').map(([, what]) => what)).toEqual(['b starts'])
    expect(lines.at(-1)?.[1]).toBe('Pending [ErrImageNeverPull, ready]')
  })

  test('ends containers whose liveness probes have failed one after the other, each within its grace period', () => {
    const containers = ['a', 'b'].map((name) => containerSpec({ name, livenessProbe: PROBE }))
    const run = convergedRun([{ name: 'p', spec: { containers } }], {
      ...STEADY,
      latency: { ...STEADY.latency, 'container-stop': 7_000_000 },
    })
    const lines = timeline(run)
    const { sandbox } = truthOf(run, 0)
    for (const container of sandbox.containers) if (container !== undefined) run.world.truth.stopAnswering(run, sandbox, container)
    runFor(run, 100)
    const exits = only(lines, 'exits').slice(0, 2)
    expect((exits[1]?.[0] as number) - (exits[0]?.[0] as number)).toBeGreaterThanOrEqual(7)
  })

  test('a restart keeps Pod, node, sandbox and address; only the count goes up', () => {
    const run = convergedRun([{ name: 'p' }], STEADY)
    const before = podOf(run, 0)
    const { sandbox, container } = truthOf(run, 0)
    run.world.truth.exitContainer(run, sandbox, container, container.name, 1, 'Error')
    runFor(run, 10)
    const after = podOf(run, 0)
    expect([after.id, after.node, after.podIP]).toEqual([before.id, before.node, before.podIP])
    expect(truthOf(run, 0).sandbox.attempt).toBe(sandbox.attempt)
    expect(after.containerStatuses.map(({ restartCount }) => restartCount)).toEqual([1])
  })
})

/** kuberuntime_manager.go:doBackOff (1.20 … 1.36); kubernetes-semantics §2.5. */
describe('the back-off of a container', () => {
  const crashes = (names: readonly string[], exitCode: number): number[] => {
    const behaviour = [{ select: { all: true } as const, container: 'a', run: constant(1e6), exitCode }]
    const run = kubeletRun({ ...STEADY, fields: { behaviour } })
    const lines = timeline(run)
    bind(run, { name: 'p', spec: { containers: names.map((name) => containerSpec({ name })) } })
    runFor(run, 60)
    return only(lines, 'a starts').map(([at]) => at)
  }

  test('grows with every exit, one with code 0 too', () => {
    expect(crashes(['a'], 0)).toEqual(crashes(['a'], 1))
    expect(crashes(['a'], 0).length).toBe(4)
  })

  test('does not touch the other containers of its Pod', () => {
    const behaviour = [{ select: { all: true } as const, container: 'a', run: constant(1e6), exitCode: 1 }]
    const run = kubeletRun({ ...STEADY, fields: { behaviour } })
    bind(run, { name: 'p', spec: { containers: [containerSpec({ name: 'a' }), containerSpec({ name: 'b' })] } })
    runFor(run, 50)
    const lines = timeline(run)
    const { sandbox } = truthOf(run, 0)
    const other = sandbox.containers[1]
    if (other !== undefined) run.world.truth.exitContainer(run, sandbox, other, other.name, 1, 'Error')
    runFor(run, 55)
    expect(only(lines, 'b starts')[0]?.[0]).toBeLessThan(52)
  })

  test('ends with its Pod: another Pod of the same workload begins at once', () => {
    const behaviour = [{ select: { all: true } as const, run: constant(1e6), exitCode: 1 }]
    const run = kubeletRun({ ...STEADY, fields: { behaviour } })
    bind(run, { name: 'p' })
    runFor(run, 100)
    run.world.store.remove(run, podOf(run, 0))
    runFor(run, 110)
    const lines = timeline(run)
    bind(run, { name: 'q' })
    runFor(run, 115)
    const starts = only(lines, 'starts').map(([at]) => at)
    expect(starts).toHaveLength(2)
    expect((starts[1] as number) - (starts[0] as number)).toBeLessThan(3)
  })
})

/** pkg/kubelet/images/image_manager.go: back-offs are in memory (1.20 … 1.36); kubernetes-semantics §2.6. */
test('a kubelet that starts again pulls at once what it had backed off from', () => {
  const run = kubeletRun(STEADY)
  kubeletsOf(run.world).registryOutages = 1
  bind(run, { name: 'p' })
  runFor(run, 100)
  kubeletsOf(run.world).registryOutages = 0
  stopProcess(run, processOf(run, 'kubelet/n'))
  startProcess(run, processOf(run, 'kubelet/n'))
  const lines = timeline(run)
  runFor(run, 300)
  expect(only(lines, 'starts')[0]?.[0]).toBeLessThan(102)
})

/** pkg/kubelet/kubelet_pods.go:HandlePodCleanups; kubernetes-semantics §2.8. */
test('a Pod that only the runtime knows gets its own grace up to 1.21, and one second from 1.22 (seen here from 1.27)', () => {
  const exits = (minor: number) => {
    const options = { ...STEADY, latency: { ...STEADY.latency, 'container-stop': 20_000_000 } }
    const run = convergedRun([{ name: 'p' }], { ...options, fields: { profile: release(minor) } })
    stopProcess(run, processOf(run, 'kubelet/n'))
    run.world.store.remove(run, podOf(run, 0))
    startProcess(run, processOf(run, 'kubelet/n'))
    const lines = timeline(run)
    runFor(run, 60)
    return only(lines, 'exits')
  }
  expect(exits(20)).toEqual([[22, 'app exits 0']])
  expect(exits(27)).toEqual([[3, 'app exits 137']])
})

/** prober/worker.go: a poke resets the ticker (1.36); kubernetes-semantics §2.7. */
test('ticks of a readiness probe keep their phase up to 1.35, and count from the poke that found it ready from 1.36', () => {
  const lostAt = (minor: number): number => {
    const run = kubeletRun({ ...STEADY, fields: { profile: release(minor) } })
    const lines = timeline(run)
    runFor(run, 15)
    bind(run, { name: 'p', spec: { containers: [containerSpec({ readinessProbe: { ...PROBE, failureThreshold: 1 } })] } })
    runFor(run, 30)
    const { sandbox, container } = truthOf(run, 0)
    run.world.truth.stopAnswering(run, sandbox, container)
    runFor(run, 60)
    return (only(lines, 'Running [running]').at(-1)?.[0] as number) - (only(lines, 'Ready')[0]?.[0] as number)
  }
  // A whole number of periods after the poke, and the timeout of 1 s.
  const offset = (time: number): number => Math.abs(((time + 4) % 10) - 5)
  expect(offset(lostAt(36))).toBeLessThan(0.01)
  expect(offset(lostAt(35))).toBeGreaterThan(0.2)
})
