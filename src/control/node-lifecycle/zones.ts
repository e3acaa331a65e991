import type { Node } from '../../cluster/objects.ts'
import type { Profile } from '../../scenario/profile.ts'

/** How much of a zone is down, as the controller sees it. `Initial`: seen, not yet judged. */
export type ZoneState = 'Initial' | 'Normal' | 'PartialDisruption' | 'FullDisruption'

/** Least number of not-ready Nodes that make a zone partially disrupted, less one (node_lifecycle_controller.go:ComputeZoneState). */
const FEW = 2

/** The state of a zone with these many ready and not-ready Nodes. node_lifecycle_controller.go:ComputeZoneState (1.20 … 1.36). */
export function computeZoneState(ready: number, notReady: number, unhealthyThreshold: number): ZoneState {
  if (ready === 0 && notReady > 0) return 'FullDisruption'
  if (notReady > FEW && notReady / (notReady + ready) >= unhealthyThreshold) return 'PartialDisruption'
  return 'Normal'
}

/** The rates of NoExecute taints [1/s] and what a large zone is. */
export interface ZoneRates {
  readonly 'node-eviction-rate': number
  readonly 'secondary-node-eviction-rate': number
  readonly 'large-cluster-size-threshold': number
}

/** NoExecute taints per second in a zone of `size` Nodes. node_lifecycle_controller.go:setLimiterInZone (1.20 … 1.36). */
export function zoneRate(state: ZoneState, size: number, rates: ZoneRates): number {
  if (state !== 'PartialDisruption') return rates['node-eviction-rate']
  return size > rates['large-cluster-size-threshold'] ? rates['secondary-node-eviction-rate'] : 0
}

/** What a look at all Nodes means for all zones together. */
export type Disruption = 'master disruption' | 'end of master disruption' | 'zone by zone' | 'still master disruption'

/** Compares the zones' states before a look with those it found. node_lifecycle_controller.go:handleDisruption (1.20 … 1.36). */
export function judgeDisruption(before: readonly ZoneState[], now: readonly ZoneState[]): Disruption {
  const allWere = before.every((state) => state === 'FullDisruption')
  const allAre = now.every((state) => state === 'FullDisruption')
  if (allAre) return allWere ? 'still master disruption' : 'master disruption'
  return allWere ? 'end of master disruption' : 'zone by zone'
}

const EXCLUDED = 'node.kubernetes.io/exclude-disruption'
const LEGACY_MASTER = /master(-...)?$/

/** Whether a Node counts for no zone: by label, and up to 1.20 by a name like a master's (legacyIsMasterNode, gate LegacyNodeRoleBehavior). */
export function isExcludedFromDisruption(node: Pick<Node, 'name' | 'labels'>, profile: Profile): boolean {
  return node.labels[EXCLUDED] !== undefined || (profile.minor <= 20 && LEGACY_MASTER.test(node.name))
}
