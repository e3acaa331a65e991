import { describe, expect, test } from 'vitest'
import { simulate } from '../../src/model.ts'
import { PLAIN, scenarioOf } from '../support/play.ts'

/** A Deployment of four Pods of 100 requests per second each under an autoscaler of 2 … 12 replicas at 50 %, on machines with room for more. */
const text = (rps: object, rest: object = {}, spec: object = {}) =>
  JSON.stringify({
    apiVersion: 'reconverge/v1',
    kind: 'Scenario',
    metadata: { name: 'load' },
    kubernetes: '1.34',
    horizon: '30m',
    replications: 1,
    phases: { 'horizontal-pod-autoscaler': '5s', 'metrics-server.scrape': '10s' },
    cluster: {
      nodes: [{ name: 'worker', count: 4, allocatable: { cpu: '8', memory: '8Gi', pods: 110 } }],
      latency: { watch: '1ms', 'api-request': '1ms', 'controller-sync': '1ms', 'container-start': '300ms', sandbox: '400ms' },
    },
    workloads: [
      {
        objects: [
          {
            apiVersion: 'apps/v1',
            kind: 'Deployment',
            metadata: { name: 'web', namespace: 'default' },
            spec: {
              replicas: 4,
              selector: { matchLabels: { app: 'web' } },
              template: {
                metadata: { labels: { app: 'web' } },
                spec: { containers: [{ name: 'app', image: 'app:v1', resources: { requests: { cpu: '200m' } } }] },
              },
            },
          },
          {
            apiVersion: 'autoscaling/v2',
            kind: 'HorizontalPodAutoscaler',
            metadata: { name: 'web', namespace: 'default' },
            spec: {
              scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'web' },
              minReplicas: 2,
              maxReplicas: 12,
              metrics: [{ type: 'Resource', resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 50 } } }],
              ...spec,
            },
          },
        ],
      },
    ],
    behaviour: [{ select: 'deployment/default/web', load: { rps, perPod: 100 } }],
    ...rest,
  })

/** When the number of replicas asked for changed [s], and to what. */
function course(rps: object, rest: object = {}, spec: object = {}, elision: 'elided' | 'unelided' = 'elided') {
  const scenario = scenarioOf(text(rps, rest, spec))
  const { timeline, fingerprint, handled } = simulate(scenario, 1, { ...PLAIN, elision, recording: { timeline: true, events: false } })
  const changes: [number, number][] = []
  for (const { time, desired } of timeline) if (changes.at(-1)?.[1] !== desired) changes.push([Math.round(time / 1e3) / 1e3, desired])
  return { changes, fingerprint, handled }
}

