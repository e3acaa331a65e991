import { describe, expect, test } from 'vitest'
import { convergePlacement, unschedulableReasons } from '../../../src/control/scheduler.ts'
import { asks, Cluster, machine } from './harness.ts'

describe('placement at t = 0', () => {
  const machines = [machine('n1', 2), machine('n2', 2)]

  test('binds what fits in zero time, and says of the rest why each Node refuses', () => {
    const cluster = new Cluster({ machines, profile: '1.32' })
    for (const name of ['a', 'b', 'c']) cluster.create(name, asks(1_500))
    const unplaced = convergePlacement(cluster.run)
    expect(new Set([cluster.where('a'), cluster.where('b')])).toEqual(new Set(['n1', 'n2']))
    expect(cluster.run.now).toBe(0)
    expect(unplaced).toEqual([
      {
        pod: cluster.pod('c').id,
        message: '0/2 nodes are available: 2 Insufficient cpu.',
        nodes: 2,
        feasible: 0,
        reasons: new Map([['Insufficient cpu', 2]]),
      },
    ])
    expect(cluster.pod('c').unschedulable).toBe('0/2 nodes are available: 2 Insufficient cpu.')
  })

  test('gives room to the Pods of higher priority', () => {
    const cluster = new Cluster({ machines: [machine('n1', 1)] })
    cluster.create('low', asks(800))
    cluster.create('high', asks(800, { priority: 10 }))
    convergePlacement(cluster.run)
    expect([cluster.where('low'), cluster.where('high')]).toEqual(['', 'n1'])
  })

  test('places nobody twice, and leaves Pods of other schedulers alone', () => {
    const cluster = new Cluster({ machines })
    cluster.create('bound', asks(100), {}, { node: cluster.node('n2').id })
    cluster.create('theirs', asks(100, { schedulerName: 'other' }))
    expect(convergePlacement(cluster.run)).toEqual([])
    expect([cluster.where('bound'), cluster.where('theirs')]).toEqual(['n2', ''])
  })

  test('what did not fit waits in the unschedulable queue, and is not tried before something happens', () => {
    const cluster = new Cluster({ machines: [machine('n1', 1)], profile: '1.32' })
    cluster.create('a', asks(800), {}, { phase: 'Running' })
    cluster.create('b', asks(800))
    convergePlacement(cluster.run)
    cluster.start().until(5_000)
    expect(cluster.log).toEqual([])
    cluster.remove('a')
    cluster.until(5_100)
    expect(cluster.times('Scheduled b')).toEqual([5_003])
  })

  test('a report can show later that no Node fits a Pod, or that one does by now', () => {
    const cluster = new Cluster({ machines: [machine('n1', 1)] })
    cluster.create('a', asks(800))
    cluster.create('b', asks(800))
    convergePlacement(cluster.run)
    const said = () => unschedulableReasons(cluster.run).map(({ pod, nodes, feasible, reasons }) => [pod, nodes, feasible, [...reasons]])
    expect(said()).toEqual([[cluster.pod('b').id, 1, 0, [['Insufficient cpu', 1]]]])
    cluster.remove('a')
    expect(said()).toEqual([[cluster.pod('b').id, 1, 1, []]])
  })

  test('equal seeds place alike, and ties fall on every Node', () => {
    const place = (replication: string) => {
      const cluster = new Cluster({ machines: [0, 1, 2, 3].map((i) => machine(`n${i}`, 4)), fields: { seed: replication } })
      cluster.create('a', asks(100))
      convergePlacement(cluster.run)
      return cluster.where('a')
    }
    expect(place('1')).toBe(place('1'))
    const seen = new Set(Array.from({ length: 60 }, (_, i) => place(String(i))))
    expect(seen.size).toBe(4)
  })
})
