import type { Rule } from './rule.ts'

const PLUGINS = 'kube-scheduler, pkg/scheduler/framework/plugins'

/** Rules that keep a Pod off a node. */
export const filters: readonly Rule[] = [
  {
    rule: 'A Pod stays off Nodes with a NoSchedule or NoExecute taint that it does not tolerate; the Ready condition is not looked at',
    source: `${PLUGINS}/tainttoleration/taint_toleration.go, 1.20 … 1.36`,
    tests: [
      'control/filters/filters.test.ts: of the same key, value and effect matches',
      'control/filters/filters.test.ts: is not needed against PreferNoSchedule',
      'control/scheduler/cycle.test.ts: a Node that is not ready gets Pods as long as it carries no taint: conditions are not looked at',
    ],
  },
  {
    rule: 'A cordoned Node takes only Pods that tolerate its taint',
    source: `${PLUGINS}/nodeunschedulable/node_unschedulable.go, 1.20 … 1.36`,
    tests: ['control/filters/filters.test.ts: a Node with unschedulable=%s is closed to tolerations %j: %s'],
  },
  {
    rule: 'Requests must fit what is allocatable, the number of Pods included; Pods count on their Node until their object is gone, terminating or not',
    source: `${PLUGINS}/noderesources/fit.go, 1.20 … 1.36`,
    tests: [
      'control/filters/node-resources-fit.test.ts: columns say what the rule says, on every node, for every Pod',
      'control/scheduler/preemption.test.ts: deletes the least important Pod with its grace, nominates the node, and binds once the Pod is gone',
    ],
  },
  {
    rule: 'A Pod requests the larger of the sum of its containers and of any init container, plus overhead; from 1.29 on sidecars count beside both',
    source: 'k8s.io/component-helpers/resource/helpers.go:PodRequests (1.29 … 1.36), fit.go:computePodResourceRequest (1.20 …)',
    tests: ['control/filters/node-resources-fit.test.ts: adds sidecars from 1.29 on'],
  },
  {
    rule: 'Node selector and required node affinity must hold: terms are alternatives, requirements of a term are not',
    source: `${PLUGINS}/nodeaffinity/node_affinity.go, 1.20 … 1.36`,
    tests: [
      'control/filters/filters.test.ts: terms are alternatives, and none of them is none',
      'control/filters/filters.test.ts: the node selector must hold besides',
    ],
  },
  {
    rule: 'spec.nodeName, and host ports in use, close a Node',
    source: `${PLUGINS}/nodename/node_name.go, nodeports/node_ports.go, 1.20 … 1.36`,
    tests: [
      'control/filters/filters.test.ts: spec.nodeName %s admits Node n1: %s',
      'control/filters/filters.test.ts: %s port %i conflicts with TCP/80 in use: %s',
    ],
  },
  {
    rule: 'DoNotSchedule: matching Pods of the domain, with this one, exceed those of the emptiest by maxSkew at most; terminating Pods do not count',
    source: `${PLUGINS}/podtopologyspread/filtering.go, 1.20 … 1.36`,
    tests: [
      'control/filters/filters.test.ts: keeps zones even, and off Nodes without a zone',
      'control/filters/filters.test.ts: does not count Pods that terminate, other Pods, or those of other namespaces',
      'control/filters/filters.test.ts: leaves out domains that node affinity rules out',
      'control/filters/filters.test.ts: counts too few domains as an empty one from 1.27 on',
    ],
  },
  {
    rule: 'Required Pod affinity and anti-affinity hold against the Pods in place, and theirs against this one; terminating Pods count',
    source: `${PLUGINS}/interpodaffinity/filtering.go, 1.20 … 1.36`,
    tests: [
      'control/filters/filters.test.ts: goes where the Pods are that it needs',
      'control/filters/filters.test.ts: keeps away from the Pods it avoids, also while they terminate',
      'control/filters/filters.test.ts: keeps away from the Pods that avoid it, until they are gone',
    ],
  },
  {
    rule: 'Volumes keep a Pod to their zone, to free attachments, and to one user (VolumeBinding, VolumeZone, VolumeRestrictions, limits)',
    source: `${PLUGINS}/volumebinding, volumezone, volumerestrictions, nodevolumelimits, 1.20 … 1.36 (e.g. volumezone/volume_zone.go)`,
    absent: 'Volumes are reachable from every machine; what they cost a recovery, detaching and attaching, is modelled.',
  },
]
