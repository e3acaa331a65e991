import { describe, expect, test } from 'vitest'
import type { ReplicationResult } from '../../src/measure/record.ts'
import { AT, first, last, PROFILES, quantileOf, type Release, runs, times } from './support.ts'

const drain = (kubernetes: Release, stop: string): readonly ReplicationResult[] =>
  runs({
    kubernetes,
    nodes: 4,
    replicas: 12,
    horizon: '3m',
    behaviour: [{ select: 'deployment/default/web', stop }],
    operations: [{ when: { at: `${AT}s` }, do: 'drain', of: 'node/worker-1' }],
  })

/** A drain with kubelets, kube-proxy and no budget: kubernetes-semantics §11.4. What budgets do is in test/operations/drain.test.ts. */
describe.each(PROFILES)('a drain of Kubernetes %s', (release) => {
  const results = drain(release, '10s')

  test('has every Pod of the Node terminating within 0.3 s, out of the Endpoints and replaced soon after', () => {
    for (const result of results) {
      const deleted = times(result, 'pod', 'terminating')
      const left = times(result, 'endpoints', 'ready-')
      const created = times(result, 'pod', 'created')
      expect(deleted.size).toBeGreaterThan(0)
      expect(last(deleted)).toBeLessThan(0.3)
      expect(created.size).toBe(deleted.size)
      expect(last(created) - last(deleted)).toBeLessThan(0.5)
      for (const pod of deleted.keys()) expect(left.get(pod)).toBeLessThan(0.8)
    }
  })

  test('has its replacements ready 1 … 4 s later', () => {
    const since = results.flatMap((result) => {
      const ready = times(result, 'pod', 'ready', 'true')
      return [...times(result, 'pod', 'created')].map(([pod, at]) => (ready.get(pod) ?? Number.NaN) - at)
    })
    expect(quantileOf(since)).toBeGreaterThan(0.5)
    expect(quantileOf(since, 0.95)).toBeLessThan(4.5)
    expect(Math.max(...since)).toBeLessThan(10)
  })

  test('has the objects of its Pods gone 1 … 12 s after their containers have exited', () => {
    for (const result of results) {
      const exited = times(result, 'cri', 'containerStopped')
      const gone = times(result, 'pod', 'deleted')
      expect(first(exited)).toBeGreaterThan(10)
      for (const [pod, at] of exited) {
        const lag = (gone.get(pod) ?? Number.NaN) - at
        expect(lag).toBeGreaterThan(0.9)
        expect(lag).toBeLessThan(13)
      }
    }
  })

  test('sends requests to containers that have exited, unless they serve for as long as the proxies need', () => {
    const errors = (all: readonly ReplicationResult[]): number[] =>
      all.map(({ measures }) => measures.find(({ measure, labels }) => measure === 'errors' && labels === '')?.value ?? Number.NaN)
    expect(Math.max(...errors(results))).toBe(0)
    expect(Math.max(...errors(drain(release, '20ms')))).toBeGreaterThan(0)
  })
})
