import { describe, expect, test } from 'vitest'
import type { EventRow, ReplicationResult } from '../../src/measure/record.ts'
import { FULL, mean, play, scenarioOf } from '../support/play.ts'

/**
 * The crash of one node with 30 Pods on a healthy cluster, 10 ms per call, images present, no probes: kubernetes-semantics §11.1. The supports are derived here from the
 * rules; the means are those of the table there, which come from an independent Monte-Carlo of the same rules.
 */
const PODS = 30
const REPLICATIONS = FULL ? 1000 : 80
const CRASH_S = 100

const containers = [{ name: 'c', image: 'app:v1', resources: { requests: { cpu: '100m' } } }]

const pod = (i: number) => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: {
    name: `web-${i}`,
    labels: { app: 'web' },
    ownerReferences: [{ apiVersion: 'apps/v1', kind: 'ReplicaSet', name: 'web', uid: 'u', controller: true }],
  },
  spec: { nodeName: 'worker-1', containers },
})

const scenario = (kubernetes: string): string =>
  JSON.stringify({
    apiVersion: 'reconverge/v1',
    kind: 'Scenario',
    metadata: { name: 'validation' },
    kubernetes,
    horizon: '10m',
    replications: 1,
    initial: 'given',
    images: 'all',
    cluster: {
      nodes: [{ name: 'worker', count: 6 }],
      latency: {
        'api-request': '10ms',
        'api-get': '10ms',
        heartbeat: '10ms',
        watch: '5ms',
        'monitor-node': '20us',
        sandbox: '500ms',
        'container-start': '300ms',
      },
    },
    workloads: [
      {
        objects: [
          {
            apiVersion: 'apps/v1',
            kind: 'ReplicaSet',
            metadata: { name: 'web', namespace: 'default' },
            spec: {
              replicas: PODS,
              selector: { matchLabels: { app: 'web' } },
              template: {
                metadata: { labels: { app: 'web' } },
                spec: { containers },
              },
            },
          },
          ...Array.from({ length: PODS }, (_, i) => pod(i)),
        ],
      },
    ],
    faults: [{ name: 'crash', fault: 'node-crash', when: { at: `${CRASH_S}s` }, who: { node: 'worker-1' } }],
  })

/** Seconds after the crash of the first and the last row that `is` picks. */
function span({ events }: ReplicationResult, is: (row: EventRow) => boolean): [number, number] {
  const times = events.filter(is).map(({ time }) => time / 1e6 - CRASH_S)
  expect(times.length).toBeGreaterThan(0)
  return [Math.min(...times), Math.max(...times)]
}

const notReady = (row: EventRow): boolean => row.kind === 'pod' && row.event === 'ready' && row.detail === 'false'
const replaced = (row: EventRow): boolean => row.kind === 'pod' && row.event === 'ready' && row.detail === 'true'

interface Milestones {
  readonly unknown: number
  readonly lastNotReady: number
  readonly noExecute: number
  readonly firstDeleted: number
  readonly lastDeleted: number
  readonly lastReady: number
}

function milestones(result: ReplicationResult): Milestones {
  const deleted = span(result, (row) => row.kind === 'pod' && row.event === 'terminating')
  return {
    unknown: span(result, (row) => row.kind === 'node' && row.event === 'ready')[0],
    noExecute: span(result, ({ event, detail }) => event === 'taint+' && detail.endsWith('unreachable:NoExecute'))[0],
    lastNotReady: span(result, notReady)[1],
    firstDeleted: deleted[0],
    lastDeleted: deleted[1],
    lastReady: span(result, replaced)[1],
  }
}

/** §11.1: means of the table, and what the rules say of the spread. */
const cases = [
  {
    profile: '1.20',
    grace: 40,
    jitter: 0,
    taintTick: 1,
    callsPerEviction: 2,
    means: { unknown: 37.5, noExecute: 44.2, firstDeleted: 344, marking: 1.6, evicting: 1.5 },
  },
  {
    profile: '1.32',
    grace: 50,
    jitter: 0.4,
    taintTick: 1,
    callsPerEviction: 4,
    means: { unknown: 47.5, noExecute: 54, firstDeleted: 354, marking: 1.6, evicting: 4.5 },
  },
  {
    profile: '1.34',
    grace: 50,
    jitter: 0.4,
    taintTick: 0,
    callsPerEviction: 4,
    means: { unknown: 47.5, noExecute: 47.6, firstDeleted: 348, marking: 1.6, evicting: 4.5 },
  },
] as const

/** Run time of the monitor's ticks and the calls of one milestone: all that the rules leave open at 10 ms per call [s]. */
const DRIFT = 0.15

describe.each(cases)('Kubernetes $profile', ({ profile, grace, jitter, taintTick, means }) => {
  const found = play(scenarioOf(scenario(profile)), REPLICATIONS, { recording: { timeline: false, events: true } }).map(milestones)
  const series = (pick: (m: Milestones) => number): number[] => found.map(pick)

  /** Every value within [low, high]; the mean within 0.5 s of the table, and the noise of that many replications. */
  function check(values: readonly number[], low: number, high: number, expected: number): void {
    expect(Math.min(...values)).toBeGreaterThanOrEqual(low)
    expect(Math.max(...values)).toBeLessThanOrEqual(high)
    const average = mean(values)
    const deviation = Math.sqrt(mean(values.map((value) => (value - average) ** 2)))
    expect(Math.abs(average - expected)).toBeLessThanOrEqual(0.5 + (FULL ? 0 : (3 * deviation) / Math.sqrt(values.length)))
  }

  test('the Node is Unknown grace − lease age + monitor phase after the crash', () => {
    check(
      series((m) => m.unknown),
      grace - 10 - jitter - DRIFT,
      grace + 5 + DRIFT,
      means.unknown,
    )
  })

  test('the Pods are marked NotReady at the rate of the node controller’s client', () => {
    check(
      series((m) => m.lastNotReady - m.unknown),
      means.marking - 0.5,
      means.marking + 0.5,
      means.marking,
    )
  })

  test('the NoExecute taint comes with the tick that sees the Node not ready', () => {
    const lag = series((m) => m.noExecute - m.unknown)
    check(lag, taintTick * 5, taintTick * (5 + 2) + 0.25, means.noExecute - means.unknown)
    check(
      series((m) => m.noExecute),
      grace - 10.5,
      grace + 12.2,
      means.noExecute,
    )
  })

  test('the first Pod is deleted one toleration after the taint, the last at the rate of the evicting client', () => {
    check(
      series((m) => m.firstDeleted - m.noExecute),
      300,
      300.2,
      300.1,
    )
    check(
      series((m) => m.firstDeleted),
      grace + 290 - 0.5,
      grace + 312.5,
      means.firstDeleted,
    )
    check(
      series((m) => m.lastDeleted - m.firstDeleted),
      means.evicting - 0.5,
      means.evicting + 0.5,
      means.evicting,
    )
  })

  test('the last replacement is Ready within seconds of the last deletion', () => {
    const lag = series((m) => m.lastReady - m.lastDeleted)
    expect(Math.min(...lag)).toBeGreaterThan(0.8)
    expect(Math.max(...lag)).toBeLessThan(profile === '1.20' ? 15 : 4)
  })
})
