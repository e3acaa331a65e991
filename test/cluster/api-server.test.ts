import { describe, expect, test } from 'vitest'
import { Client } from '../../src/cluster/client.ts'
import { podDraft } from '../../src/cluster/drafts.ts'
import type { MachineId, Pod } from '../../src/cluster/objects.ts'
import { startProcess, stopProcess } from '../../src/cluster/processes.ts'
import { CONFLICT, NOT_FOUND, TOO_MANY_REQUESTS } from '../../src/cluster/status.ts'
import type { Kind, World } from '../../src/cluster/world.ts'
import type { Simulation } from '../../src/kernel/simulation.ts'
import { podTemplate, processOf, type TestScenario, testRun } from '../support/world.ts'

/** A world with a client of the controller manager; every reply is logged as `[ms, subject, answer]`. */
function serverOf(qps = Number.POSITIVE_INFINITY, burst = 1, options: TestScenario = {}) {
  const run: Simulation<World> = testRun(options)
  const manager = processOf(run, 'kube-controller-manager')
  startProcess(run, manager)
  const client = new Client(run.world.api.clients, manager, 'test', qps, burst)
  const log: [ms: number, subject: number, answer: number][] = []
  const Reply: Kind = { name: 'test/reply', on: (at, subject, answer) => log.push([at.now / 1e3, subject, answer]) }
  const until = (ms: number): void => void run.runUntil((ms * 1e3) as never, 1e7)
  return { run, api: run.world.api, manager, client, log, Reply, until }
}

const draft = (name: string) => podDraft(name, 'default', `pod/default/${name}`, podTemplate(), null)
const only = (run: Simulation<World>): Pod => run.world.store.pods.get(0) as Pod

describe('A call', () => {
  test('is carried out and answered after its latency, with the id of its object', () => {
    const { run, api, client, log, Reply, until } = serverOf(undefined, undefined, { latency: { 'api-request': 5_000 } })
    api.create(run, client, 'Pod', draft('a'), Reply, 1)
    until(4)
    expect(run.world.store.pods.size).toBe(0)
    until(10)
    expect(log).toEqual([[5, 1, 0]])
    expect(only(run).created).toBe(5_000)
  })

  test('that creates a name twice ends with 409', () => {
    const { run, api, client, log, Reply, until } = serverOf()
    api.create(run, client, 'Pod', draft('a'), Reply, 1)
    api.create(run, client, 'Pod', draft('a'), Reply, 2)
    until(10)
    expect(log.map(([, , answer]) => answer)).toEqual([0, CONFLICT])
  })

  test('with a resourceVersion that is no longer current ends with 409 and changes nothing; without one it is a patch', () => {
    const { run, api, client, log, Reply, until } = serverOf()
    const stale = run.world.store.create(run, 'Pod', draft('a'))
    run.world.store.update(run, stale, { phase: 'Running' })
    api.update(run, client, stale, { ready: true }, stale.resourceVersion, Reply, 1)
    until(5)
    expect(only(run).ready).toBe(false)
    api.update(run, client, stale, { ready: true }, 0, Reply, 2)
    until(10)
    expect(log).toEqual([
      [1, 1, CONFLICT],
      [6, 2, 0],
    ])
    expect(only(run)).toMatchObject({ phase: 'Running', ready: true })
  })

  test('that changes nothing is answered, and makes no new version', () => {
    const { run, api, client, log, Reply, until } = serverOf()
    const pod = run.world.store.create(run, 'Pod', draft('a'))
    api.update(run, client, pod, { phase: 'Pending', containerStatuses: [] }, pod.resourceVersion, Reply, 1, true)
    until(10)
    expect(log).toEqual([[1, 1, 0]])
    expect(only(run)).toBe(pod)
  })

  test('on an object that has gone ends with 404', () => {
    const { run, api, client, log, Reply, until } = serverOf()
    const pod = run.world.store.create(run, 'Pod', draft('a'))
    run.world.store.remove(run, pod)
    api.get(run, client, pod, Reply, 1)
    api.update(run, client, pod, { ready: true }, 0, Reply, 2)
    api.delete(run, client, pod, Reply, 3)
    api.bind(run, client, pod, 0 as MachineId, Reply, 4)
    until(10)
    expect(log.map(([, , answer]) => answer)).toEqual(Array(4).fill(NOT_FOUND))
  })

  test('binds a Pod once, and no Pod that is being deleted', () => {
    const { run, api, client, log, Reply, until } = serverOf()
    const pod = run.world.store.create(run, 'Pod', draft('a'))
    api.bind(run, client, pod, 2 as MachineId, Reply, 1)
    api.bind(run, client, pod, 1 as MachineId, Reply, 2)
    until(10)
    expect(log.map(([, , answer]) => answer)).toEqual([0, CONFLICT])
    expect(only(run).node).toBe(2)
    const other = run.world.store.create(run, 'Pod', draft('b'))
    run.world.store.update(run, other, { deletionTimestamp: 1 as never })
    api.bind(run, client, other, 1 as MachineId, Reply, 3)
    until(20)
    expect(log.at(-1)?.[2]).toBe(CONFLICT)
  })

  test('never takes no time, whatever its latency says', () => {
    const { run, api, client, log, Reply, until } = serverOf(undefined, undefined, { latency: { 'api-request': 0, 'api-get': 0 } })
    const pod = run.world.store.create(run, 'Pod', draft('a'))
    api.get(run, client, pod, Reply, 1)
    until(10)
    expect(log[0]?.[0]).toBeGreaterThan(0)
  })
})

