import { describe, expect, test } from 'vitest'
import { createWorkloads } from '../../src/cluster/build.ts'
import type { DaemonSet, Node, Pod } from '../../src/cluster/objects.ts'
import { startProcess, stopProcess } from '../../src/cluster/processes.ts'
import type { World } from '../../src/cluster/world.ts'
import { daemonSet } from '../../src/control/daemonset.ts'
import type { Simulation } from '../../src/kernel/simulation.ts'
import { deletePod, operator } from '../support/converged.ts'
import { daemonLine, daemonRun, daemons, failed, setImage, taintNode, theDaemonSet } from '../support/daemons.ts'
import { fakeKubelet, killKubelet, setReady } from '../support/fake-kubelet.ts'
import { follow, podLine, podOf, runUntil } from '../support/timeline.ts'
import { machineOf, machineSpec, podTemplate, processOf, startAll, testRun } from '../support/world.ts'

const pods = (run: Simulation<World>): string[] => follow<Pod>(run, 'Pod', podLine)
const statuses = (run: Simulation<World>): string[] => follow<DaemonSet>(run, 'DaemonSet', daemonLine)
const created = (lines: readonly string[]): string[] => lines.filter((line) => line.endsWith('created'))

const UNREACHABLE = [
  { key: 'node.kubernetes.io/unreachable', effect: 'NoSchedule' },
  { key: 'node.kubernetes.io/unreachable', effect: 'NoExecute' },
] as const

