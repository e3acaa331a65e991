import { describe, expect, test } from 'vitest'
import { startProcess, stopProcess } from '../../../src/cluster/processes.ts'
import { processOf } from '../../support/world.ts'
import { asks, Cluster, machine } from './harness.ts'

/** pkg/scheduler/schedule_one.go (1.20: scheduler.go:scheduleOne). Latencies: watch 1 ms, cycle 2 ms, calls 1 ms. */
const latency = { 'scheduling-cycle': 2_000 }

describe('a scheduling cycle', () => {
  test('a Pod is bound one watch delay, one cycle and one call after it was created', () => {
    const cluster = new Cluster({ latency }).start()
    cluster.until(10).create('web', asks(100))
    cluster.until(13.999)
    expect(cluster.where('web')).toBe('')
    cluster.until(14)
    expect(cluster.where('web')).not.toBe('')
    expect(cluster.times('Scheduled web')).toEqual([14])
  })

  test('Pods go through it one at a time while bindings are under way', () => {
    const cluster = new Cluster({ latency: { 'scheduling-cycle': 2_000, 'api-request': 50_000 } }).start()
    for (const name of ['a', 'b', 'c']) cluster.create(name, asks(100))
    cluster.until(1000)
    expect(['a', 'b', 'c'].map((name) => cluster.times(`Scheduled ${name}`))).toEqual([[53], [55], [57]])
  })

  test('a Pod of higher priority that waits goes first', () => {
    const cluster = new Cluster({ latency })
    cluster.create('low', asks(100, { priority: 1 }))
    cluster.create('high', asks(100, { priority: 1000 }))
    cluster.start().until(100)
    expect(cluster.times('Scheduled high')).toEqual([3])
    expect(cluster.times('Scheduled low')).toEqual([5])
  })

  test('two Pods never get the same room, though the first is not bound yet', () => {
    const cluster = new Cluster({ latency, machines: [machine('n1', 1), machine('n2', 1)] }).start()
    cluster.create('a', asks(600))
    cluster.create('b', asks(600))
    cluster.until(100)
    expect(new Set([cluster.where('a'), cluster.where('b')])).toEqual(new Set(['n1', 'n2']))
  })

  test('at most 50 bindings a second leave the scheduler once its burst of 100 is used', () => {
    const machines = Array.from({ length: 8 }, (_, i) => machine(`n${i}`, 64))
    const cluster = new Cluster({ latency: { 'scheduling-cycle': 10, 'api-request': 1_000 }, machines })
    for (let i = 0; i < 300; i++) cluster.create(`p${i}`, asks(10))
    cluster.start().until(10_000)
    const bound = cluster.log.filter(([, what]) => what.startsWith('Scheduled')).map(([time]) => time / 1e6)
    expect(bound).toHaveLength(300)
    expect(bound[99]).toBeLessThan(0.02)
    expect(bound[299]).toBeCloseTo(200 / 50, 1)
  })

  test('kube-api-qps changes that ceiling', () => {
    const machines = [machine('n1', 64), machine('n2', 64)]
    const flags = { 'kube-scheduler': { 'kube-api-qps': 10, 'kube-api-burst': 1 } }
    const cluster = new Cluster({ machines, flags })
    for (let i = 0; i < 21; i++) cluster.create(`p${i}`, asks(10))
    cluster.start().until(10_000)
    expect(cluster.times('Scheduled p20')[0]).toBeCloseTo(2_000, -2)
  })

  test('Pods of another scheduler are left alone', () => {
    const cluster = new Cluster({ latency }).start()
    cluster.create('theirs', asks(100, { schedulerName: 'batch-scheduler' }))
    cluster.until(1000)
    expect(cluster.where('theirs')).toBe('')
    expect(cluster.log).toEqual([])
  })

  test('a Pod that is deleted while its binding is under way gives its room back', () => {
    const cluster = new Cluster({ latency: { 'api-request': 100_000 }, machines: [machine('n1', 1)] }).start()
    cluster.create('a', asks(800))
    cluster.until(10).remove('a')
    cluster.create('b', asks(800))
    cluster.until(30_000)
    expect(cluster.where('b')).toBe('n1')
  })

  test('a bound Pod that no watch confirms is forgotten after 30 s up to 1.24, and never since', () => {
    const overcommitted = (profile: '1.20' | '1.27') => {
      const cluster = new Cluster({ latency: { watch: 500_000_000 }, machines: [machine('n1', 1)], profile })
      cluster.create('a', asks(800))
      cluster.create('b', asks(800))
      cluster.start().until(400_000)
      return [cluster.where('a'), cluster.where('b')]
    }
    expect(overcommitted('1.20')).toEqual(['n1', 'n1'])
    expect(overcommitted('1.27')).toEqual(['n1', ''])
  })

  test('the scheduler carries on after a restart with the Pods it finds waiting', () => {
    const cluster = new Cluster({ latency }).start().until(5)
    const process = processOf(cluster.run, 'kube-scheduler')
    stopProcess(cluster.run, process)
    cluster.create('web', asks(100))
    cluster.until(1000)
    expect(cluster.where('web')).toBe('')
    startProcess(cluster.run, process)
    cluster.until(1003)
    expect(cluster.where('web')).not.toBe('')
  })

  /** MakeDefaultErrorFunc: a Pod that its lister no longer has is not put back. */
  test('a Pod that is deleted while it is tried is dropped, and so is one that somebody else binds', () => {
    const cluster = new Cluster({ latency: { 'scheduling-cycle': 50_000 }, profile: '1.20', machines: [machine('n1', 1)] }).start()
    cluster.create('gone', asks(2_000))
    cluster.until(10).remove('gone')
    cluster.until(60).create('taken', asks(2_000))
    cluster.until(70).update('taken', { node: cluster.node('n1').id })
    cluster.updateNode('n1', { labels: { rack: 'r1' } })
    cluster.until(400_000)
    expect(cluster.log).toEqual([])
  })

  test('a Node that is not ready gets Pods as long as it carries no taint: conditions are not looked at', () => {
    const cluster = new Cluster({ latency, machines: [machine('n1', 1)] })
    cluster.updateNode('n1', { ready: 'Unknown' })
    cluster.start().create('web', asks(100))
    cluster.until(1_000)
    expect(cluster.where('web')).toBe('n1')
  })

  test('a cycle cut off by the end of the process comes to nothing', () => {
    const cluster = new Cluster({ latency: { 'scheduling-cycle': 20_000 } }).start()
    cluster.create('web', asks(100))
    cluster.until(10)
    stopProcess(cluster.run, processOf(cluster.run, 'kube-scheduler'))
    cluster.until(1000)
    expect(cluster.where('web')).toBe('')
  })
})

