import { describe, expect, test } from 'vitest'
import { draftOf } from '../../../src/cluster/drafts.ts'
import type { PodId, Service } from '../../../src/cluster/objects.ts'
import { sliceDraft } from '../../../src/control/endpointslice/steps.ts'
import { type Instant, seconds } from '../../../src/kernel/time.ts'
import type { ServiceWindow } from '../../../src/measure/traffic/traffic.ts'
import { service } from '../../support/converged.ts'
import { constant } from '../../support/world.ts'
import { Stage } from './support.ts'

const WATCH = 0.1
const SYNC = 0.02
const LATENCY = { watch: seconds(WATCH), 'proxy-sync': seconds(SYNC), 'dns-answer-age': seconds(10) }
const pod = (id: number): PodId => id as PodId

describe('one client sees the endpoints that the proxy of its machine has programmed', () => {
  test('requests to a dead endpoint fail until every proxy has removed it: watch delay and sync after the slice is written', () => {
    const stage = new Stage(4, { latency: LATENCY })
    stage.at(10).kill(pod(0))
    stage.at(15).publish([1, 2, 3].map((id) => stage.endpoint(pod(id))))
    expect(stage.at(60).suffered().error).toBeCloseTo((5 + WATCH + SYNC) / 4, 9)
  })

  test('an endpoint that is published as not ready gets no requests, though it is dead', () => {
    const stage = new Stage(2, { latency: LATENCY })
    stage.at(10).publish([stage.endpoint(pod(0), { ready: false, serving: false }), stage.endpoint(pod(1))])
    stage.at(20).kill(pod(0))
    expect(stage.at(60).suffered()).toEqual({ error: 0, noEndpoint: 0 })
  })

  test('requests are refused while no endpoint is programmed', () => {
    const stage = new Stage(1, { latency: LATENCY })
    stage.at(10).kill(pod(0))
    stage.at(10).publish([])
    const [next] = [stage.at(20).pod()]
    stage.at(21).publish([stage.endpoint(next)])
    const { error, noEndpoint } = stage.at(60).suffered()
    expect(error).toBeCloseTo(WATCH + SYNC, 9)
    expect(noEndpoint).toBeCloseTo(11, 9)
  })

  test('a Pod that serves again at another address is not where the endpoint says it is', () => {
    const stage = new Stage(2, { latency: LATENCY })
    stage.at(10).kill(pod(0))
    stage.at(12).start(pod(0), '10.0.9.9')
    stage.at(20).publish([stage.endpoint(pod(0), { ip: '10.0.9.9' }), stage.endpoint(pod(1))])
    expect(stage.at(60).suffered().error).toBeCloseTo((10 + WATCH + SYNC) / 2, 9)
  })

  test('a terminating Pod is dropped from new connections within the delay of the proxies; what it fails to serve in between is lost', () => {
    const stage = new Stage(2, { latency: LATENCY, profile: '1.32' })
    stage.at(10).publish([stage.endpoint(pod(0), { ready: false, terminating: true }), stage.endpoint(pod(1))])
    stage.at(10.05).kill(pod(0))
    expect(stage.at(60).suffered().error).toBeCloseTo((WATCH + SYNC - 0.05) / 2, 9)
  })

  test('the last Pod gets requests while it terminates, from 1.26 on (ProxyTerminatingEndpoints)', () => {
    const refused = (['1.20', '1.27'] as const).map((profile) => {
      const stage = new Stage(1, { latency: LATENCY, profile })
      stage.at(10).publish([stage.endpoint(pod(0), { ready: false, terminating: true })])
      stage.at(40).publish([stage.endpoint(pod(0))])
      return stage.at(60).suffered().noEndpoint
    })
    expect(refused[0]).toBeCloseTo(30, 9)
    expect(refused[1]).toBe(0)
  })

  test('changes that follow each other closely wait for the runner: 1.34 programs the second a second after the first', () => {
    const errors = (['1.33', '1.34'] as const).map((profile) => {
      const stage = new Stage(4, { latency: LATENCY, profile })
      for (const id of [0, 1]) stage.at(10).kill(pod(id))
      stage.at(12).publish([1, 2, 3].map((id) => stage.endpoint(pod(id))))
      stage.at(12.1).publish([2, 3].map((id) => stage.endpoint(pod(id))))
      return stage.at(60).suffered().error
    })
    const until = (programmed: number): number => (2 + WATCH + SYNC) * (2 / 4) + (programmed - 12 - WATCH - SYNC) / 3
    expect(errors[0]).toBeCloseTo(until(12.1 + WATCH + SYNC), 9)
    expect(errors[1]).toBeCloseTo(until(12 + SYNC + 1 + WATCH + SYNC), 9)
  })
})

