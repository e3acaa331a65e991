import { describe, expect, test } from 'vitest'
import { chargeOf, isCharged, unstated } from '../../src/cluster/quota.ts'
import { simulate } from '../../src/model.ts'
import { PLAIN, scenarioOf } from '../support/play.ts'
import { containerSpec, podSpec } from '../support/world.ts'

/** pkg/quota/v1/evaluator/core/pods.go (1.20 … 1.36). */
describe('a Pod is charged', () => {
  const pod = { phase: 'Running', deletionTimestamp: null, deletionGracePeriodSeconds: null } as const
  const terminating = { ...pod, deletionTimestamp: 130e6 as never, deletionGracePeriodSeconds: 30 } as const
  test.each([
    ['while it is there', pod, 1000, true],
    ['no more once it has ended', { ...pod, phase: 'Failed' }, 1000, false],
    ['while it terminates', terminating, 160, true],
    ['no more when it is a grace period overdue', terminating, 160.000001, false],
  ] as const)('%s', (_, which, now, charged) => {
    expect(isCharged(which, now * 1e6)).toBe(charged)
  })

  test('for its containers together, or an init container that asks for more', () => {
    const container = containerSpec({ requests: { cpu: 200, memory: 10 }, limits: { cpu: 500 } })
    const init = containerSpec({ requests: { cpu: 700 } })
    const charge = chargeOf(podSpec({ containers: [container, container], initContainers: [init], overhead: { cpu: 50 } }))
    expect(charge).toEqual({ pods: 1, 'requests.cpu': 750, 'requests.memory': 20, 'limits.cpu': 1050, 'limits.memory': 0 })
  })

  test('and must state what a quota limits', () => {
    const spec = podSpec({ containers: [containerSpec({ requests: { cpu: 100 } })] })
    expect(unstated(spec, { pods: 3, 'requests.cpu': 1000 })).toBe('')
    expect(unstated(spec, { 'requests.cpu': 1000, 'limits.memory': 1 })).toBe('limits.memory')
  })
})

/** A Deployment of four Pods with room for four in its quota, and one machine of two that dies at 60 s. */
const text = (hard: object) =>
  JSON.stringify({
    apiVersion: 'reconverge/v1',
    kind: 'Scenario',
    metadata: { name: 'quota' },
    kubernetes: '1.34',
    horizon: '30m',
    cluster: { nodes: [{ name: 'worker', count: 2 }] },
    workloads: [
      {
        objects: [
          { apiVersion: 'v1', kind: 'ResourceQuota', metadata: { name: 'q' }, spec: { hard } },
          {
            apiVersion: 'apps/v1',
            kind: 'Deployment',
            metadata: { name: 'web' },
            spec: {
              replicas: 4,
              selector: { matchLabels: { app: 'web' } },
              template: {
                metadata: { labels: { app: 'web' } },
                spec: { containers: [{ name: 'app', image: 'app:v1', resources: { requests: { cpu: '100m' } } }] },
              },
            },
          },
        ],
      },
    ],
    faults: [{ fault: 'node-crash', when: { at: '60s' }, who: { node: 'worker-1' } }],
  })

describe('a ResourceQuota', () => {
  const converged = (hard: object): number =>
    (simulate(scenarioOf(text(hard)), 1, PLAIN).rows.find(({ workload }) => workload !== '*')?.converged ?? Number.NaN) / 1e6

  test('keeps replacements away while Pods on the dead machine terminate: two grace periods, and what back-off is left', () => {
    const free = converged({ pods: 8 })
    const tight = converged({ pods: 4 })
    expect(tight - free).toBeGreaterThan(60)
    expect(tight - free).toBeLessThan(200)
  })

  test('limits what there is at the start', () => {
    const result = simulate(scenarioOf(text({ cpu: '300m' })), 1, { ...PLAIN, recording: { timeline: true, events: false } })
    expect(Math.max(...result.timeline.map(({ serving }) => serving))).toBe(3)
  })
})
