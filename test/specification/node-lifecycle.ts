import type { Rule } from './rule.ts'

const NLC = 'kube-controller-manager, pkg/controller/nodelifecycle/node_lifecycle_controller.go'

/** Rules of how Nodes that have gone silent are found and tainted. */
export const nodeLifecycle: readonly Rule[] = [
  {
    rule: 'The monitor looks at every Node 5 s after the end of its last look (--node-monitor-period), at one after the other up to 1.26, by 8 workers from 1.27 on',
    source: `${NLC}:monitorNodeHealth, PR #114296`,
    tests: [
      'control/node-lifecycle/detection.test.ts: Kubernetes %s: Unknown follows the crash by %i s − U(0,10) + U(0,5)',
      'timelines/zone-outage.test.ts: the last Pod is marked not ready when the calls for all have been made',
    ],
  },
  {
    rule: 'A Node is Unknown when no lease renewal and no status was new for longer than the grace period, by the clock of the looks that saw them: 40 s up to 1.31, 50 s from 1.32 on; exactly that long is not longer',
    source: `${NLC}:tryUpdateNodeHealth, 1.20 … 1.36; PR #126287`,
    tests: [
      'control/node-lifecycle/detection.test.ts: a replayed observation: lease 9.804 s old and last tick 2.1 s ago give Unknown 40 s after the tick that saw the lease',
      'control/node-lifecycle/zone-queue.test.ts: a Node is expired after more than its grace period, not at it',
      'control/node-lifecycle/detection.test.ts: a heartbeat gap shorter than the grace period is never seen',
    ],
  },
  {
    rule: 'A Node that never reported a Ready condition has 60 s from its creation (--node-startup-grace-period)',
    source: `${NLC}:tryUpdateNodeHealth, 1.20 … 1.36`,
    tests: ['control/node-lifecycle/detection.test.ts: a Node that was never reported on has 60 s from its creation'],
  },
  {
    rule: 'A look goes by the Nodes as it listed them when it began, in no order; only leases are read as they are at the Node’s turn',
    source: `${NLC}:monitorNodeHealth, staging/src/k8s.io/client-go/tools/cache/thread_safe_store.go:List, 1.20 … 1.36`,
    tests: [
      'control/node-lifecycle/outage.test.ts: in Kubernetes %s, found by two ticks, leaves one Node tainted, and its Pods are deleted after 300 s',
      'control/node-lifecycle/outage.test.ts: six Nodes of one tick and four of the next need up to sixteen tokens',
    ],
  },
  {
    rule: 'A status that meets a conflict is read and written again, up to 5 times 20 ms apart; a Node whose status cannot be written counts for nothing in this look',
    source: `${NLC}:NodeHealthUpdateRetry, retrySleepTime, 1.20 … 1.36`,
    tests: ['control/node-lifecycle/outage.test.ts: a write that meets a conflict is tried again with the newest version'],
  },
  {
    rule: 'When the monitor itself takes a Node from Ready to Unknown it marks the Pods there not ready, one call and one notice each, before that worker takes the next Node',
    source: 'kube-controller-manager, pkg/controller/util/node/controller_utils.go:MarkPodsNotReady, 1.20 … 1.36',
    tests: [
      'control/node-lifecycle/detection.test.ts: Pods are marked not ready one after the other, as fast as the client admits: 30 Pods take about 1.6 s',
      'timelines/zone-outage.test.ts: the first is Unknown as if it were alone, the last when the Pods of those before it have been marked',
    ],
  },
  {
    rule: 'A Node whose kubelet says NotReady is found by the next look, without grace; its Pods are not marked',
    source: `${NLC}:monitorNodeHealth, 1.20 … 1.36`,
    tests: [
      'control/node-lifecycle/detection.test.ts: Ready=False is seen by the next tick, its NoExecute taint needs no grace, and its Pods are not marked',
    ],
  },
  {
    rule: 'A Pod that is bound to a Node that is not ready is marked not ready, by 4 workers',
    source: `${NLC}:processPod, podUpdateWorkerSize, 1.20 … 1.36`,
    tests: ['control/node-lifecycle/detection.test.ts: a Pod bound to a Node that is not ready is marked not ready (processPod)'],
  },
  {
    rule: 'NoSchedule taints follow the conditions of a Node at once, by 8 workers and without a rate: not-ready, unreachable, memory-, disk- and pid-pressure, network-unavailable, unschedulable',
    source: `${NLC}:doNoScheduleTaintingPass, nodeConditionToTaintKeyStatusMap, 1.20 … 1.36`,
    tests: [
      'control/node-lifecycle/taints.test.ts: %j asks for %j',
      'control/node-lifecycle/taints.test.ts: taints of others stay, those of past conditions go',
    ],
  },
  {
    rule: 'A Node is queued for its NoExecute taint by Ready as it was before the look up to 1.33, so one look after Unknown (5 s and what the look took); from 1.34 on by Ready as it is, in the same look',
    source: `${NLC}:processTaintBaseEviction, PR #120816`,
    tests: [
      'control/node-lifecycle/detection.test.ts: Kubernetes %s: NoExecute follows Unknown by %d to %d s',
      'timelines/zone-outage.test.ts: the first NoExecute taint comes one look of the monitor after Unknown, from 1.34 on with it',
    ],
  },
  {
    rule: 'A pass that comes before the watch has brought Unknown takes the Node for ready: the token is spent, the Node queued again by the next look, and tainted with the next token, 10 s later (from 1.34 on)',
    source: `${NLC}:doNoExecuteTaintingPass with nodeLister, 1.34 … 1.36`,
    tests: ['control/node-lifecycle/detection.test.ts: from 1.34 NoExecute follows Unknown within 0.5 s'],
  },
  {
    rule: 'Ready and tainted: both NoExecute taints go with the look; the opposite NoExecute taint is swapped at once, without a token',
    source: `${NLC}:processTaintBaseEviction, markNodeAsReachable, 1.20 … 1.36`,
    tests: [
      'control/node-lifecycle/taints.test.ts: Ready %s with %j: %j',
      'control/node-lifecycle/detection.test.ts: a silent Node that was not ready swaps its taint at once',
      'control/node-lifecycle/detection.test.ts: its NoSchedule taint goes at once, its NoExecute taint with the next tick, and its evictions are cancelled',
      'timelines/zone-outage.test.ts: nobody is tainted any more, taints go with the next look, and no Pod is deleted or made anew',
    ],
  },
  {
    rule: 'NoExecute taints are put on at 0.1 Nodes a second and zone, the first of a quiet zone at once; passes come 100 ms after the end of the last, so tokens 10.0 … 10.1 s apart',
    source: `${NLC}:doNoExecuteTaintingPass, scheduler/rate_limited_queue.go:Try, 1.20 … 1.36`,
    tests: [
      'control/node-lifecycle/zone-queue.test.ts: the first Node is served at once, each further one ten seconds later',
      'timelines/zone-outage.test.ts: one more Node is tainted with every token, 10 s apart, until all ten are',
    ],
  },
  {
    rule: 'A Node that waits is queued anew, behind the others, by every look; one that was tainted is not queued again until it was ready',
    source: `${NLC}:markNodeForTainting, 1.20 … 1.36`,
    tests: [
      'control/node-lifecycle/zone-queue.test.ts: a Node that waits and is marked again moves to the end',
      'control/node-lifecycle/zone-queue.test.ts: a tainted Node is not queued again until it is removed',
    ],
  },
  {
    rule: 'A taint that could not be put on sends its Node behind those that waited when it was tried, and costs another token',
    source: 'kube-controller-manager, pkg/controller/nodelifecycle/scheduler/rate_limited_queue.go:Replace, 1.20 … 1.36',
    tests: [
      'control/node-lifecycle/zone-queue.test.ts: a Node whose tainting failed goes behind those that waited when it was tried, before those that came meanwhile',
    ],
  },
  {
    rule: '1.20.2 queues a waiting Node with every look without removing the entry before: each entry spends a token later, and one whose Node is ready again blocks its zone until it fails anew or the process restarts',
    source: `${NLC}:markNodeForTainting with SetRemove, 1.20.2; PR #96876`,
    tests: [
      'control/node-lifecycle/zone-queue.test.ts: in 1.20.2 it waits twice, and the second entry burns a token (PR #96876)',
      'control/node-lifecycle/outage.test.ts: a Node that recovers while it waits twice blocks its zone until the controller manager restarts (FINDINGS 7a)',
      'timelines/zone-outage.test.ts: in 1.20.2 it waits behind every entry that the ten have left, each of which spends a token',
      'validation/observations.test.ts: $name: $title: no milestone disagrees for certain',
    ],
  },
  {
    rule: 'Of several entries of a Node that one is removed which lies first in the heap’s array',
    source: 'kube-controller-manager, pkg/controller/nodelifecycle/scheduler/rate_limited_queue.go:RemoveFromQueue, 1.20 … 1.36',
    tests: [
      'control/node-lifecycle/timed-queue.test.ts: removes of two entries of a Node the one that lies first in the array, even when it is the later one',
    ],
  },
  {
    rule: 'The first look of a new process takes NoExecute taints off all Nodes, gives each that is ready a fresh grace period, and queues those that are not',
    source: `${NLC}:classifyNodes, markNodeAsReachable, tryUpdateNodeHealth, 1.20 … 1.36`,
    tests: [
      'control/node-lifecycle/outage.test.ts: forgets timers: the Node is tainted anew and its Pods have their 300 s again',
      'control/node-lifecycle/outage.test.ts: gives a Node that died meanwhile a fresh grace from the first tick',
    ],
  },
  {
    rule: 'Up to 1.26 with --enable-taint-manager=false Pods are deleted --pod-eviction-timeout after the last heartbeat was seen, or after the transition to NotReady, at 0.1 Nodes a second; no NoExecute taint is put on',
    source: `${NLC}:processNoTaintBaseEviction, doEvictionPass, 1.20 … 1.26`,
    tests: [
      'control/node-lifecycle/pod-eviction.test.ts: a silent Node loses its Pods --pod-eviction-timeout after its last heartbeat was seen, and gets no NoExecute taint',
      'control/node-lifecycle/pod-eviction.test.ts: Nodes lose their Pods one every ten seconds',
      'control/node-lifecycle/pod-eviction.test.ts: a Node that says it is not ready loses them that long after its transition',
    ],
  },
  {
    rule: 'It leaves the Pods of DaemonSets, counts a Node as evicted when all its Pods had their turn, and tries the Node again when a Pod’s reason met a conflict',
    source: 'kube-controller-manager, pkg/controller/util/node/controller_utils.go:DeletePods, SetPodTerminationReason, 1.20 … 1.26',
    tests: [
      'control/node-lifecycle/pod-eviction.test.ts: the Pod of a DaemonSet stays',
      'control/node-lifecycle/pod-eviction.test.ts: a Pod that changes under way is deleted with the Node’s next turn',
    ],
  },
  {
    rule: 'A look that lists a Node just before the watch brings its new NoExecute taint queues it anew, and a token is spent on nothing',
    source: `${NLC}:markNodeForTainting, 1.20 … 1.36`,
    tests: ['timelines/zone-outage.test.ts: in a zone of more than 50 Nodes one is tainted every 100 s, the last after 55 minutes'],
  },
  {
    rule: 'Before a Node becomes Unknown its lease is read from the API server, and a cache that was behind lets the look pass (NodeControllerLeaseCircuitBreaker)',
    source: `${NLC}:tryUpdateNodeHealth, after 1.36`,
    absent: 'It came after the releases modelled.',
  },
]
