import type { Rule } from './rule.ts'

const COLLECTOR = 'kube-controller-manager, pkg/controller/garbagecollector/garbagecollector.go'

/** What becomes of dependents when their owner is deleted, and of Pods when they are. */
export const garbageCollection: readonly Rule[] = [
  {
    rule: 'An owner deleted in the background goes at once; its dependents are deleted by GET and DELETE each, 20 at a time, down the line',
    source: `${COLLECTOR}:attemptToDeleteItem, 1.20 … 1.36`,
    tests: [
      'control/garbage-collector.test.ts: are deleted by GET and DELETE each, 20 at a time',
      'control/garbage-collector.test.ts: go down the line: Deployment, ReplicaSet, Pods',
      'control/garbage-collector/cascade.test.ts: A deletion in the background takes the owner first',
    ],
  },
  {
    rule: 'The collector sends 20 calls a second after a burst of 30, 40 from 1.23 on',
    source: 'kube-controller-manager, cmd/kube-controller-manager/app/core.go:startGarbageCollectorController, 1.20 … 1.36; PR #104966',
    tests: ['control/garbage-collector.test.ts: Kubernetes %s: go at half of %i calls a second after the burst of 30'],
  },
  {
    rule: 'Dependents created after their owner, or while no controller manager runs, go too',
    source: 'kube-controller-manager, pkg/controller/garbagecollector/graph_builder.go:processGraphChanges, 1.20 … 1.36',
    tests: [
      'control/garbage-collector.test.ts: go too when they are created after their owner, and when the controller manager starts after it',
    ],
  },
  {
    rule: 'An owner deleted in the foreground stays until its last dependent is gone, replaces none of them meanwhile, then goes after GET, GET and PATCH',
    source: `${COLLECTOR}:processDeletingDependentsItem, removeFinalizer, 1.20 … 1.36`,
    tests: [
      'control/garbage-collector/cascade.test.ts: takes the Pods first, then the ReplicaSet, then the Deployment; nobody replaces them',
      'control/garbage-collector/cascade.test.ts: of a %s waits for its Pods too',
    ],
  },
  {
    rule: 'An owner that orphans lets its dependents go, then goes itself; they live on, and another one may adopt them',
    source: `${COLLECTOR}:attemptToOrphanWorker, orphanDependents, 1.20 … 1.36`,
    tests: [
      'control/garbage-collector/cascade.test.ts: leaves ReplicaSet and Pods as they are',
      'control/garbage-collector/cascade.test.ts: leaves a ReplicaSet that replaces its Pods, and to the measures is the workload that it was',
      'control/garbage-collector/cascade.test.ts: of a ReplicaSet leaves Pods that nobody keeps, until another one adopts them',
    ],
  },
  {
    rule: 'Mirror Pods go with their Node; other Pods of a deleted Node are Pod garbage collection’s business',
    source: `${COLLECTOR}, pkg/kubelet/pod/mirror_client.go, 1.20 … 1.36`,
    tests: ['control/garbage-collector.test.ts: a mirror Pod goes with its Node'],
  },
]
