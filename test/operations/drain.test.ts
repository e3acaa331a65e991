import { describe, expect, test } from 'vitest'
import { type MachineId, type Pod, UNBOUND } from '../../src/cluster/objects.ts'
import { toEvict } from '../../src/operations/drain.ts'
import { follow, podLine, runUntil } from '../support/timeline.ts'
import { budgetOfWeb, deployment, machineSpec } from '../support/world.ts'
import { operatedRun, operationAt } from './support.ts'

const machines = [machineSpec('worker-1'), machineSpec('worker-2')]
/** Times [s] at which Pods began to terminate. */
const evicted = (lines: readonly string[]): number[] =>
  lines.filter((line) => line.endsWith('terminating')).map((line) => Number(line.split(' ')[0]))

/** kubernetes-semantics §6.7, §11.4; four Pods on each of two machines, ready 0.5 s after their binding, gone 1 s after their deletion. */
describe('a drain', () => {
  test('cordons, and without a budget evicts every Pod of the Node at once', () => {
    const run = operatedRun([operationAt('drain', 60, 'node/worker-1', { force: false })], { machines, workloads: [deployment('web', 8)] })
    const lines = follow(run, 'Pod', podLine)
    runUntil(run, 60.001)
    expect(run.world.store.tables.Node.find('', 'worker-1')?.unschedulable).toBe(true)
    runUntil(run, 100)
    const times = evicted(lines)
    expect(times).toHaveLength(4)
    // One call to cordon, one to evict; etcd commits 0.1 ms apart.
    expect(times.every((time) => time >= 60.002 && time < 60.003)).toBe(true)
  })

  test('with a budget of one evicts a Pod each 5 s, as long as its replacement is ready by then', () => {
    const workloads = [deployment('web', 8), budgetOfWeb({ maxUnavailable: { count: 1 } })]
    const drained = [operationAt('drain', 60, 'node/worker-1', { force: false })]
    const run = operatedRun(drained, { machines, workloads, startup: 2_000_000 })
    const lines = follow(run, 'Pod', podLine)
    runUntil(run, 200)
    const times = evicted(lines)
    expect(times).toHaveLength(4)
    expect(times.map((time) => Math.floor(time))).toEqual([60, 65, 70, 75])
  })

  test('asks for ten Pods at once, then for five a second', () => {
    const workloads = [deployment('web', 32)]
    const run = operatedRun([operationAt('drain', 60, 'node/worker-1', { force: false })], { machines, workloads })
    const lines = follow(run, 'Pod', podLine)
    runUntil(run, 100)
    const times = evicted(lines)
    expect(times.map((time) => Math.round((time - 60) * 10) / 10)).toEqual([...Array(10).fill(0), 0.2, 0.4, 0.6, 0.8, 1, 1.2])
  })

  test('says what kubectl says: each try, each Pod that is gone, and how it ends', () => {
    const workloads = [deployment('web', 4), budgetOfWeb({ maxUnavailable: { count: 1 } })]
    const drained = [operationAt('drain', 60, 'node/worker-1', { force: false })]
    const run = operatedRun(drained, { machines, workloads, startup: 2_000_000, profile: '1.20.2' })
    const said: string[] = []
    run.world.observers.add({
      kubectl: (at, command, event, text) => said.push(`${((at.now - 60e6) / 1e6).toFixed(1)} ${command} ${event} ${text}`),
    })
    runUntil(run, 100)
    const names = [...new Set(said.flatMap((line) => /pod(?: default)?\/(\S+)/.exec(line)?.[1] ?? []))]
    const plain = said.map((line) => names.reduce((text, name, i) => text.replace(name, `p${i + 1}`), line))
    expect(plain).toEqual([
      '0.0 drain output node/worker-1 cordoned',
      '0.0 drain output evicting pod default/p1',
      '0.0 drain output evicting pod default/p2',
      `0.5 drain output error when evicting pods/"p2" -n "default" (will retry after 5s): Cannot evict pod as it would violate the pod's disruption budget.`,
      '1.0 drain output pod/p1 evicted',
      '5.5 drain output evicting pod default/p2',
      '6.5 drain output pod/p2 evicted',
      '6.5 drain output node/worker-1 evicted',
      '6.5 drain exit code=0',
    ])
  })

  test('with a budget of none evicts nothing, and goes on trying', () => {
    const workloads = [deployment('web', 8), budgetOfWeb({ maxUnavailable: { count: 0 } })]
    const run = operatedRun([operationAt('drain', 60, 'node/worker-1', { force: false })], { machines, workloads })
    const lines = follow(run, 'Pod', podLine)
    runUntil(run, 300)
    expect(evicted(lines)).toEqual([])
  })

  test('of a Node that is not there is remarked on', () => {
    const run = operatedRun([operationAt('drain', 60, 'node/gone', { force: false })], { machines })
    const remarks: string[] = []
    run.world.observers.add({ remark: (_run, text) => remarks.push(text) })
    runUntil(run, 100)
    expect(remarks).toEqual(['drain at 60 s: there is no node/gone'])
  })
})

const pod = (fields: Partial<Pod>): Pod => ({ owner: null, mirror: false, phase: 'Running', node: UNBOUND as MachineId, ...fields }) as Pod
const owned = pod({ owner: { kind: 'ReplicaSet', id: 1 } })
const bare = pod({})
const mirror = pod({ mirror: true })
const ended = pod({ phase: 'Succeeded' })
const daemon = pod({ owner: { kind: 'DaemonSet', id: 1 } })
const endedDaemon = pod({ owner: { kind: 'DaemonSet', id: 1 }, phase: 'Failed' })

/** kubectl pkg/drain/filters.go (1.20 … 1.36). */
test.each<[string, readonly Pod[], boolean, boolean, readonly Pod[] | string]>([
  ['Pods of controllers', [owned], false, false, [owned]],
  ['mirrors of static Pods: never', [owned, mirror], false, false, [owned]],
  ['a Pod without a controller: not at all', [owned, bare], false, false, 'Pods without a controller forbid it (force: true)'],
  ['a Pod without a controller, by force', [owned, bare], true, false, [owned, bare]],
  ['a Pod without a controller that has ended', [ended], false, false, [ended]],
  ['Pods of DaemonSets: not at all', [owned, daemon], true, false, 'Pods of DaemonSets forbid it (ignore-daemonsets: true)'],
  ['all but Pods of DaemonSets, where told to', [owned, daemon], false, true, [owned]],
  ['a Pod of a DaemonSet that has ended', [endedDaemon], false, true, [endedDaemon]],
])('evicts %s', (_what, pods, force, ignores, expected) => {
  expect(toEvict(pods, { force, 'ignore-daemonsets': ignores })).toEqual(expected)
})