describe('The calls of one client', () => {
  test('wait for its tokens, first come first served', () => {
    const { run, api, client, log, Reply, until } = serverOf(20, 2)
    for (let n = 0; n < 5; n++) api.create(run, client, 'Pod', draft(`p${n}`), Reply, n)
    until(1_000)
    expect(log.map(([ms, subject]) => [ms, subject])).toEqual([
      [1, 0],
      [1, 1],
      [51, 2],
      [101, 3],
      [151, 4],
    ])
  })

  test('share them with its notices: one notice at a time asks for a token', () => {
    const { run, api, client, log, Reply, until } = serverOf(10, 1)
    client.notice(run, 'pod/default/a', 'Killing', '')
    client.notice(run, 'pod/default/b', 'Killing', '')
    api.create(run, client, 'Pod', draft('a'), Reply, 1)
    until(1)
    api.create(run, client, 'Pod', draft('b'), Reply, 2)
    until(1_000)
    // Tokens: notice a at 0, the first call at 100 ms; notice b asked when a had arrived, at 1 ms, before the second call.
    expect(log.map(([ms]) => ms)).toEqual([101, 301])
  })

  test('are dropped when their process dies, and take no seat', () => {
    const { run, api, client, manager, log, Reply, until } = serverOf(10, 1)
    for (let n = 0; n < 3; n++) api.create(run, client, 'Pod', draft(`p${n}`), Reply, n)
    until(50)
    stopProcess(run, manager)
    startProcess(run, manager)
    until(1_000)
    expect(log.map(([, subject]) => subject)).toEqual([0])
    expect(run.world.store.pods.size).toBe(1)
  })
})

describe('Notices', () => {
  test('about one object are filtered after 25, then one in 300 s; the filtered ones cost no token', () => {
    const { run, client, until } = serverOf(1000, 1000)
    for (let n = 0; n < 100; n++) client.notice(run, 'pod/default/a', 'BackOff', '')
    until(1_000)
    const spent = () => client.bucket.burst - client.bucket.level(run.now)
    expect(run.handled).toBe(25)
    until(301_000)
    client.notice(run, 'pod/default/a', 'BackOff', '')
    client.notice(run, 'pod/default/a', 'BackOff', '')
    until(302_000)
    expect(run.handled).toBe(26)
    expect(spent()).toBe(0)
  })

  test('beyond 1000 that wait are dropped', () => {
    const { run, client, until } = serverOf(1000, 1)
    for (let n = 0; n < 1500; n++) client.notice(run, `pod/default/p${n}`, 'Killing', '')
    until(10_000_000)
    expect(run.handled).toBe(1001)
  })
})

describe('The server', () => {
  test('lets 10,000 writes a second through to etcd, reads beside them', () => {
    const { run, api, client, log, Reply, until } = serverOf()
    for (let n = 0; n < 500; n++) api.create(run, client, 'Pod', draft(`p${n}`), Reply, n)
    api.get(run, client, run.world.store.create(run, 'Pod', draft('x')), Reply, 500)
    until(1_000)
    const writes = log.filter(([, subject]) => subject < 500)
    expect(writes.at(-1)?.[0]).toBe(50)
    expect(log.find(([, subject]) => subject === 500)?.[0]).toBe(1)
  })

  test('has 600 seats; who finds none comes again a second later, ten times, and then fails with 429', () => {
    const latency = { 'api-request': 20_000_000 }
    const { run, api, client, log, Reply, until } = serverOf(undefined, undefined, { latency })
    for (let n = 0; n < 601; n++) api.create(run, client, 'Pod', draft(`p${n}`), Reply, n)
    until(15_000)
    expect(log).toEqual([[10_000, 600, TOO_MANY_REQUESTS]])
    until(60_000)
    expect(run.world.store.pods.size).toBe(600)
  })

  test('takes a rejected call when a seat is free again', () => {
    const latency = { 'api-request': 1_500_000 }
    const { run, api, client, log, Reply, until } = serverOf(undefined, undefined, { latency })
    for (let n = 0; n < 601; n++) api.create(run, client, 'Pod', draft(`p${n}`), Reply, n)
    until(60_000)
    expect(log.at(-1)).toEqual([3_500, 600, 600])
  })
})
