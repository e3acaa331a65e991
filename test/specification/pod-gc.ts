import type { Rule } from './rule.ts'

const GC = 'kube-controller-manager, pkg/controller/podgc/gc_controller.go'

/** Rules of the collection of Pods that nobody else deletes. */
export const podGC: readonly Rule[] = [
  {
    rule: 'Pods of a Node that is gone are deleted without grace by the first pass, of one every 20 s, that finds the Node’s 40 s of quarantine over: 40 … 60 s after the Node, or 60 … 80 s when the pass comes before the timer',
    source: `${GC}:gcOrphaned, discoverDeletedNodes, quarantineTime, 1.20 … 1.36`,
    tests: [
      'control/pod-gc.test.ts: are deleted after 40 s of quarantine from the first pass that misses the Node',
      'control/pod-gc.test.ts: vanish 40 to 60 s after the Node, sometimes 60 to 80 s when the pass comes before the timer',
      'validation/observations.test.ts: $name: $title: no milestone disagrees for certain',
    ],
  },
  {
    rule: 'They stay when the Node is there again: the API server is asked before they are deleted',
    source: `${GC}:checkIfNodeExists, 1.20 … 1.36`,
    tests: ['control/pod-gc.test.ts: stay when the Node comes back within the quarantine'],
  },
  {
    rule: 'Until then nothing marks them: they stay ready in the API and in the Endpoints',
    source: `${GC}; pkg/controller/nodelifecycle/node_lifecycle_controller.go, 1.20 … 1.36`,
    tests: [
      'control/kubelet/node.test.ts: is not registered again, not even after a partition; its Pods stay ready until PodGC deletes them',
    ],
  },
  {
    rule: 'From 1.26 on a Pod is marked Failed, with DisruptionTarget, before it is deleted',
    source: `${GC}:markFailedAndDeletePod, 1.26 … 1.36`,
    tests: ['control/pod-gc.test.ts: are not marked Failed before 1.26'],
  },
  {
    rule: 'From 1.26 on every pass deletes terminating Pods of a Node that is not ready and has the out-of-service taint',
    source: `${GC}:gcTerminating, KEP-2268, 1.26 … 1.36`,
    tests: ['control/pod-gc.test.ts: Kubernetes %s, Ready %s: %i terminating Pods of an out-of-service Node go with each pass'],
  },
  {
    rule: 'A Pod that is deleted before it was bound goes with the next pass',
    source: `${GC}:gcUnscheduledTerminating, 1.20 … 1.36`,
    tests: ['control/pod-gc.test.ts: one that is being deleted and was never bound goes with the next pass'],
  },
  {
    rule: 'Ended Pods beyond 12,500 (--terminated-pod-gc-threshold) go, the oldest first, from 1.24 on evicted ones before all',
    source: `${GC}:gcTerminated, byEvictionAndCreationTimestamp, 1.20 … 1.36`,
    tests: [
      'control/pod-gc.test.ts: ended Pods above the threshold go, the oldest first',
      'control/pod-gc.test.ts: the surplus is what exceeds the threshold: evicted Pods first, then by age, then by name',
    ],
  },
]
