import { describe, expect, test } from 'vitest'
import type { Node, Pod } from '../../src/cluster/objects.ts'
import { startProcess, stopProcess } from '../../src/cluster/processes.ts'
import type { ProfileName } from '../../src/scenario/profile.ts'
import { constant, containerSpec, machineSpec, processOf } from '../support/world.ts'
import { bind, convergedRun, kubeletRun, only, PROBE, podOf, runFor, STEADY, terminate, timeline, truthOf } from './kubelet/support.ts'

const N = 0 as never

describe('a Pod starts', () => {
  test('sandbox, pull and container take their time; the API hears of it after the next relist', () => {
    const run = kubeletRun(STEADY)
    const lines = timeline(run)
    const pod = bind(run, { name: 'a' })
    runFor(run, 30)
    expect(lines).toEqual([
      [0, 'Pending []'],
      [0.001, 'waits: start'],
      [0.003, 'Pending [ContainerCreating]'],
      [0.101, 'waits: pull'],
      [0.201, 'waits: start'],
      [0.301, 'app starts'],
      [0.301, 'serves'],
      [0.301, 'waits: ready'],
      [1.02, 'waits: settle'],
      [1.022, 'Running Ready [ready]'],
    ])
    expect(podOf(run, pod).podIP).toBe('10.244.0.2')
  })

  test('from 1.36 the sync asks for a relist of its Pod, so that the API hears at once', () => {
    const run = kubeletRun({ ...STEADY, profile: '1.36' })
    const lines = timeline(run)
    bind(run, { name: 'a' })
    runFor(run, 30)
    expect(only(lines, 'Ready')).toEqual([[0.323001, 'Running Ready [ready]']])
  })

  test('volumes that must be fetched come before the sandbox', () => {
    const run = kubeletRun(STEADY)
    const lines = timeline(run)
    bind(run, { name: 'a', spec: { volumes: [{ name: 'token', kind: 'projected' }] } })
    runFor(run, 30)
    expect(only(lines, 'starts')).toEqual([[0.401, 'app starts']])
  })

  test('init containers run one at a time, each seen by a relist; then app containers start one after the other', () => {
    const behaviour = [{ select: { all: true } as const, container: 'init', run: constant(500_000) }]
    const run = kubeletRun({ ...STEADY, fields: { behaviour } })
    const lines = timeline(run)
    const containers = [containerSpec({ name: 'a' }), containerSpec({ name: 'b' })]
    bind(run, { name: 'a', spec: { initContainers: [containerSpec({ name: 'init' })], containers } })
    runFor(run, 30)
    expect(only(lines, 'starts', 'exits', 'noticed', '[')).toEqual([
      [0, 'Pending []'],
      [0.003, 'Pending [PodInitializing, PodInitializing, PodInitializing]'],
      [0.301, 'init starts'],
      [0.801, 'init exits 0'],
      [1.02, 'noticed'],
      [1.022, 'Pending [Completed, ContainerCreating, ContainerCreating]'],
      [1.12, 'a starts'],
      [1.22, 'b starts'],
      [2.042, 'Running Ready [Completed, ready, ready]'],
    ])
  })

  test('an init container of which no behaviour row speaks ends by itself; a sidecar does not', () => {
    const run = kubeletRun({ ...STEADY, profile: '1.32' })
    const lines = timeline(run)
    const initContainers = [containerSpec({ name: 'init' }), containerSpec({ name: 'proxy', restartPolicy: 'Always' })]
    const pod = bind(run, { name: 'a', spec: { initContainers } })
    runFor(run, 600)
    expect(only(lines, 'exits').map(([, line]) => line)).toEqual(['init exits 0'])
    expect(podOf(run, pod).phase).toBe('Running')
  })

  test('before 1.27 five calls a second hold back the statuses of thirty Pods; from 1.27 they do not', () => {
    const lastReady = (profile: '1.20' | '1.27'): number => {
      const run = kubeletRun({ ...STEADY, profile })
      const lines = timeline(run)
      for (let i = 0; i < 30; i++) bind(run, { name: `p${i}` })
      runFor(run, 100)
      expect(only(lines, 'starts').at(-1)?.[0]).toBeLessThan(3.3)
      return only(lines, 'Ready').at(-1)?.[0] as number
    }
    // 30 Pods · 2 statuses · (GET + PATCH) = 120 calls, 10 of them at once, then 5/s, the PATCH itself excluded: (120 − 10) / 5 = 22 s and later.
    expect(lastReady('1.20')).toBeGreaterThan(20)
    expect(lastReady('1.27')).toBeLessThan(5)
  })

  test('a Pod that does not fit is refused for good', () => {
    const run = convergedRun([{ name: 'a', spec: { containers: [containerSpec({ requests: { cpu: 3900 } })] } }], STEADY)
    const lines = timeline(run)
    bind(run, { name: 'b', spec: { containers: [containerSpec({ requests: { cpu: 200 } })] } })
    runFor(run, 60)
    expect(lines).toEqual([
      [0, 'Pending []'],
      [0.003, 'Failed OutOfcpu []'],
    ])
  })

  test('a container of a Job ends, and its Pod with it', () => {
    const behaviour = [{ select: { all: true } as const, run: constant(3e6) }]
    const run = kubeletRun({ ...STEADY, fields: { behaviour } })
    const lines = timeline(run)
    bind(run, { name: 'a', spec: { restartPolicy: 'Never' } })
    runFor(run, 60)
    expect(only(lines, 'exits', 'Succeeded')).toEqual([
      [3.301, 'app exits 0'],
      [4.082, 'Succeeded [Completed]'],
    ])
    expect(run.world.truth.sandbox(0 as never)).toBeUndefined()
  })

  /** pkg/kubelet/active_deadline.go; status_manager.go:mergePodStatus holds the phase back (≥ 1.24). */
  test.each([
    [
      '1.20',
      [
        [6.002, 'Failed DeadlineExceeded [ready]'],
        [6.1, 'app exits 0'],
        [7.142, 'Failed DeadlineExceeded [Completed]'],
      ],
    ],
    [
      '1.34',
      [
        [6.1, 'app exits 0'],
        [6.102, 'Failed DeadlineExceeded [Completed]'],
      ],
    ],
  ] as const)(
    'a Pod past its activeDeadlineSeconds is ended at the next tick of the sync loop; by %s it shows so at once, or when it has stopped',
    (profile, expected) => {
      const run = kubeletRun({ ...STEADY, profile })
      const lines = timeline(run)
      bind(run, { name: 'a', spec: { activeDeadlineSeconds: 5 } })
      runFor(run, 60)
      expect(only(lines, 'exits', 'Failed')).toEqual(expected)
    },
  )
})

