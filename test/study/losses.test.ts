import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { place, simulate, vocabulary } from '../../src/model.ts'
import { read } from '../../src/scenario/read.ts'
import type { Scenario } from '../../src/scenario/scenario.ts'
import { binomial, combinationAt } from '../../src/study/combinations.ts'
import { losing } from '../../src/study/losing.ts'
import { loseSets, lossPlan, survivalOf, unitKinds, unitsOf } from '../../src/study/losses.ts'
import { roomFor } from '../../src/study/room.ts'

/** Machines of one group over three zones and two racks per zone, and one Deployment per row: replicas and CPU requests [m]. */
function cluster(
  count: number,
  cpu: string,
  rows: readonly (readonly [number, number])[],
  zones = ['a', 'b', 'c'],
  others: readonly object[] = [],
): Scenario {
  const deployment = ([replicas, request]: readonly [number, number], i: number) => ({
    ...{ apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: `d${i}` } },
    spec: {
      ...{ replicas, selector: { matchLabels: { app: `d${i}` } } },
      template: {
        metadata: { labels: { app: `d${i}` } },
        spec: { containers: [{ name: 'app', image: 'x', resources: { requests: { cpu: `${request}m` } } }] },
      },
    },
  })
  const text = JSON.stringify({
    ...{ apiVersion: 'reconverge/v1', kind: 'Scenario', metadata: { name: 'x' }, horizon: '20m', replications: 1 },
    cluster: { nodes: [{ name: 'w', count, zones, domains: { rack: 2 }, allocatable: { cpu, memory: '64Gi', pods: 110 } }] },
    workloads: [{ objects: [...rows.map(deployment), ...others] }],
  })
  const outcome = read({ path: 'x.yaml', text, load: () => ({ problem: 'file-not-found', message: '' }) }, vocabulary)
  if (!outcome.ok) throw new Error(outcome.problems[0]?.message)
  return outcome.scenario
}

const options = { recording: { timeline: false, events: false }, queue: 'columns', elision: 'elided', eventLimit: 1e8 } as const

describe('Units', () => {
  const { machines } = cluster(6, '4', [[1, 100]]).cluster

  test('are nodes, zones, and the values of a domain, without the control plane', () => {
    expect(unitKinds(machines)).toEqual(['node', 'zone', 'rack'])
    expect(unitsOf(machines, 'node').map(({ name }) => name)).toEqual(['w-1', 'w-2', 'w-3', 'w-4', 'w-5', 'w-6'])
    expect(unitsOf(machines, 'zone')[0]).toEqual({ name: 'a', machines: ['w-1', 'w-4'] })
    expect(unitsOf(machines, 'rack').flatMap((unit) => unit.machines)).toHaveLength(6)
    expect(unitsOf(machines, 'row')).toEqual([])
  })
})

describe('What is lost', () => {
  // Four nodes of 4 CPUs hold 13 Pods of one: three of four nodes hold 12.
  test('has no place elsewhere exactly when too little is left: by hand', () => {
    const placement = place(cluster(4, '4', [[13, 1000]]))
    expect(placement.waiting).toEqual([])
    const one = placement.lose(['w-1'])
    expect([one.lost + one.refused.length, one.refused.length]).toEqual([one.lost + 1, 1])
    expect(one.refused[0]?.reason).toBe(
      '0/4 nodes are available: 1 node(s) had untolerated taint {node.kubernetes.io/unreachable: }, 3 Insufficient cpu.',
    )
    expect(placement.lose(['w-1', 'w-2']).refused).toHaveLength(5)
    expect(placement.lose(['w-1', 'w-2', 'w-3', 'w-4']).refused).toHaveLength(13)
    expect(placement.lose(['nobody'])).toEqual({ lost: 0, ownerless: 0, refused: [] })
    expect(place(cluster(4, '4', [[12, 1000]])).lose(['w-2']).refused).toEqual([])
  })

  test('does not count what belongs to its Node: the Pods of a DaemonSet', () => {
    const template = {
      metadata: { labels: { app: 'agent' } },
      spec: { containers: [{ name: 'app', image: 'x', resources: { requests: { cpu: '1' } } }] },
    }
    const agent = {
      apiVersion: 'apps/v1',
      kind: 'DaemonSet',
      metadata: { name: 'agent' },
      spec: { selector: { matchLabels: { app: 'agent' } }, template },
    }
    // Three CPUs of each node are left for others: three nodes hold nine.
    expect(place(cluster(4, '4', [[9, 1000]], undefined, [agent])).lose(['w-1'])).toMatchObject({ refused: [] })
    const full = place(cluster(4, '4', [[12, 1000]], undefined, [agent]))
    expect(full.lose(['w-1'])).toMatchObject({ lost: 3, refused: [{}, {}, {}] })
  })

  test('leaves the cluster as it was: answers do not depend on what was asked before', () => {
    const rows = [
      [5, 900],
      [4, 1500],
      [6, 300],
    ] as const
    const set = fc.subarray(['w-1', 'w-2', 'w-3', 'w-4', 'w-5'], { minLength: 1 })
    const used = place(cluster(5, '4', rows))
    fc.assert(
      fc.property(set, (names) => {
        expect(used.lose(names)).toEqual(place(cluster(5, '4', rows)).lose(names))
      }),
      { seed: 2, numRuns: 25 },
    )
  })

  // The placement in zero time, held against the whole simulated recovery, with every set of one and two nodes.
  test('is what the simulated recovery leaves without a Node, for every set of one and two', { timeout: 120_000 }, () => {
    for (const [count, replicas] of [
      [3, 7],
      [4, 13],
      [4, 9],
    ] as const) {
      const scenario = cluster(count, '4', [[replicas, 1000]])
      const placement = place(scenario)
      const units = unitsOf(placement.machines, 'node')
      for (const k of [1, 2]) {
        for (let i = 0; i < binomial(count, k); i++) {
          const names = combinationAt(count, k, i).map((unit) => units[unit]?.name as string)
          const { unplaced } = simulate(losing(scenario, names), 1, options)
          expect(placement.lose(names).refused.length, `${count} nodes, ${replicas} Pods, without ${names}`).toBe(unplaced.length)
        }
      }
    }
  })

  test('survives in the share that is counted, or sampled with its interval', () => {
    const placement = place(cluster(6, '4', [[17, 1000]]))
    const units = unitsOf(placement.machines, 'node')
    const run = (k: number, samples: number) => {
      const plan = lossPlan(units.length, k, samples)
      const half = Math.floor(plan.examined / 2)
      const tallies = [loseSets(placement, units, plan, '1', half, plan.examined), loseSets(placement, units, plan, '1', 0, half)]
      const survival = survivalOf(plan, tallies)
      expect(survivalOf(plan, [loseSets(placement, units, plan, '1', 0, plan.examined)])).toEqual(survival)
      return survival
    }
    expect(run(1, 10)).toMatchObject({ examined: 6, exhaustive: true, survived: 6, low: 1, high: 1 })
    // Four nodes hold 16 of 17.
    expect(run(2, 10)).toMatchObject({ examined: 15, exhaustive: true, survived: 0, low: 0, high: 0 })
    const sampled = run(3, 12)
    expect(sampled).toMatchObject({ total: 20, examined: 12, exhaustive: false, survived: 0, low: 0 })
    expect(sampled.high).toBeCloseTo(1 - 0.025 ** (1 / 12), 9)
    expect(sampled.worst[0]?.refused.length).toBe(5)
  })
})

