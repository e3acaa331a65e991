import { describe, expect, test } from 'vitest'
import { firstList } from '../../../src/control/leader-election/node-list.ts'
import { down, type Staged, stage } from '../../faults/control-plane.ts'

const KCM = 'kube-controller-manager'
const cluster = { [KCM]: { 'allocate-node-cidrs': true } }
const alone = { count: 1, 'leader-elect': false }

/** pkg/controller/nodeipam/ipam/cidr_allocator.go:listNodes; PR #124113. */
test.each([
  [20, 10_000_000],
  [30, 10_000_000],
  [31, 0],
  [36, 0],
])('in 1.%i the Nodes are listed for the first time after %i µs', (minor, wait) => expect(firstList(minor)).toBe(wait))

describe('with allocate-node-cidrs', () => {
  const first = (run: Staged | undefined): number => run?.first(/RegisteredNode/) ?? Number.NaN
  const restarted = (kubernetes: string, fields: object = {}): number =>
    first(stage({ kubernetes, controlPlane: alone, cluster, faults: [down(KCM, 60, 0)], horizon: '3m', ...fields })[0])

  test('each start of a controller manager takes 10 s longer up to 1.30', () => {
    // 2 s of restart, 10 s until the Nodes are listed, 3 s for its caches.
    for (const kubernetes of ['1.20.2', '1.30']) expect(restarted(kubernetes)).toBeCloseTo(75, 3)
    expect(restarted('1.30', { cluster: {} })).toBeCloseTo(65, 3)
  })

  test('and no longer from 1.31 on', () => expect(restarted('1.31')).toBeCloseTo(65, 3))

  test('a controller manager that is elected waits from its election on', () => {
    for (const run of stage({ kubernetes: '1.20', cluster, faults: [down(KCM, 60, 0)], horizon: '3m' }, 5))
      expect(first(run) - run.first(/^component kube-controller-manager.* leads/)).toBeCloseTo(13, 3)
  })

  test('where there is no API server at that moment it is asked again 10 s later', () => {
    const faults = [down(KCM, 60, 0), down('kube-apiserver', 70, 5)]
    expect(restarted('1.20', { faults })).toBeCloseTo(85, 3)
  })

  test('a controller manager that is killed again meanwhile begins anew', () => {
    expect(restarted('1.20', { faults: [down(KCM, 60, 0), down(KCM, 70, 0, { name: 'again' })] })).toBeCloseTo(85, 3)
  })
})
