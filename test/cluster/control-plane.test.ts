import { describe, expect, test } from 'vitest'
import { BALANCED, failureTime, hasQuorum } from '../../src/cluster/control-plane.ts'
import type { World } from '../../src/cluster/world.ts'
import type { Simulation } from '../../src/kernel/simulation.ts'
import { type Instant, seconds } from '../../src/kernel/time.ts'
import { machineSpec, processOf, testRun } from '../support/world.ts'

const at = (s: number): Instant => seconds(s) as number as Instant

/** Raft needs a majority of all members; kubernetes-semantics §9. */
test.each([
  [1, 1, true],
  [1, 0, false],
  [2, 1, false],
  [3, 2, true],
  [3, 1, false],
  [5, 3, true],
  [5, 2, false],
])('of %i members %i are a majority: %s', (members, alive, expected) => expect(hasQuorum(members, alive)).toBe(expected))

test.each([
  ['is refused', 'refused', Number.POSITIVE_INFINITY, 0.001],
  ['that etcd does not complete ends with its 7 s', 'stalled', Number.POSITIVE_INFINITY, 7],
  ['that nobody answers ends with the timeout of the connection, 30 s', 'silent', Number.POSITIVE_INFINITY, 30],
  ['ends sooner when its caller is less patient', 'silent', seconds(10), 10],
  ['is refused as soon to an impatient caller', 'refused', seconds(10), 0.001],
] as const)('a call %s', (_what, state, patience, time) => expect(failureTime(state, patience)).toBe(seconds(time)))

function three(): Simulation<World> {
  const machines = ['a', 'b', 'c'].map((zone, i) =>
    machineSpec(`control-plane-${i + 1}`, { group: 'control-plane', controlPlane: true, zone }),
  )
  const controlPlane = { count: 3, registered: false, leaderElect: true }
  const run = testRun({ machines: [...machines, machineSpec('worker-1')] })
  const { scenario } = run.world
  return testRun({ machines: [...machines, machineSpec('worker-1')], fields: { cluster: { ...scenario.cluster, controlPlane } } })
}

const take = (run: Simulation<World>, name: string): void => {
  const instance = run.world.controlPlane.named(name)
  if (instance !== undefined) run.world.controlPlane.takeDown(run, instance, 'refused')
}

describe('three machines of a control plane', () => {
  test('have an API server each, which serves while it runs and etcd has a majority', () => {
    const run = three()
    const { controlPlane } = run.world
    take(run, 'kube-apiserver/control-plane-2')
    expect([0, 1, 2].map((member) => controlPlane.state(member))).toEqual(['serving', 'refused', 'serving'])
    take(run, 'etcd/control-plane-1')
    take(run, 'etcd/control-plane-2')
    expect([0, 1, 2].map((member) => controlPlane.state(member))).toEqual(['stalled', 'refused', 'stalled'])
    expect(controlPlane.away).toBe(true)
    expect(controlPlane.unreachable).toBe(false)
  })

  test('are silent when the machine is off or cut off, and refuse when only the process is gone', () => {
    const run = three()
    run.world.truth.powerOff(run, 0 as never)
    run.world.truth.cutOff(run, 1 as never)
    take(run, 'kube-apiserver/control-plane-3')
    expect([0, 1, 2].map((member) => run.world.controlPlane.state(member))).toEqual(['silent', 'silent', 'refused'])
  })

  test('are used by a load balancer as far as they serve, and by a controller manager only where it runs', () => {
    const run = three()
    const kubelet = processOf(run, 'kubelet/worker-1')
    const manager = processOf(run, 'kube-controller-manager')
    expect(kubelet.member).toBe(BALANCED)
    const first = run.world.controlPlane.serverOf(run, kubelet)
    take(run, `kube-apiserver/control-plane-${first + 1}`)
    expect(run.world.controlPlane.serverOf(run, kubelet)).not.toBe(first)
    expect(run.world.controlPlane.pathOf(run, kubelet)).toBe('serving')
    manager.member = first
    expect(run.world.controlPlane.pathOf(run, manager)).toBe('refused')
  })

  test('elect an etcd leader when they have lost theirs: for the time of the election calls wait, and nothing is away', () => {
    const run = three()
    const { controlPlane } = run.world
    const leader = controlPlane.etcdLeader
    take(run, `etcd/control-plane-${leader + 1}`)
    expect(controlPlane.electing).toBe(true)
    expect(controlPlane.away).toBe(false)
    run.runUntil(at(1), 1e6)
    expect(controlPlane.electing).toBe(false)
    expect(controlPlane.etcdLeader).not.toBe(leader)
  })

  test('start a process again when the last of the faults that kept it down has ended', () => {
    const run = three()
    const { controlPlane } = run.world
    const instance = controlPlane.named('kube-scheduler/control-plane-1')
    if (instance === undefined) throw new Error('no such process')
    controlPlane.takeDown(run, instance, 'refused')
    controlPlane.takeDown(run, instance, 'timeout')
    controlPlane.bringUp(run, instance, 'refused')
    run.runUntil(at(10), 1e6)
    expect(instance.running).toBe(false)
    controlPlane.bringUp(run, instance, 'timeout')
    expect(instance.running).toBe(false)
    run.runUntil(at(20), 1e6)
    expect(instance.running).toBe(true)
  })
})