describe('a container dies', () => {
  test('it is noticed by the next relist and started again at once, in its sandbox', () => {
    const run = convergedRun([{ name: 'a' }], STEADY)
    const lines = timeline(run)
    runFor(run, 10)
    const { sandbox, container } = truthOf(run, 0)
    run.world.truth.exitContainer(run, sandbox, container, 'app', 1, 'Error')
    const ip = podOf(run, 0).podIP
    runFor(run, 30)
    expect(lines).toEqual([
      [10, 'app exits 1'],
      [10, 'serves no more'],
      [10.2, 'noticed'],
      [10.2, 'waits: start'],
      [10.202, 'Running [Error]'],
      [10.3, 'app starts'],
      [10.3, 'serves'],
      [10.3, 'waits: ready'],
      [11.22, 'waits: settle'],
      [11.222, 'Running Ready [ready x1]'],
    ])
    expect(podOf(run, 0).podIP).toBe(ip)
  })

  /** kuberuntime_manager.go:SyncPod, killPodWithSyncResult; pleg/generic.go:getPodIPs (1.20 … 1.36). */
  test.each(['1.20.2', '1.34'] as const)(
    'its pause container dies: its containers end within their grace period, then the whole Pod starts anew in another sandbox with another address (%s)',
    (profile) => {
      const containers = [containerSpec({ name: 'a' }), containerSpec({ name: 'b' })]
      const behaviour = [{ select: { all: true }, container: 'b', stop: constant(3e6) }] as const
      const run = convergedRun([{ name: 'a', spec: { containers } }], { ...STEADY, profile, fields: { behaviour } })
      const lines = timeline(run)
      const addresses: string[] = []
      run.world.observers.add({ changed: (_, { after }) => addresses.push((after as Pod).podIP) })
      runFor(run, 10)
      run.world.truth.killPause(run, truthOf(run, 0).sandbox)
      runFor(run, 30)
      expect(only(lines, 'exits', 'starts', '[', 'serves')).toEqual([
        [10, 'serves no more'],
        [10.3, 'a exits 0'],
        [13.2, 'b exits 0'],
        [13.4, 'a starts'],
        [13.5, 'b starts'],
        [13.5, 'serves'],
        [14.282, 'Running Ready [ready x1, ready x1]'],
      ])
      expect(addresses).toEqual(['10.244.0.3'])
      expect(truthOf(run, 0).sandbox.attempt).toBe(1)
    },
  )

  test('its pause container dies, and what ended it was no crash: the next one still has no back-off to wait for', () => {
    const run = convergedRun([{ name: 'a' }], STEADY)
    const lines = timeline(run)
    runFor(run, 10)
    run.world.truth.killPause(run, truthOf(run, 0).sandbox)
    runFor(run, 20)
    const { sandbox, container } = truthOf(run, 0)
    run.world.truth.exitContainer(run, sandbox, container, 'app', 1, 'Error')
    runFor(run, 30)
    expect(only(lines, 'app')).toEqual([
      [10.3, 'app exits 0'],
      [10.5, 'app starts'],
      [20, 'app exits 1'],
      [20.5, 'app starts'],
    ])
  })
})

