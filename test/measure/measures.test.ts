import { describe, expect, test } from 'vitest'
import { podDraft } from '../../src/cluster/drafts.ts'
import type { Pod, PodId } from '../../src/cluster/objects.ts'
import { type Instant, seconds } from '../../src/kernel/time.ts'
import type { Measure, Records } from '../../src/measure/measure.ts'
import { availability } from '../../src/measure/measures/availability.ts'
import { convergence } from '../../src/measure/measures/convergence.ts'
import { errors } from '../../src/measure/measures/errors.ts'
import { measures } from '../../src/measure/measures/index.ts'
import { noEndpoint } from '../../src/measure/measures/no-endpoint.ts'
import { unservedPodTime } from '../../src/measure/measures/unserved-pod-time.ts'
import { up } from '../../src/measure/measures/up.ts'
import { type OccurrenceRow, STAGES, type Stage } from '../../src/measure/record.ts'
import { stagesAddUp } from '../../src/measure/rows.ts'
import { WorkloadLedger } from '../../src/measure/workload-ledger.ts'
import { podTemplate } from '../support/world.ts'

const at = (s: number): Instant => seconds(s) as number as Instant

const row = (fields: Partial<OccurrenceRow>): OccurrenceRow => ({
  fault: 'f',
  faultKind: 'node-crash',
  occurrence: 1,
  targets: [],
  time: at(60),
  end: null,
  workload: 'deployment/default/web',
  episode: 1,
  primary: true,
  desired: 2,
  lost: 1,
  detected: null,
  evictedFirst: null,
  evictedLast: null,
  createdFirst: null,
  createdLast: null,
  scheduledLast: null,
  startedLast: null,
  readyLast: null,
  believed: null,
  converged: seconds(10),
  observed: seconds(10),
  endpoints: null,
  minServing: null,
  minReady: null,
  unservedPodTime: 0,
  errorTime: null,
  noEndpointTime: null,
  restarts: 0,
  outcome: 'converged',
  stages: null,
  ...fields,
})

const records = (fields: Partial<Records>): Records => ({
  rows: [],
  ledgers: [],
  services: [],
  windowFrom: at(0),
  horizon: at(100),
  ...fields,
})

const valuesOf = (measure: Measure, fields: Partial<Records>): Record<string, number | string> =>
  Object.fromEntries(measure.values(records(fields)).map(({ labels, value, censored }) => [labels, censored ? `> ${value}` : value]))

describe('convergence', () => {
  test('is the largest of the primary rows: of all, per fault, per workload, and per both', () => {
    const rows = [
      row({ converged: seconds(10) }),
      row({ workload: 'deployment/default/api', converged: seconds(30) }),
      row({ fault: 'g', converged: seconds(20) }),
      row({ workload: '*', converged: seconds(99) }),
    ]
    expect(valuesOf(convergence, { rows })).toEqual({
      '': seconds(30),
      'fault="f"': seconds(30),
      'fault="g"': seconds(20),
      'workload="deployment/default/api"': seconds(30),
      'workload="deployment/default/web"': seconds(20),
      'fault="f",workload="deployment/default/api"': seconds(30),
      'fault="f",workload="deployment/default/web"': seconds(10),
      'fault="g",workload="deployment/default/web"': seconds(20),
    })
  })

  test('of a joined episode counts for the occurrence that owns it alone', () => {
    expect(valuesOf(convergence, { rows: [row({ primary: false, converged: seconds(50) })] })).toEqual({})
  })

  test('is censored at what was observed when the horizon cut one of its rows', () => {
    const rows = [row({ converged: seconds(10) }), row({ occurrence: 2, converged: null, observed: seconds(40), outcome: 'censored' })]
    expect(valuesOf(convergence, { rows })['']).toBe(`> ${seconds(40)}`)
  })
})

