import type { Rule } from './rule.ts'

const CONTROLLER = 'kube-controller-manager, pkg/controller/replicaset/replica_set.go'
const UTILS = 'kube-controller-manager, pkg/controller/controller_utils.go'

/** ReplicaSets and ReplicationControllers, which share their code, and what all controllers of Pods have in common. */
export const replicaset: readonly Rule[] = [
  {
    rule: 'A Pod is active unless it has succeeded, failed, or has a deletionTimestamp; one that is not ready, crashes, or lies on a silent Node is active and is not replaced',
    source: `${UTILS}:IsPodActive, 1.20 … 1.36`,
    tests: [
      'control/replicaset.test.ts: does not replace a Pod that is merely not ready: it is active',
      'control/replicaset.test.ts: replaces a Pod as soon as its deletionTimestamp is seen, while the old object still exists',
      'control/replicaset.test.ts: replaces a Pod that has failed, and leaves the failed object to the garbage',
      'control/replicaset.test.ts: deletes no surplus when a dead machine returns: its Pods were inactive all the time',
    ],
  },
  {
    rule: 'A sync creates or deletes the difference between desired and active Pods, at most 500 at once (burstReplicas)',
    source: `${CONTROLLER}:manageReplicas, 1.20 … 1.36`,
    tests: [
      'control/replicaset/plan.test.ts: With $active of $desired Pods it creates $create and deletes $remove',
      'control/replicaset.test.ts: asks for no more than 500 at once, and for the rest when the cache holds those',
    ],
  },
  {
    rule: 'Pods are created in batches of 1, 2, 4, 8 …; the batch in which a call fails is the last, and the key comes again after its back-off',
    source: `${CONTROLLER}:slowStartBatch, 1.20 … 1.36`,
    tests: [
      'control/replicaset.test.ts: doubles the batch with every round trip: 1, 2, 4, 8 (slowStartBatch)',
      'control/replicaset/plan.test.ts: A slow start doubles its batches and ends with the rest',
      'control/retries.test.ts: a slow start ends with the batch in which one did, and begins again at one when what was created is seen',
    ],
  },
  {
    rule: 'Creations go at 20/s after a burst of 30, less the notices that share the bucket (25 for each ReplicaSet)',
    source: 'kube-controller-manager, staging/src/k8s.io/client-go/util/flowcontrol/throttle.go, tools/record/events_cache.go, 1.20 … 1.36',
    tests: [
      'control/replicaset.test.ts: of 1000 Pods goes at 20/s after a burst of 30, less the 25 notices that share the bucket (observations FINDINGS 23a, p04)',
    ],
  },
  {
    rule: 'Until it has seen what it asked for, or 5 min have passed, a controller neither creates nor deletes, but goes on to report; each deletion counts once, a failed call counts as seen',
    source: `${UTILS}:ControllerExpectations, UIDTrackingControllerExpectations, 1.20 … 1.36`,
    tests: [
      'control/replicaset/plan.test.ts: are met when as many creations were seen as were asked for',
      'control/replicaset/plan.test.ts: count each deletion once, however often it is seen',
      'control/replicaset/plan.test.ts: bind nobody else, and nobody after 5 minutes',
      'control/retries.test.ts: A ReplicaSet that has not yet seen what it created says what it sees, and creates nothing more',
    ],
  },
  {
    rule: 'A controller waits until its cache has seen its own last writes (StaleControllerConsistency, 1.36)',
    source: `${UTILS}, 1.36`,
    absent:
      'Expectations and preconditions on the resourceVersion keep the modelled controllers from acting twice; the added wait is that of one watch, milliseconds.',
  },
  {
    rule: 'First to be deleted are unbound Pods, then pending ones, then those that are not ready, then those with more Pods of their Deployment on the Node, then those ready for less time, restarted more often, younger; when all go, nobody is ranked',
    source: `${UTILS}:ActivePodsWithRanks.Less, 1.20 … 1.36`,
    tests: [
      'control/replicaset/rank.test.ts: %s',
      'control/replicaset/rank.test.ts: when more Pods of its Deployment share its Node, even if it has been ready for longer',
      'control/replicaset/rank.test.ts: Times within one second are equal, as API timestamps are',
      'control/replicaset/rank.test.ts: When all Pods go they are not ranked',
    ],
  },
  {
    rule: 'From 1.22 on ages are compared in powers of two with ties by UID, and the deletion cost counts after readiness',
    source: `${UTILS}:ActivePodsWithRanks.Less (LogarithmicScaleDown, PodDeletionCost), 1.22 … 1.36`,
    tests: [
      'control/replicaset/rank.test.ts: Ages are exact before 1.22 and compared in powers of two from then on, with ties by UID (LogarithmicScaleDown)',
      'control/replicaset/rank.test.ts: The deletion cost is heeded from 1.22 on, above the Pods on a Node, below readiness',
    ],
  },
  {
    rule: 'The status is that of the Pods a sync began with, whatever it has done since; a conflict is retried once at once',
    source: 'kube-controller-manager, pkg/controller/replicaset/replica_set_utils.go:calculateStatus, updateReplicaSetStatus, 1.20 … 1.36',
    tests: ['control/retries.test.ts: A ReplicaSet that has not yet seen what it created says what it sees, and creates nothing more'],
  },
  {
    rule: 'A Pod is available when it has been ready for minReadySeconds, counted from a timestamp in whole seconds; the ReplicaSet looks again minReadySeconds after it reported it ready',
    source:
      'kube-controller-manager, pkg/api/v1/pod/util.go:IsPodAvailable, pkg/controller/replicaset/replica_set.go:syncReplicaSet, 1.20 … 1.36',
    tests: [
      'control/replicaset/status.test.ts: a Pod %s',
      'control/replicaset.test.ts: looks again minReadySeconds after it has reported them ready, and finds them available',
    ],
  },
  {
    rule: 'Pods without a controller that the selector matches are adopted, after the ReplicaSet was read afresh; owned ones that it no longer matches are let go and replaced',
    source: 'kube-controller-manager, pkg/controller/controller_ref_manager.go:ClaimPods, 1.20 … 1.36',
    tests: [
      'control/replicaset.test.ts: takes over a matching Pod without owner and creates one less',
      'control/replicaset.test.ts: lets go of a Pod whose labels stop matching, and replaces it',
    ],
  },
  {
    rule: 'A controller manager that is gone replaces nothing; the next one creates exactly what is missing',
    source: `${CONTROLLER}:Run, 1.20 … 1.36`,
    tests: [
      'control/replicaset.test.ts: nothing is replaced until it is back, and then every loss is',
      'control/replicaset.test.ts: in the midst of creating, the new one creates exactly what is missing',
    ],
  },
]