describe('a machine reboots', () => {
  const reboot = (kubelet: Record<string, unknown>, profile: ProfileName = '1.34') => {
    const run = convergedRun([{ name: 'a' }], { ...STEADY, profile, flags: { kubelet } })
    const lines = timeline(run)
    runFor(run, 10)
    run.world.truth.powerOff(run, N)
    runFor(run, 20)
    run.world.truth.powerOn(run, N)
    runFor(run, 60)
    return { run, lines }
  }

  test('its Pods start in place: another sandbox and address, one restart more, no back-off', () => {
    const { run, lines } = reboot({})
    // Boot 0.1 s, kubelet 0.1 s, first relist 20 ms.
    expect(lines).toEqual([
      [10, 'app exits 137'],
      [10, 'serves no more'],
      [20.22, 'noticed'],
      [20.3, 'waits: start'],
      [20.302, 'Running [Error]'],
      [20.4, 'waits: start'],
      [20.5, 'app starts'],
      [20.5, 'serves'],
      [20.5, 'waits: ready'],
      [21.24, 'waits: settle'],
      [21.242, 'Running Ready [ready x1]'],
    ])
    expect(podOf(run, 0).podIP).toBe('10.244.0.3')
    expect(run.world.store.tables.Node.get(0)?.bootID).toBe(2)
  })

  /** pkg/kubelet/kubelet_pods.go:convertToAPIContainerStatuses (1.20; from 1.22 on also for Pods that nobody has deleted). */
  test.each([
    ['1.20', 'Pending [ContainerCreating]', 'and its Pods are Pending for a moment'],
    ['1.34', 'Running [ContainerCreating x1]', 'and its Pods stay Running, with one restart more until they have started'],
  ] as const)('by %s one that forgets its containers counts restarts from 0: %s, %s', (profile, between, _words) => {
    const { lines } = reboot({ 'forgets-containers-on-reboot': true }, profile)
    const said = only(lines, '[')
    expect(said.map(([, what]) => what)).toEqual([between, 'Running Ready [ready]'])
    expect(said[0]?.[0]).toBeCloseTo(20.302, 2)
    expect(said[1]?.[0]).toBeCloseTo(21.242, 2)
  })

  test('1.20: a Pod that was deleted meanwhile, and whose containers are forgotten, stays Running until it is gone', () => {
    const run = convergedRun([{ name: 'a' }], { ...STEADY, profile: '1.20', flags: { kubelet: { 'forgets-containers-on-reboot': true } } })
    runFor(run, 10)
    run.world.truth.powerOff(run, N)
    terminate(run, 0 as never)
    runFor(run, 20)
    const lines = timeline(run)
    run.world.truth.powerOn(run, N)
    runFor(run, 60)
    expect(only(lines, '[', 'gone').map(([, what]) => what)).toEqual(['Running (terminating) [ContainerCreating]', 'gone'])
  })

  test('power lost again during boot: the kubelet starts only after the last boot', () => {
    const run = convergedRun([{ name: 'a' }], { ...STEADY, latency: { ...STEADY.latency, boot: 5e6 } })
    const lines = timeline(run)
    run.world.truth.powerOff(run, N)
    runFor(run, 10)
    run.world.truth.powerOn(run, N)
    runFor(run, 12)
    run.world.truth.powerOff(run, N)
    runFor(run, 14)
    run.world.truth.powerOn(run, N)
    runFor(run, 60)
    expect(only(lines, 'noticed', 'starts')).toEqual([
      [19.12, 'noticed'],
      [19.4, 'app starts'],
    ])
  })

  test('a Node that was deleted meanwhile registers again, not ready at first', () => {
    const run = convergedRun([], STEADY)
    const nodes = run.world.store.tables.Node
    const seen: unknown[] = []
    run.world.observers.add({
      changed: (_, { after }) => {
        if (after?.kind === 'Node') seen.push((after as Node).ready)
      },
    })
    run.world.truth.powerOff(run, N)
    run.world.store.remove(run, nodes.get(0) as Node)
    run.world.truth.powerOn(run, N)
    runFor(run, 60)
    expect(seen).toEqual(['False', 'True'])
    expect(nodes.get(0)?.taints.map(({ key, effect }) => `${key}:${effect}`)).toEqual(['node.kubernetes.io/not-ready:NoSchedule'])
  })
})

