import { describe, expect, test } from 'vitest'
import { podDraft } from '../../../src/cluster/drafts.ts'
import type { MachineId, Pod } from '../../../src/cluster/objects.ts'
import { estimate, filterOutSchedulable } from '../../../src/control/cluster-autoscaler/simulation.ts'
import { fillCluster } from '../../../src/control/scheduler/setup.ts'
import { storeSource } from '../../../src/control/scheduler/source.ts'
import { type MachineTemplate, machineOfGroup } from '../../../src/scenario/node-group.ts'
import { containerSpec, machineSpec, podTemplate, testRun } from '../../support/world.ts'

const amounts = { cpu: 1000, memory: 4 * 2 ** 30, pods: 110 }
const TEMPLATE: MachineTemplate = {
  name: 'new',
  zones: ['a', 'b'],
  domains: { rack: 2 },
  labels: {},
  taints: [],
  unschedulable: false,
  capacity: amounts,
  allocatable: amounts,
  kubelet: {},
  staticPods: [],
}

/** A cluster of one machine of 1 CPU, and waiting Pods of so many mCPU each. */
function waiting(cpus: readonly number[], priorities: readonly number[] = []) {
  const run = testRun({ machines: [machineSpec('old', { allocatable: amounts, capacity: amounts })] })
  const pods = cpus.map((cpu, i) => {
    const container = containerSpec({ requests: { cpu, memory: 2 ** 20 } })
    const template = podTemplate({ app: 'web' }, { containers: [container], priority: priorities[i] ?? 0 })
    return run.world.store.create<'Pod'>(run, 'Pod', podDraft(`p${i}`, 'default', `pod/default/p${i}`, template, null))
  })
  return { pods, cluster: fillCluster(storeSource(run.world), run.world.profile), run }
}

const names = (pods: readonly Pod[]): readonly string[] => pods.map(({ name }) => name)

describe('Pods that fit nowhere', () => {
  test('are those left once the others have taken their room, by priority, then age', () => {
    const { cluster, pods } = waiting([600, 300, 600, 100], [0, 0, 10, 0])
    expect(names(filterOutSchedulable(cluster, pods))).toEqual(['p0'])
  })

  test('count what is bound already', () => {
    const { cluster, pods } = waiting([700, 700])
    cluster.place({ ...(pods[0] as Pod), node: 0 as MachineId }, 0)
    expect(names(filterOutSchedulable(cluster, pods.slice(1)))).toEqual(['p1'])
  })
})

describe('an estimate', () => {
  const machineAt = (k: number) => machineOfGroup(TEMPLATE, 3 + k)

  test('packs the largest first, and leaves the cluster as it was', () => {
    const { cluster, pods } = waiting([300, 600, 400, 700])
    const before = [...cluster.nodes.order.list()]
    const found = estimate(cluster, pods, machineAt, 10, 50)
    expect([found.count, names(found.pods)]).toEqual([2, ['p3', 'p1', 'p2', 'p0']])
    expect(found.waste).toBeCloseTo((0 + (1 - (4 * 2 ** 20) / (8 * 2 ** 30))) / 2, 9)
    expect([...cluster.nodes.order.list()]).toEqual(before)
    expect(cluster.nodes.podCount[50]).toBe(0)
  })

  test('asks for no more than the group may have, and for none that would not help', () => {
    const { cluster, pods } = waiting([900, 900, 900, 1100])
    const found = estimate(cluster, pods, machineAt, 2, 50)
    expect([found.count, found.pods.length]).toEqual([2, 2])
    expect(estimate(cluster, pods.slice(3), machineAt, 2, 50).count).toBe(0)
  })
})

test('machines of a group go on where it began: names, zones and racks in turn', () => {
  expect([3, 4].map((i) => machineOfGroup(TEMPLATE, i)).map(({ name, zone, domains }) => [name, zone, domains.rack])).toEqual([
    ['new-4', 'b', 'r2'],
    ['new-5', 'a', 'r3'],
  ])
})
