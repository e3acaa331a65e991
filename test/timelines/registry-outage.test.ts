import { describe, expect, test } from 'vitest'
import { AT, PROFILES, runs, times } from './support.ts'

/** A crash whose replacements find no registry: kubernetes-semantics §11.8, with a toleration of 0 s to have them soon. */
describe.each(PROFILES)('a registry that is away for ten minutes when Kubernetes %s replaces Pods', (release) => {
  const results = runs({
    kubernetes: release,
    nodes: 3,
    replicas: 6,
    horizon: '20m',
    images: 'used',
    container: { imagePullPolicy: 'Always' },
    operations: [{ when: { at: `${AT}s` }, do: 'rollout-restart', of: 'deployment/default/web' }],
    faults: [{ name: 'registry', fault: 'registry-outage', when: { at: `${AT}s` }, for: '10m' }],
  })

  test('new Pods wait up to 316 s more for their next attempt, and are ready then', () => {
    const waits = results.flatMap((result) => {
      const ready = times(result, 'pod', 'ready', 'true')
      return [...times(result, 'pod', 'created')].flatMap(([pod, at]) => (at < 5 ? [(ready.get(pod) ?? Number.NaN) - 600] : []))
    })
    expect(waits.length).toBeGreaterThan(0)
    expect(Math.min(...waits)).toBeGreaterThan(0)
    expect(Math.max(...waits)).toBeLessThan(330)
  })

  test('the Pods that run meanwhile go on serving', () => {
    for (const { measures } of results) {
      expect(measures.find(({ measure, labels }) => measure === 'no_endpoint' && labels === '')?.value).toBe(0)
    }
  })
})