/** pkg/controller/podautoscaler/horizontal.go:reconcileAutoscaler (1.20 … 1.36): looks at 10, 25, 40 … s here. */
describe('a HorizontalPodAutoscaler', () => {
  test('leaves a workload alone that uses what it should', () => {
    expect(course([{ at: '0s', rps: 205 }]).changes).toEqual([[0, 4]])
  })

  test('doubles at most at one look, and leaves room for what has just started to be counted', () => {
    const { changes } = course([
      { at: '0s', rps: 200 },
      { at: '60s', rps: 560 },
    ])
    // At 70 s the samples are mostly of the time before; at 85 s they are not. Twice the old number is what one look allows.
    expect(changes.slice(0, 2)).toEqual([
      [0, 4],
      [85.001, 8],
    ])
    // Eleven would do within the tolerance, twelve are what 560 at 50 each ask for.
    expect(changes.at(-1)?.[1]).toBeGreaterThanOrEqual(11)
  })

  test('sees the load as metrics-server last did: not before its next scrape, and in part at first', () => {
    const sizes = (at: string) =>
      course([
        { at: '0s', rps: 200 },
        { at, rps: 400 },
      ]).changes.slice(0, 2)
    // Looks at 70, 85 and 100 s, scrapes 5 s before each.
    expect(sizes('66s')[1]?.[0]).toBeCloseTo(85.001, 2)
    const [, [time, replicas]] = sizes('54s') as [unknown, [number, number]]
    expect([time, replicas > 4, replicas < 8]).toEqual([70.001, true, true])
  })

  test('shrinks five minutes after the load has', () => {
    const { changes } = course([
      { at: '0s', rps: 200 },
      { at: '100s', rps: 50 },
    ])
    expect(changes.map(([, replicas]) => replicas)).toEqual([4, 2])
    expect(changes[1]?.[0]).toBeGreaterThan(400 - 15)
    expect(changes[1]?.[0]).toBeLessThan(400 + 16 + 25)
  })

  test('shrinks as its behavior says', () => {
    const rules = { behavior: { scaleDown: { stabilizationWindowSeconds: 0, policies: [{ type: 'Pods', value: 1, periodSeconds: 60 }] } } }
    const { changes } = course([{ at: '0s', rps: 60 }], {}, rules)
    expect(changes.map(([, replicas]) => replicas)).toEqual([4, 3, 2])
    expect((changes[2]?.[0] as number) - (changes[1]?.[0] as number)).toBeCloseTo(60, 0)
  })

  test('brings a number of replicas back between its bounds at once', () => {
    const scaled = { operations: [{ when: { at: '31s' }, do: 'scale', of: 'deployment/default/web', replicas: 20 }] }
    const { changes } = course([{ at: '0s', rps: 200 }], scaled)
    expect(changes.slice(0, 3).map(([, replicas]) => replicas)).toEqual([4, 20, 12])
    expect(changes[2]?.[0]).toBeCloseTo(40.001, 2)
  })

  /** horizontal.go:reconcileAutoscaler says SuccessfulRescale only when the update of the scale subresource has succeeded (1.20 … 1.36). */
  test('reports a rescaling that the API server did not answer as failed, and tries again at its next look', () => {
    const fault = { name: 'away', fault: 'component-down', component: 'kube-apiserver', when: { at: '110s' }, for: '7s' }
    const scenario = scenarioOf(
      text(
        [
          { at: '0s', rps: 200 },
          { at: '95s', rps: 400 },
        ],
        { faults: [fault] },
      ),
    )
    const { events } = simulate(scenario, 1, { ...PLAIN, recording: { timeline: false, events: true } })
    const rescales = events.filter(({ event }) => event.endsWith('Rescale'))
    expect(rescales.map(({ event }) => event)).toEqual(['FailedRescale', 'SuccessfulRescale'])
    expect((rescales[1]?.time as number) / 1e6).toBeCloseTo(130, 0)
  })

  test('is idle while nothing changes, and that changes nothing', () => {
    const crash = { faults: [{ fault: 'node-crash', when: { at: '120s' }, who: { node: 'worker-1' }, for: '90s' }] }
    const rps = [
      { at: '0s', rps: 230 },
      { at: '300s', rps: 640 },
      { at: '900s', rps: 130 },
    ]
    const elided = course(rps, crash)
    const unelided = course(rps, crash, {}, 'unelided')
    expect(elided.changes).toEqual(unelided.changes)
    expect(course([{ at: '0s', rps: 200 }]).handled).toBeLessThan(100)
  })
})

test.each([
  [
    'a metric that is not modelled',
    { metrics: [{ type: 'Resource', resource: { name: 'memory', target: { type: 'Utilization', averageUtilization: 50 } } }] },
  ],
  ['a target that cannot be scaled', { scaleTargetRef: { apiVersion: 'apps/v1', kind: 'DaemonSet', name: 'web' } }],
  ['bounds the wrong way round', { minReplicas: 20 }],
])('an autoscaler with %s is refused', (_, spec) => {
  expect(() => scenarioOf(text([{ at: '0s', rps: 1 }], {}, spec))).toThrow(/expected/)
})