describe('a Pod that fits nowhere', () => {
  test('gets the reasons per node, counted and sorted, in PodScheduled=False', () => {
    const machines = [
      machine('n1', 1),
      machine('n2', 1),
      machine('n3', 8, { unschedulable: true }),
      machine('n4', 8, { taints: [{ key: 'dedicated', value: 'db', effect: 'NoSchedule' }] }),
    ]
    const at = (profile: '1.20' | '1.32') => {
      const cluster = new Cluster({ latency, machines, profile }).start()
      cluster.create('big', asks(2_000))
      return cluster.until(100).pod('big').unschedulable
    }
    expect(at('1.20')).toBe(
      "0/4 nodes are available: 1 node(s) had taint {dedicated: db}, that the pod didn't tolerate, 1 node(s) were unschedulable, 2 Insufficient cpu.",
    )
    expect(at('1.32')).toBe(
      '0/4 nodes are available: 1 node(s) had untolerated taint {dedicated: db}, 1 node(s) were unschedulable, 2 Insufficient cpu. ' +
        'preemption: 0/4 nodes are available: 2 No preemption victims found for incoming pod, 2 Preemption is not helpful for scheduling.',
    )
  })

  test('is written to only when its message changes', () => {
    const cluster = new Cluster({ latency, profile: '1.20', machines: [machine('n1', 1)] }).start()
    cluster.create('big', asks(2_000))
    cluster.until(10)
    const written = cluster.pod('big').version
    cluster.updateNode('n1', { labels: { a: '1' } })
    cluster.until(5_000)
    expect(cluster.times('FailedScheduling big')).toHaveLength(2)
    expect(cluster.pod('big').version).toBe(written)
    cluster.updateNode('n1', { unschedulable: true, labels: { a: '2' } })
    cluster.until(10_000)
    expect(cluster.pod('big').version).toBe(written + 1)
    expect(cluster.pod('big').unschedulable).toBe('0/1 nodes are available: 1 node(s) were unschedulable.')
  })

  test('holds up the next Pod for the time of that write up to 1.34, and not from 1.35 on', () => {
    const second = (profile: '1.34' | '1.35') => {
      const cluster = new Cluster({ latency: { 'scheduling-cycle': 2_000, 'api-request': 100_000 }, machines: [machine('n1', 1)], profile })
      cluster.create('big', asks(2_000, { priority: 1 }))
      cluster.create('small', asks(100))
      return cluster.start().until(1000).times('Scheduled small')
    }
    expect(second('1.34')).toEqual([2 + 100 + 2 + 100])
    expect(second('1.35')).toEqual([2 + 2 + 100])
  })
})