describe('a kubelet restarts', () => {
  const restart = (profile: '1.20.2' | '1.34' | '1.35') => {
    const run = convergedRun([{ name: 'a', spec: { containers: [containerSpec({ readinessProbe: PROBE })] } }, { name: 'b' }], {
      ...STEADY,
      profile,
    })
    const lines = timeline(run)
    runFor(run, 10)
    stopProcess(run, processOf(run, 'kubelet/n'))
    runFor(run, 15)
    startProcess(run, processOf(run, 'kubelet/n'))
    runFor(run, 60)
    return { run, lines }
  }

  test('containers run on; up to 1.34 a Pod with a readiness probe is not ready until its first success, at most a period later', () => {
    for (const profile of ['1.20.2', '1.34'] as const) {
      const lines = only(restart(profile).lines, '[', 'serves', 'exits')
      expect(lines[0]).toEqual([15.102, 'Running [running]'])
      expect(lines).toHaveLength(2)
      expect(lines[1]?.[1]).toBe('Running Ready [ready]')
      expect(lines[1]?.[0]).toBeGreaterThan(15.022)
      expect(lines[1]?.[0]).toBeLessThan(25.1)
    }
  })

  test('from 1.35 nothing can be seen of it', () => {
    expect(only(restart('1.35').lines, '[', 'serves', 'exits')).toEqual([])
  })

  test('the back-off of crash loops is forgotten', () => {
    const behaviour = [{ select: { all: true } as const, run: constant(1e6), exitCode: 1 }]
    const run = kubeletRun({ ...STEADY, fields: { behaviour } })
    const lines = timeline(run)
    bind(run, { name: 'a' })
    runFor(run, 100)
    const before = only(lines, 'starts').length
    stopProcess(run, processOf(run, 'kubelet/n'))
    startProcess(run, processOf(run, 'kubelet/n'))
    runFor(run, 100.2)
    expect(only(lines, 'starts').length).toBe(before + 1)
  })

  test('a Pod that was deleted by force meanwhile is ended by housekeeping', () => {
    const run = convergedRun([{ name: 'a' }], STEADY)
    const lines = timeline(run)
    stopProcess(run, processOf(run, 'kubelet/n'))
    runFor(run, 5)
    run.world.store.remove(run, podOf(run, 0))
    runFor(run, 10)
    startProcess(run, processOf(run, 'kubelet/n'))
    runFor(run, 30)
    expect(only(lines, 'exits', 'gone')).toEqual([
      [5, 'gone'],
      [12.1, 'app exits 0'],
    ])
    expect(run.world.truth.sandbox(0 as never)).toBeUndefined()
  })
})

describe('what idle kubelets cost', () => {
  test('250 of them with 5,000 Pods have no events in a day', () => {
    const machines = Array.from({ length: 250 }, (_, i) => machineSpec(`n${i}`))
    const probes = { readinessProbe: PROBE, livenessProbe: PROBE }
    const spec = { containers: [containerSpec({ ...probes, requests: {} })] }
    const run = convergedRun(
      Array.from({ length: 5000 }, (_, i) => ({ name: `p${i}`, machine: i % 250, spec })),
      { machines },
    )
    runFor(run, 86_400)
    expect(run.handled).toBe(0)
  })
})
