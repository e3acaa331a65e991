import { describe, expect, test } from 'vitest'
import type { MachineId, Node, Pod } from '../../../src/cluster/objects.ts'
import { stepped } from '../../../src/control/cluster-autoscaler/node-taints.ts'
import type { Unneeded } from '../../../src/control/cluster-autoscaler/scale-down-state.ts'
import { areNew } from '../../../src/control/cluster-autoscaler/scale-up.ts'
import { cooldownEnd, cropped, removable, softTaintSteps, unneededLimit } from '../../../src/control/cluster-autoscaler/unneeded.ts'
import { utilization } from '../../../src/control/cluster-autoscaler/utilization.ts'
import { seconds } from '../../../src/kernel/time.ts'
import { containerSpec } from '../../support/world.ts'
import { aNode, aPod, clusterOf } from '../scheduler/views.ts'

const TIMES = { 'scale-down-unneeded-time': seconds(600), 'scale-down-unready-time': seconds(1200) }
const LIMITS = { 'max-scale-down-parallelism': 10, 'max-drain-parallelism': 1 }

const candidate = (id: number, since: number, pods: readonly Pod[] = [], more: Partial<Node> = {}, risky = false) => ({
  node: aNode(id, { ready: 'True', ...more }),
  group: 0,
  unneeded: { since, pods, risky },
})
const ids = (list: readonly { readonly node: Node }[]) => list.map(({ node }) => node.id)

/** autoscaler core/scaledown/unneeded/nodes.go:RemovableAt. */
describe('an unneeded Node', () => {
  test('may go when it has been unneeded for longer than 10 min, one that is not ready for longer than 20 min', () => {
    const at = (now: number) =>
      ids(removable([candidate(1, 0), candidate(2, 0, [], { ready: 'Unknown' })], new Map([[0, 9]]), seconds(now), TIMES).empty)
    expect([at(600), at(601), at(1200), at(1201)]).toEqual([[], [1], [1], [1, 2]])
  })

  test('may go as far as its group has machines beyond its minimum, empty ones first, risky ones last', () => {
    const pods = [aPod(1)]
    const list = [candidate(1, 0, pods, {}, true), candidate(2, 0, pods), candidate(3, 0)]
    const of = (spare: number) => {
      const { empty, drained } = removable(list, new Map([[0, spare]]), seconds(700), TIMES)
      return [ids(empty), ids(drained)]
    }
    expect(of(3)).toEqual([[3], [2, 1]])
    expect(of(2)).toEqual([[3], [1]])
    expect(of(0)).toEqual([[], []])
  })
})

/** autoscaler core/scaledown/budgets/budgets.go:CropNodes. */
test.each([
  [{ empty: 0, drained: 0 }, [10, 0]],
  [{ empty: 7, drained: 0 }, [3, 0]],
  [{ empty: 0, drained: 1 }, [9, 0]],
])('with %o going, ten may go at once', (going, counts) => {
  const empty = Array.from({ length: 12 }, (_, id) => candidate(id, 0))
  const chosen = cropped({ empty, drained: [candidate(20, 0), candidate(21, 0)] }, going, LIMITS)
  expect([chosen.empty.length, chosen.drained.length]).toEqual(counts)
})

test('one at a time is drained, beside empty ones', () => {
  const all = { empty: [candidate(1, 0)], drained: [candidate(2, 0), candidate(3, 0)] }
  expect(ids(cropped(all, { empty: 0, drained: 0 }, LIMITS).drained)).toEqual([2])
  expect(ids(cropped(all, { empty: 0, drained: 1 }, LIMITS).drained)).toEqual([])
})

test('no removal begins within 10 min after a machine was asked for and 3 min after one could not begin', () => {
  const delays = {
    'scale-down-delay-after-add': seconds(600),
    'scale-down-delay-after-delete': seconds(0),
    'scale-down-delay-after-failure': seconds(180),
  }
  expect(cooldownEnd({ lastAdd: 0, lastDelete: 0, lastFailure: 0 }, delays)).toBe(600e6)
  expect(cooldownEnd({ lastAdd: 0, lastDelete: 0, lastFailure: 500e6 }, delays)).toBe(680e6)
  expect(cooldownEnd({ lastAdd: 0, lastDelete: 900e6, lastFailure: 0 }, delays)).toBe(900e6)
})