/** Two desired Pods; one stops to serve at 40 s and serves again at 90 s. */
function ledger(name: string, required: number): WorkloadLedger {
  const web = new WorkloadLedger(name, at(0), at(20))
  Object.assign(web, { desired: 2, required })
  const pod = (id: number): Pod => ({ ...podDraft(`p${id}`, 'default', `p${id}`, podTemplate(), null), ready: true }) as unknown as Pod
  for (const id of [1, 2] as PodId[]) {
    web.seePod(id, { ...pod(id), deletionTimestamp: null })
    web.seeServing(id, true)
  }
  web.advance(at(40))
  web.seeServing(1 as PodId, false)
  web.advance(at(90))
  web.seeServing(1 as PodId, true)
  web.advance(at(100))
  return web
}

describe('over the window from 20 s to 100 s with one of two Pods away for 50 s', () => {
  const ledgers = [ledger('deployment/default/web', 1), ledger('deployment/default/api', 2)]
  const fields = { ledgers, windowFrom: at(20) }

  test('unserved_pod_s is 50 Pod seconds each, and their sum without a label', () => {
    expect(valuesOf(unservedPodTime, fields)).toEqual({
      '': 2 * seconds(50),
      'workload="deployment/default/api"': seconds(50),
      'workload="deployment/default/web"': seconds(50),
    })
  })

  test('availability is 1 − 50/160', () => {
    expect(valuesOf(availability, fields)['workload="deployment/default/web"']).toBeCloseTo(1 - 50 / 160, 12)
  })

  test('up asks for the required number only: always with one of two, 30/80 with two', () => {
    expect(valuesOf(up, fields)).toEqual({
      '': 30 / 80,
      'workload="deployment/default/api"': 30 / 80,
      'workload="deployment/default/web"': 1,
    })
  })
})

describe('requests to Services', () => {
  const web = { name: 'service/default/web', error: seconds(5), noEndpoint: seconds(10), total: seconds(100), requests: null }
  const api = { name: 'service/default/api', error: 0, noEndpoint: 0, total: seconds(50), requests: null }

  test('errors and no_endpoint are shares of the time that each Service had clients; without a label Services count alike', () => {
    expect(valuesOf(errors, { services: [web, api] })).toEqual({
      '': 5 / 150,
      'service="service/default/api"': 0,
      'service="service/default/web"': 0.05,
    })
    expect(valuesOf(noEndpoint, { services: [web, api] })['']).toBe(10 / 150)
  })

  test('with loads they count by their requests, and those without a load not at all', () => {
    const busy = { ...web, name: 'service/default/busy', requests: { sent: 1000, failed: 5, refused: 7 } }
    const quiet = { ...api, requests: { sent: 500, failed: 0, refused: 0 } }
    expect(valuesOf(errors, { services: [web, busy, quiet] })).toEqual({
      '': 5 / 1500,
      'service="service/default/api"': 0,
      'service="service/default/busy"': 5 / 1000,
      'service="service/default/web"': 0.05,
    })
    expect(valuesOf(noEndpoint, { services: [busy] })['']).toBe(7 / 1000)
  })

  test('a Service that never had a client has no share', () => {
    expect(valuesOf(errors, { services: [{ ...web, error: 0, total: 0 }] })).toEqual({})
  })
})

test('every measure answers nothing, or finite numbers, when nothing happened', () => {
  for (const measure of measures) {
    for (const { value, measure: name } of measure.values(records({ ledgers: [] }))) {
      expect(Number.isFinite(value)).toBe(true)
      expect(name).toBe(measure.name)
    }
  }
})

test('names of measures are unique', () => {
  expect(new Set(measures.map(({ name }) => name)).size).toBe(measures.length)
})

test('stages that do not add up to the convergence are noticed', () => {
  const stages = Object.fromEntries(STAGES.map((stage) => [stage, stage === 'detect' ? seconds(9) : 0])) as Record<Stage, number>
  expect(stagesAddUp(row({ stages }))).toBe(false)
  expect(stagesAddUp(row({ stages: { ...stages, settle: seconds(1) } }))).toBe(true)
})