describe('clients on machines that are not there do not count', () => {
  test('a machine without power sends nothing: the mean is over the others', () => {
    const stage = new Stage(2, { latency: LATENCY })
    stage.at(10)
    for (const { id } of stage.run.world.truth.machines) stage.run.world.truth.powerOff(stage.run, id)
    expect(stage.at(60).suffered()).toEqual({ error: 0, noEndpoint: 0 })
  })

  test('a proxy that was cut off sends to what it had at the cut until its reflector has backed off', () => {
    const stage = new Stage(3, { latency: LATENCY })
    const { truth } = stage.run.world
    const machine = truth.machines[1]?.id
    if (machine === undefined) throw new Error('no machine')
    stage.at(10)
    truth.cutOff(stage.run, machine)
    stage.kill(pod(0))
    stage.publish([1, 2].map((id) => stage.endpoint(pod(id))))
    stage.at(20)
    truth.link(stage.run, machine)
    const before = stage.suffered().error
    const after = stage.at(120).suffered().error
    // Both others had the dead Pod for the delay of a change, and the Pod on the machine that was cut off for all of the cut.
    expect(before).toBeCloseTo((WATCH + SYNC) * (2 / 3) + (10 - WATCH - SYNC) / 2, 9)
    // One of three proxies still has the dead one of three endpoints, for 0.8 s … 60 s.
    const stale = (after - before) * 9
    expect(stale).toBeGreaterThan(0)
    expect(stale).toBeLessThan(60)
  })
})

test('clients of a headless Service use the addresses of a DNS answer until it has aged out', () => {
  const stage = new Stage(2, { latency: LATENCY }, { clusterIP: 'None' })
  stage.at(10).kill(pod(0))
  stage.at(15).publish([stage.endpoint(pod(1))])
  expect(stage.at(60).suffered().error).toBeCloseTo((5 + 10) / 2, 9)
})

test('only what happens inside the measured window counts', () => {
  const stage = new Stage(2, { latency: LATENCY }, {}, 15)
  stage.at(10).kill(pod(0))
  expect(stage.at(20).suffered().error).toBeCloseTo(5 / 2, 9)
})

test('a Service that is made later has no endpoint until they are programmed, and none of its time before', () => {
  const stage = new Stage(1, { latency: LATENCY })
  const { store } = stage.run.world
  stage.at(10)
  const late = store.create(stage.run, 'Service', draftOf(service('late')) as never) as Service
  stage.at(11)
  store.create(stage.run, 'EndpointSlice', sliceDraft(late, 1, [stage.endpoint(pod(0))]))
  stage.traffic.finish(stage.at(20).run.now)
  const row = stage.traffic.window()[0]
  expect(row).toMatchObject({ name: 'service/default/late', total: seconds(10) })
  // The sync for the Service alone ends at 10.02 s; the one for its slice has to keep a second's distance.
  expect(row?.noEndpoint).toBeCloseTo(seconds(1.02 + SYNC + WATCH), 3)
})

test('where the scenario gives a load, requests are counted at the rate of each instant', () => {
  const steps = [
    { at: 0 as Instant, rps: constant(100) },
    { at: seconds(12) as number as Instant, rps: constant(400) },
  ]
  const behaviour = [{ select: { workload: 'pod/default/web-0' }, load: { rps: steps, perPod: constant(60) } }]
  const stage = new Stage(2, { latency: LATENCY, fields: { behaviour } })
  stage.at(10).kill(pod(0))
  stage.traffic.finish(stage.at(14).run.now)
  const { requests } = stage.traffic.window()[0] as ServiceWindow
  expect((requests?.sent ?? 0) / 1e6).toBeCloseTo(12 * 100 + 2 * 400, 6)
  expect((requests?.failed ?? 0) / 1e6).toBeCloseTo((2 * 100 + 2 * 400) / 2, 6)
  expect(requests?.refused).toBe(0)
})