/** pkg/controller/daemon/daemon_controller.go (1.20 … 1.36); kubernetes-semantics §6.2. Pods are ready 0.5 s after their binding, gone 1 s after their deletion. */
describe('A DaemonSet', () => {
  test('is left alone once it has converged', () => {
    const run = daemonRun({ workloads: [daemons('agent')] })
    const before = run.world.store.resourceVersion
    runUntil(run, 60)
    expect(run.world.store.pods.size).toBe(3)
    expect(run.world.store.resourceVersion).toBe(before)
  })

  test('replaces a deleted Pod only when its object is gone: a terminating one still counts', () => {
    const run = daemonRun({ workloads: [daemons('agent')] })
    const log = pods(run)
    runUntil(run, 1)
    deletePod(run, podOf(run, 'agent/worker-2.1'))
    runUntil(run, 4)
    // DELETE and watch 1 ms each, 1 s to end; watch, sync, POST; watch, binding, watch and 0.5 s to start.
    expect(log).toEqual(['1.001 worker-2.1 terminating', '2.002 worker-2.1 gone', '2.005 worker-2.2 created', '2.508 worker-2.2 ready'])
  })

  test('lets go of a Pod whose labels stop matching, and gives its Node another', () => {
    const run = daemonRun({ workloads: [daemons('agent')] })
    const log = pods(run)
    runUntil(run, 1)
    run.world.api.update(run, operator(run), podOf(run, 'agent/worker-2.1'), { labels: { app: 'other' } }, 0, null, 0)
    runUntil(run, 4)
    // PATCH and watch, sync, PATCH, POST; watch, binding, watch and 0.5 s to start.
    expect(log).toEqual(['1.005 worker-2.2 created', '1.508 worker-2.2 ready'])
    expect(podOf(run, 'agent/worker-2.1').owner).toBeNull()
  })

  test('takes over a Pod whose labels match, and then has one too many on its Node', () => {
    const run = daemonRun({ workloads: [daemons('agent')] })
    runUntil(run, 1)
    const pod = podOf(run, 'agent/worker-2.1')
    run.world.api.update(run, operator(run), pod, { labels: { app: 'other' } }, 0, null, 0)
    runUntil(run, 4)
    const log = pods(run)
    run.world.api.update(run, operator(run), podOf(run, 'agent/worker-2.1'), { labels: pod.labels }, 0, null, 0)
    runUntil(run, 10)
    expect(log).toEqual(['4.006 worker-2.2 terminating', '5.007 worker-2.2 gone'])
    expect(podOf(run, 'agent/worker-2.1').owner?.kind).toBe('DaemonSet')
  })

  test('gives a Node no Pod while it carries the not-ready taint, and one as soon as that is gone', () => {
    const run = testRun({ workloads: [daemons('agent')], machines: [machineSpec('worker-1')], components: [daemonSet, fakeKubelet()] })
    createWorkloads(run)
    taintNode(run, 'worker-1', { key: 'node.kubernetes.io/not-ready', effect: 'NoSchedule' })
    startAll(run)
    const log = pods(run)
    runUntil(run, 10)
    taintNode(run, 'worker-1')
    runUntil(run, 20)
    expect(log).toEqual(['10.003 worker-1.1 created', '10.506 worker-1.1 ready'])
  })

  test('keeps the Pod of a Node that is unreachable, but neither wants it there nor misses it', () => {
    const run = daemonRun({ workloads: [daemons('agent')] })
    const [log, status] = [pods(run), statuses(run)]
    runUntil(run, 40)
    taintNode(run, 'worker-2', ...UNREACHABLE)
    setReady(run, podOf(run, 'agent/worker-2.1'), false)
    runUntil(run, 600)
    expect(log).toEqual(['40.000 worker-2.1 not ready'])
    expect(status).toEqual(['40.003 2/2/1/2'])
    taintNode(run, 'worker-2')
    setReady(run, podOf(run, 'agent/worker-2.1'), true)
    runUntil(run, 700)
    expect(status).toEqual(['40.003 2/2/1/2', '600.003 3/3/0/3'])
  })

  test('deletes the Pod of a Node with a NoExecute taint it does not tolerate, and keeps that of a NoSchedule taint', () => {
    const run = daemonRun({ workloads: [daemons('agent')] })
    const [log, status] = [pods(run), statuses(run)]
    runUntil(run, 10)
    taintNode(run, 'worker-1', { key: 'maintenance', effect: 'NoSchedule' })
    taintNode(run, 'worker-2', { key: 'maintenance', effect: 'NoExecute' })
    runUntil(run, 60)
    expect(log).toEqual(['10.003 worker-2.1 terminating', '11.004 worker-2.1 gone'])
    expect(status.at(-1)).toMatch(/ 1\/1\/1\/1$/)
    expect(theDaemonSet(run).readyElsewhere).toBe(1)
  })

  test('deletes a failed Pod at once, the next of that Node 1 s after it, then 2 s', () => {
    const run = daemonRun({ workloads: [daemons('agent')] })
    const log = pods(run)
    runUntil(run, 10)
    failed(run, podOf(run, 'agent/worker-1.1'))
    runUntil(run, 10.8)
    failed(run, podOf(run, 'agent/worker-1.2'))
    runUntil(run, 13)
    failed(run, podOf(run, 'agent/worker-1.3'))
    runUntil(run, 20)
    // A sync that finds a failed Pod too early comes again after the whole back-off, counted from that sync.
    expect(log.filter((line) => line.endsWith('gone'))).toEqual([
      '10.003 worker-1.1 gone',
      '11.804 worker-1.2 gone',
      '15.004 worker-1.3 gone',
    ])
  })

  test('creates its first Pods in batches of 1, 2, 4 …, each after the one before', () => {
    const machines = Array.from({ length: 6 }, (_, i) => machineSpec(`n${i}`))
    const run = testRun({ workloads: [daemons('agent')], machines, components: [daemonSet, fakeKubelet()] })
    createWorkloads(run)
    startAll(run)
    const log = pods(run)
    runUntil(run, 5)
    // Sync 1 ms, POST 1 ms, etcd 0.1 ms apart.
    expect(created(log).map((line) => Number(line.split(' ')[0]))).toEqual([0.002, 0.003, 0.003, 0.004, 0.004, 0.004])
  })

  test('creates nothing twice after its controller has restarted', () => {
    const run = daemonRun({ workloads: [daemons('agent')] })
    const log = pods(run)
    runUntil(run, 5)
    const process = processOf(run, 'kube-controller-manager')
    deletePod(run, podOf(run, 'agent/worker-1.1'))
    runUntil(run, 6.0035)
    stopProcess(run, process)
    startProcess(run, process)
    runUntil(run, 20)
    expect(created(log)).toHaveLength(1)
    expect([...run.world.store.pods]).toHaveLength(3)
  })

  test('deletes a Pod that was never bound when its Node is gone', () => {
    const run = daemonRun({ workloads: [daemons('agent')] })
    runUntil(run, 1)
    killKubelet(run, machineOf(run, 'worker-3'))
    const { store } = run.world
    store.remove(run, podOf(run, 'agent/worker-3.1'))
    runUntil(run, 2)
    expect(podOf(run, 'agent/worker-3.2').node).toBe(-1)
    const log = pods(run)
    store.remove(run, store.tables.Node.find('', 'worker-3') as Node)
    deletePod(run, podOf(run, 'agent/worker-1.1'))
    runUntil(run, 10)
    expect(log.filter((line) => line.includes('worker-3'))).toEqual(['2.004 worker-3.2 gone'])
  })

  test('is gone with its Pods left to the garbage collector when it is deleted', () => {
    const run = daemonRun({ workloads: [daemons('agent')] })
    runUntil(run, 1)
    run.world.api.delete(run, operator(run), theDaemonSet(run), null, 0)
    runUntil(run, 30)
    expect(run.world.store.tables.DaemonSet.size).toBe(0)
    expect(run.world.store.pods.size).toBe(3)
  })
})

