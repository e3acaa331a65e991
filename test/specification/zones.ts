import type { Rule } from './rule.ts'

const NLC = 'kube-controller-manager, pkg/controller/nodelifecycle/node_lifecycle_controller.go'

/** Rules of zones that are down in part or whole. */
export const zones: readonly Rule[] = [
  {
    rule: 'A zone without a ready Node is fully disrupted; one with more than 2 Nodes, and at least 55 % of all, not ready is partially disrupted (--unhealthy-zone-threshold)',
    source: `${NLC}:ComputeZoneState, 1.20 … 1.36`,
    tests: ['control/node-lifecycle/zones.test.ts: %i ready and %i not ready Nodes are %s'],
  },
  {
    rule: 'A partially disrupted zone has 0.01 taints a second when it has more than 50 Nodes (--large-cluster-size-threshold), else none; every other zone 0.1',
    source: `${NLC}:setLimiterInZone, ReducedQPSFunc, 1.20 … 1.36`,
    tests: [
      'control/node-lifecycle/zones.test.ts: a zone in %s with %i Nodes has %d a second',
      'timelines/zone-outage.test.ts: 57 % of a zone that is not large stop the evictions',
      'timelines/zone-outage.test.ts: in a zone of more than 50 Nodes one is tainted every 100 s, the last after 55 minutes',
    ],
  },
  {
    rule: 'A new rate brings a new token only when the old one had one: after none at all the first comes a whole interval later; an equal rate changes nothing',
    source: 'kube-controller-manager, pkg/controller/nodelifecycle/scheduler/rate_limited_queue.go:SwapLimiter, 1.20 … 1.36',
    tests: [
      'control/node-lifecycle/zone-queue.test.ts: an equal rate keeps the bucket',
      'control/node-lifecycle/zone-queue.test.ts: a new bucket is empty when the old one was',
      'control/node-lifecycle/zone-queue.test.ts: after a rate of 0 the first token takes a full interval (FINDINGS 6)',
      'timelines/zone-outage.test.ts: while 55 % of the zone are down no token comes',
    ],
  },
  {
    rule: 'A limiter that never accepts reports 1 a second, so --node-eviction-rate=1 does not replace it',
    source: 'staging/src/k8s.io/client-go/util/flowcontrol/throttle.go:fakeNeverRateLimiter, 1.20 … 1.36',
    tests: ['control/node-lifecycle/zone-queue.test.ts: a limiter that never accepts reports 1 a second'],
  },
  {
    rule: 'Zones are judged at the end of a look, after it has queued its Nodes: a Node or two may be tainted before',
    source: `${NLC}:handleDisruption, 1.20 … 1.36`,
    tests: [
      'control/node-lifecycle/outage.test.ts: C: 57 % of a zone of 30 stop the tainting: only Nodes that slipped through are ever tainted',
    ],
  },
  {
    rule: 'When all zones are fully disrupted (master disruption) nobody is tainted any more, and NoExecute taints go: those that the look found when it began; one that was put on during it stays, and its Pods are deleted 300 s later',
    source: `${NLC}:handleDisruption; pkg/controller/controller_utils.go:RemoveTaintOffNode, 1.20 … 1.36`,
    tests: [
      'control/node-lifecycle/outage.test.ts: is master disruption: nothing is tainted any more',
      'control/node-lifecycle/outage.test.ts: found by three ticks, takes the taint of the second off, and nothing is deleted',
      'timelines/cluster-outage.test.ts: one NoExecute taint at most slips through; master disruption takes it off unless it was put on during its own look',
      'timelines/cluster-outage.test.ts: only Pods of a Node whose taint stayed are ever deleted',
    ],
  },
  {
    rule: 'The first Node that is ready ends it: every Node has a fresh grace period, and each zone the rate of its state: none in one zone that is still 55 % down, 0.1 in a zone that is still all down',
    source: `${NLC}:handleDisruption, 1.20 … 1.36`,
    tests: [
      'control/node-lifecycle/zones.test.ts: %j and then %j is %s',
      'control/node-lifecycle/outage.test.ts: ends with the first Node that is ready: the others wait while 55 % are down, and are tainted when fewer are',
      'timelines/cluster-outage.test.ts: five of twelve never return',
      'timelines/cluster-outage.test.ts: eight of twelve never return: 67 % of a small zone are never tainted',
      'timelines/cluster-outage.test.ts: the zones that are still down are tainted at once',
    ],
  },
  {
    rule: 'Nodes of the control plane count like any other unless they have the label exclude-disruption, or up to 1.20 a name like a master’s',
    source: `${NLC}:isNodeExcludedFromDisruptionChecks, legacyIsMasterNode, 1.20 … 1.36`,
    tests: [
      'control/node-lifecycle/zones.test.ts: %s in Kubernetes %s: excluded %s',
      'control/node-lifecycle/outage.test.ts: with a live master in the same zone is a partial one: nothing is tainted any more; excluded, it is master disruption',
      'timelines/cluster-outage.test.ts: in the same zone: is partially disrupted and evicts nobody but for Nodes tainted before; their taint stays',
      'timelines/cluster-outage.test.ts: in a zone of its own: evicts the zone of the workers at 0.1 Nodes a second, and the replacements wait',
    ],
  },
  {
    rule: 'The only Node of a cluster keeps its Pods when it dies',
    source: `${NLC}:handleDisruption, 1.20 … 1.36`,
    tests: ['control/node-lifecycle/outage.test.ts: of a cluster with one Node deletes nothing'],
  },
]