describe('Room for more', () => {
  const room = (scenario: Scenario, limit = 100) => {
    const placement = place(scenario)
    return roomFor(placement, 'deployment/default/d0', unitsOf(placement.machines, 'zone'), limit)
  }

  // Three zones of one node with 4 CPUs: two hold eight Pods of one CPU.
  test('is what fits into the zones that are left: by hand', () => {
    expect(room(cluster(3, '4', [[3, 1000]]))).toMatchObject({ placed: 3, more: 5, exceptions: [], obstacle: { what: 'loss' } })
    expect(room(cluster(3, '4', [[8, 1000]]))).toMatchObject({ more: 0 })
    expect(room(cluster(3, '4', [[9, 1000]]))).toMatchObject({ more: -1 })
    expect(room(cluster(3, '4', [[3, 1000]]), 2)).toMatchObject({ more: 2, obstacle: null })
  })

  test('ends where no Node takes one more, and says when more would fit again', () => {
    const none = { lost: 1, ownerless: 0, refused: [] }
    const refused = { ...none, refused: [{ pod: 'default/x', reason: 'full' }] }
    const units = [{ name: 'a', machines: ['w-1'] }]
    const fake = (full: number, bad: readonly number[]) => {
      let added = 0
      const add = () => (++added > full ? '0/1 nodes are available' : null)
      return { placed: () => 2, add, lose: () => (bad.includes(added) ? refused : none) }
    }
    expect(roomFor(fake(3, []), 'x', units, 9)).toMatchObject({ more: 3, obstacle: { what: 'no node' } })
    expect(roomFor(fake(9, [4, 5, 6]), 'x', units, 9)).toMatchObject({ more: 3, obstacle: { what: 'loss', unit: 'a' }, exceptions: [] })
    expect(roomFor(fake(9, [4, 6]), 'x', units, 9)).toMatchObject({ more: 3, exceptions: [5] })
    expect(roomFor(fake(4, [4]), 'x', units, 9)).toMatchObject({ more: 3, exceptions: [] })
  })

  test('equals what brute force finds: every number added to a fresh placement, every zone lost in a fresh one', () => {
    for (const [count, others] of [
      [3, 2],
      [4, 3],
      [6, 5],
    ] as const) {
      const scenario = cluster(count, '4', [
        [2, 700],
        [others, 1100],
      ])
      const holds = (more: number) =>
        ['a', 'b', 'c'].every((zone) => {
          const placement = place(scenario)
          const added = Array.from({ length: more }, () => placement.add('deployment/default/d0'))
          const machines = unitsOf(placement.machines, 'zone').find(({ name }) => name === zone)?.machines ?? []
          return added.every((reason) => reason === null) && placement.lose(machines).refused.length === 0
        })
      let most = -1
      while (holds(most + 1)) most++
      expect(room(scenario).more, `${count} nodes`).toBe(most)
    }
  })
})