/** pkg/controller/daemon/update.go:rollingUpdate (1.20; rewritten in 1.21). */
describe('A rollout of a DaemonSet', () => {
  test.each(['1.20', '1.32', '1.34'] as const)(
    'in %s replaces one Pod after the other, the next when the one before is available',
    (profile) => {
      const run = daemonRun({ profile, workloads: [daemons('agent')] })
      const log = pods(run)
      runUntil(run, 10)
      setImage(run, 'agent:v2')
      runUntil(run, 30)
      expect(log.filter((line) => /terminating|created/.test(line)).map((line) => line.split(' ').slice(1).join(' '))).toEqual(
        [1, 2, 3].flatMap((n) => [`worker-${n}.1 terminating`, `worker-${n}.2 created`]),
      )
      expect(theDaemonSet(run).status.updatedNumberScheduled).toBe(3)
    },
  )

  test.each([
    ['1.20', [1, 3]],
    ['1.32', []],
    ['1.34', []],
  ] as const)(
    'in %s, with a Node down, replaces the Pods of the live Nodes %j: from 1.21 the dead one uses up maxUnavailable',
    (profile, live) => {
      const run = daemonRun({ profile, workloads: [daemons('agent')] })
      runUntil(run, 10)
      killKubelet(run, machineOf(run, 'worker-2'))
      taintNode(run, 'worker-2', ...UNREACHABLE)
      setReady(run, podOf(run, 'agent/worker-2.1'), false)
      runUntil(run, 20)
      const log = pods(run)
      setImage(run, 'agent:v2')
      runUntil(run, 300)
      const replaced = created(log).map((line) => Number(/worker-(\d)/.exec(line)?.[1]))
      expect(replaced).toEqual(live)
      expect(podOf(run, 'agent/worker-2.1').deletionTimestamp).not.toBe(null)
    },
  )

  test('with maxUnavailable 50 % of three Nodes takes two at a time: it rounds up', () => {
    const run = daemonRun({ workloads: [daemons('agent', { maxUnavailable: { percent: 50 } })] })
    const log = pods(run)
    runUntil(run, 10)
    setImage(run, 'agent:v2')
    runUntil(run, 10.5)
    expect(log.filter((line) => line.endsWith('terminating'))).toHaveLength(2)
  })

  test('with maxSurge starts the new Pod beside the old one, which goes when the new one is available', () => {
    const run = daemonRun({ workloads: [daemons('agent', { maxSurge: { count: 1 }, maxUnavailable: { count: 0 } })] })
    const log = pods(run)
    runUntil(run, 10)
    setImage(run, 'agent:v2')
    runUntil(run, 11)
    expect(log.slice(0, 3).map((line) => line.split(' ').slice(1).join(' '))).toEqual([
      'worker-1.2 created',
      'worker-1.2 ready',
      'worker-1.1 terminating',
    ])
    runUntil(run, 60)
    expect(theDaemonSet(run).status).toMatchObject({ updatedNumberScheduled: 3, numberReady: 3 })
    expect(run.world.store.pods.size).toBe(3)
  })

  test('with OnDelete waits for somebody to delete the old Pods', () => {
    const run = daemonRun({ workloads: [daemons('agent', { updateStrategy: 'OnDelete' })] })
    runUntil(run, 10)
    setImage(run, 'agent:v2')
    runUntil(run, 60)
    expect(theDaemonSet(run).status.updatedNumberScheduled).toBe(0)
    deletePod(run, podOf(run, 'agent/worker-1.1'))
    runUntil(run, 70)
    expect(theDaemonSet(run).status.updatedNumberScheduled).toBe(1)
  })

  test('with minReadySeconds goes on when the new Pod has been ready for that long', () => {
    const run = daemonRun({ workloads: [daemons('agent', { minReadySeconds: 20 })] })
    const log = pods(run)
    runUntil(run, 10)
    setImage(run, 'agent:v2')
    runUntil(run, 60)
    const times = log.filter((line) => line.endsWith('terminating')).map((line) => Math.floor(Number(line.split(' ')[0])))
    expect(times).toEqual([10, 31, 53])
  })
})

test('A daemon Pod asks the scheduler for its Node by name, in place of the Nodes its template requires', () => {
  const affinity = {
    nodeAffinity: {
      required: [{ matchExpressions: [{ key: 'gpu', operator: 'Exists' as const, values: [] }], matchFields: [] }],
      preferred: [],
    },
    podAffinity: { required: [], preferred: [] },
    podAntiAffinity: { required: [], preferred: [] },
  }
  const machines = [machineSpec('worker-1', { labels: { gpu: 'yes' } }), machineSpec('worker-2')]
  const run = daemonRun({ machines, workloads: [daemons('agent', { template: podTemplate({ app: 'agent' }, { affinity }) })] })
  const [pod, ...others] = [...run.world.store.pods]
  expect(others).toEqual([])
  expect(pod?.spec.affinity?.nodeAffinity.required).toEqual([
    { matchExpressions: [], matchFields: [{ key: 'metadata.name', operator: 'In', values: ['worker-1'] }] },
  ])
})
