import { describe, expect, test } from 'vitest'
import { startProcess, stopProcess } from '../../../src/cluster/processes.ts'
import { constant, containerSpec, processOf } from '../../support/world.ts'
import { bind, convergedRun, kubeletRun, only, PROBE, podOf, runFor, STEADY, terminate, timeline, truthOf } from './support.ts'

/** pod_workers.go:managePodLoop, container/cache.go:GetNewerThan (1.20 … 1.36). Relists end at 1.02, 2.04, 3.06 … s. */
describe('the worker of a Pod', () => {
  test('a worker that has just synced waits for the next relist', () => {
    const run = convergedRun([{ name: 'a' }], STEADY)
    const lines = timeline(run)
    const crash = (): void => {
      const { sandbox, container } = truthOf(run, 0)
      run.world.truth.exitContainer(run, sandbox, container, 'app', 1, 'Error')
    }
    runFor(run, 10)
    crash()
    runFor(run, 10.25)
    // The sync of 10.20 starts the container at 10.30; the order to end comes while it does, and waits for the relist that ends at 11.22.
    terminate(run, 0 as never)
    runFor(run, 20)
    expect(only(lines, 'starts', 'exits')).toEqual([
      [10, 'app exits 1'],
      [10.3, 'app starts'],
      [11.32, 'app exits 0'],
    ])
  })

  test('a relist that finds the worker waiting lets it look twice, a relist apart', () => {
    const behaviour = [{ select: { all: true } as const, run: constant(50_000), exitCode: 1 }]
    const run = kubeletRun({
      ...STEADY,
      profile: '1.20.2',
      latency: { ...STEADY.latency, 'container-start': 1_500_000 },
      fields: { behaviour },
    })
    const lines = timeline(run)
    bind(run, { name: 'a' })
    runFor(run, 8)
    // The relist of 1.02 sees the sandbox while the first sync is under way, so that the worker waits when that ends.
    expect(only(lines, 'starts', 'exits', 'backoff')).toEqual([
      [1.701, 'app starts'],
      [1.751, 'app exits 1'],
      [3.54, 'app starts'],
      [3.59, 'app exits 1'],
      [4.08, 'waits: backoff'],
      [5.1, 'waits: backoff'],
    ])
  })
})

/** kubelet.go:HandlePodAdditions (1.20 … 1.36). */
test('a kubelet that starts admits the oldest Pod first, and refuses what does not fit any more', () => {
  const run = kubeletRun({ ...STEADY, flags: { kubelet: { maxPods: 1 } } })
  stopProcess(run, processOf(run, 'kubelet/n'))
  bind(run, { name: 'z' })
  runFor(run, 1)
  bind(run, { name: 'a' })
  startProcess(run, processOf(run, 'kubelet/n'))
  runFor(run, 10)
  expect([podOf(run, 0), podOf(run, 1)].map(({ name, phase, reason }) => [name, phase, reason])).toEqual([
    ['z', 'Running', ''],
    ['a', 'Failed', 'OutOfpods'],
  ])
})

/** prober/worker.go:run (1.20 … 1.36): only a kubelet that has just started spreads its probes from 1.22 on. */
test('a kubelet that has just started begins its probes at random, from 1.22 as in 1.20', () => {
  const phases = (restart: boolean) =>
    Array.from({ length: 12 }, (_, replication) => {
      const run = kubeletRun({ ...STEADY, replication })
      runFor(run, 100)
      if (restart) {
        stopProcess(run, processOf(run, 'kubelet/n'))
        startProcess(run, processOf(run, 'kubelet/n'))
      }
      const lines = timeline(run)
      bind(run, { name: 'a', spec: { containers: [containerSpec({ readinessProbe: PROBE })] } })
      runFor(run, 120)
      return Math.round((only(lines, 'Running Ready')[0]?.[0] as number) - 100)
    })
  expect(new Set(phases(false))).toEqual(new Set([1]))
  expect(Math.max(...phases(true)) - Math.min(...phases(true))).toBeGreaterThan(5)
})

/** kuberuntime_container.go:killContainersWithSyncResult (1.20 … 1.36). */
test.each(['1.20.2', '1.34'] as const)('containers of a deleted Pod end side by side (%s)', (profile) => {
  const containers = [containerSpec({ name: 'a' }), containerSpec({ name: 'b' })]
  const behaviour = [
    { select: { all: true } as const, container: 'a', stop: constant(5e6) },
    { select: { all: true } as const, container: 'b', stop: constant(3e6) },
  ]
  const run = convergedRun([{ name: 'p', spec: { containers } }], { ...STEADY, profile, fields: { behaviour } })
  const lines = timeline(run)
  runFor(run, 10)
  terminate(run, 0 as never)
  runFor(run, 30)
  expect(only(lines, 'exits')).toEqual([
    [13.001, 'b exits 0'],
    [15.001, 'a exits 0'],
  ])
})