test('so many unneeded Nodes are looked for: 20 more than are known, but no more than could go in 10 min', () => {
  const flags = { ...LIMITS, ...TIMES, 'scan-interval': seconds(10) }
  expect([0, 20, 600].map((known) => unneededLimit(known, flags))).toEqual([20, 40, 610])
})

test('Nodes that could go get the taint that makes the scheduler prefer others, and lose it when they are needed', () => {
  const taint = { key: 'DeletionCandidateOfClusterAutoscaler', value: '0', effect: 'PreferNoSchedule', timeAdded: null } as const
  const going = { ...taint, key: 'ToBeDeletedByClusterAutoscaler', effect: 'NoSchedule' } as const
  const nodes = [aNode(1), aNode(2, { taints: [taint] }), aNode(3, { taints: [taint] }), aNode(4), aNode(5, { taints: [going] })]
  const row: Unneeded = { since: 0, pods: [], risky: false }
  const unneeded = new Map([1, 2, 5].map((id) => [id as MachineId, row]))
  expect(softTaintSteps(nodes, unneeded).map(({ node, step }) => [node.id, step])).toEqual([
    [3, 'unmark candidate'],
    [1, 'mark candidate'],
  ])
})

test('a Node that is to go is tainted NoSchedule and cordoned; one that stays after all is neither', () => {
  const marked = stepped(aNode(1), 'mark', true, 61_500_000)
  expect(marked).toEqual({
    taints: [{ key: 'ToBeDeletedByClusterAutoscaler', value: '61', effect: 'NoSchedule', timeAdded: null }],
    unschedulable: true,
  })
  expect(stepped(aNode(1, marked ?? {}), 'mark', true, 0)).toBeNull()
  expect(stepped(aNode(1, marked ?? {}), 'unmark', true, 0)).toEqual({ taints: [], unschedulable: false })
  expect(stepped(aNode(1), 'mark candidate', true, 0)).toMatchObject({ unschedulable: false })
})

/** autoscaler simulator/utilization/info.go:Calculate. */
describe('the use of a Node', () => {
  const node = aNode(0, { allocatable: { cpu: 1000, memory: 1000, pods: 110 } })
  const pod = (id: number, cpu: number, memory: number, fields: Partial<Pod> = {}) =>
    aPod(id, {}, { containers: [containerSpec({ requests: { cpu, memory } })] }, fields)
  const use = (pods: readonly Pod[], ignores = false) => {
    const cluster = clusterOf([node])
    const flags = { 'ignore-daemonsets-utilization': ignores, 'ignore-mirror-pods-utilization': false }
    return utilization(
      node,
      pods.map((each) => cluster.view(each)),
      seconds(100),
      flags,
    )
  }

  test('is the larger share of CPU and memory that is requested', () => {
    expect([use([]), use([pod(1, 200, 100), pod(2, 100, 300)]), use([pod(1, 200, 100)])]).toEqual([0, 0.4, 0.2])
  })

  test('leaves out Pods long overdue, and those of DaemonSets with their room when told so', () => {
    const daemon = pod(1, 500, 0, { owner: { kind: 'DaemonSet', id: 1 } })
    const overdue = pod(2, 300, 0, { deletionTimestamp: seconds(30) as unknown as Pod['deletionTimestamp'] })
    expect([use([daemon, overdue]), use([daemon, pod(3, 100, 0)], true)]).toEqual([0.5, 0.2])
  })
})

test('Pods that are all younger than 2 s wait for the next scan', () => {
  const of = (...created: number[]) => created.map((time) => ({ created: seconds(time) as unknown as Pod['created'] }))
  expect([areNew(of(9, 10), seconds(11)), areNew(of(9, 10), seconds(10))]).toEqual([false, true])
})
