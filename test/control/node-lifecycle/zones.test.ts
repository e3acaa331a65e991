import { describe, expect, test } from 'vitest'
import { computeZoneState, isExcludedFromDisruption, judgeDisruption, zoneRate } from '../../../src/control/node-lifecycle/zones.ts'
import { profileOf } from '../../../src/scenario/profile.ts'

// kubernetes-semantics §3.6; node_lifecycle_controller.go:ComputeZoneState, setLimiterInZone, handleDisruption
describe('the state of a zone', () => {
  test.each([
    [10, 0, 'Normal'],
    [0, 1, 'FullDisruption'],
    [0, 10, 'FullDisruption'],
    [1, 2, 'Normal'],
    [2, 3, 'PartialDisruption'],
    [9, 11, 'PartialDisruption'],
    [91, 109, 'Normal'],
    [90, 110, 'PartialDisruption'],
    [20, 10, 'Normal'],
    [13, 17, 'PartialDisruption'],
  ] as const)('%i ready and %i not ready Nodes are %s', (ready, notReady, state) => {
    expect(computeZoneState(ready, notReady, 0.55)).toBe(state)
  })
})

describe('the rate of NoExecute taints', () => {
  const rates = { 'node-eviction-rate': 0.1, 'secondary-node-eviction-rate': 0.01, 'large-cluster-size-threshold': 50 }
  test.each([
    ['Normal', 10, 0.1],
    ['FullDisruption', 10, 0.1],
    ['PartialDisruption', 50, 0],
    ['PartialDisruption', 51, 0.01],
  ] as const)('a zone in %s with %i Nodes has %d a second', (state, size, rate) => {
    expect(zoneRate(state, size, rates)).toBe(rate)
  })
})

describe('zones together', () => {
  test.each([
    [['Normal', 'FullDisruption'], ['FullDisruption', 'FullDisruption'], 'master disruption'],
    [['FullDisruption', 'FullDisruption'], ['FullDisruption', 'FullDisruption'], 'still master disruption'],
    [['FullDisruption', 'FullDisruption'], ['Normal', 'FullDisruption'], 'end of master disruption'],
    [['Initial'], ['FullDisruption'], 'master disruption'],
    [['Normal', 'Normal'], ['FullDisruption', 'Normal'], 'zone by zone'],
  ] as const)('%j and then %j is %s', (before, now, disruption) => {
    expect(judgeDisruption(before, now)).toBe(disruption)
  })
})

describe('Nodes that count for no zone', () => {
  const node = (name: string, labels: Record<string, string> = {}) => ({ name, labels })
  test.each([
    ['k8s-master', '1.20', true],
    ['k8s-master-abc', '1.20', true],
    ['master', '1.20.2', true],
    ['k8s-master-1', '1.20', false],
    ['k8s-master', '1.27', false],
    ['worker-1', '1.20', false],
  ] as const)('%s in Kubernetes %s: excluded %s', (name, profile, excluded) => {
    expect(isExcludedFromDisruption(node(name), profileOf(profile))).toBe(excluded)
  })

  test('a Node with the label is excluded in every release', () => {
    const labelled = node('worker', { 'node.kubernetes.io/exclude-disruption': '' })
    expect(isExcludedFromDisruption(labelled, profileOf('1.20'))).toBe(true)
    expect(isExcludedFromDisruption(labelled, profileOf('1.36'))).toBe(true)
  })
})
