import { expect, test } from 'vitest'
import { nodeDraft } from '../../src/cluster/drafts.ts'
import type { MachineId } from '../../src/cluster/objects.ts'
import { machineSpec } from '../support/world.ts'

/** pkg/util/node/node.go:GetZoneKey, staging/src/k8s.io/component-helpers/node/topology (1.20 … 1.36). */
test('the zone of a Node is its region and its zone together; without labels all are in one', () => {
  const zoneOf = (labels: Record<string, string>): string => nodeDraft(0 as MachineId, machineSpec('n', { labels }), '').zone
  const [region, zone] = ['topology.kubernetes.io/region', 'topology.kubernetes.io/zone']
  expect(zoneOf({})).toBe('')
  expect(zoneOf({ [zone]: 'a' })).not.toBe(zoneOf({ [zone]: 'b' }))
  expect(zoneOf({ [zone]: 'a', [region]: 'x' })).not.toBe(zoneOf({ [zone]: 'a', [region]: 'y' }))
  expect(zoneOf({ 'failure-domain.beta.kubernetes.io/zone': 'a' })).toBe(zoneOf({ [zone]: 'a' }))
})
