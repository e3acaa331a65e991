import type { Rule } from './rule.ts'

const QUEUE = 'client-go, util/workqueue'

/** Rules of the queues of controllers. */
export const workQueues: readonly Rule[] = [
  {
    rule: 'A key that waits is queued once, however often it is added, and keys are served in the order of their adding',
    source: `${QUEUE}/queue.go:Add, 1.20 … 1.36`,
    tests: [
      'cluster/work-queue.test.ts: holds a waiting key once, however often it is added',
      'cluster/work-queue.test.ts: serves keys in the order of their adding, as many at a time as it has workers',
    ],
  },
  {
    rule: 'No key is worked on by two workers at a time; one added meanwhile is queued again, once, when the sync has ended',
    source: `${QUEUE}/queue.go:Done, 1.20 … 1.36`,
    tests: ['cluster/work-queue.test.ts: never has a key worked on twice at a time: added meanwhile, it comes again afterwards, once'],
  },
  {
    rule: 'Of several delays of one key the earliest counts; a later request never postpones it',
    source: `${QUEUE}/delaying_queue.go:insert, 1.20 … 1.36`,
    tests: ['cluster/work-queue.test.ts: adds after a delay; of two delays of one key the earlier counts, and it comes once'],
  },
  {
    rule: 'A key that fails comes again after 5 ms, doubled with each failure in a row up to 1000 s; success sets the count to zero',
    source: `${QUEUE}/default_rate_limiters.go:ItemExponentialFailureRateLimiter, 1.20 … 1.36`,
    tests: [
      'cluster/work-queue.test.ts: delays a failing key by 5 ms, doubled with each failure, until it is forgotten',
      'cluster/work-queue.test.ts: delays no key longer than 1000 s',
    ],
  },
  {
    rule: 'Failures of all keys of one queue together pass at 10/s after a burst of 100; what is added without a failure is not limited',
    source: `${QUEUE}/default_rate_limiters.go:DefaultControllerRateLimiter, 1.20 … 1.36`,
    tests: [
      'cluster/work-queue.test.ts: lets 100 failures of all keys together pass, then 10 a second',
      'cluster/work-queue.test.ts: keeps its order over thousands of keys',
    ],
  },
  {
    rule: 'Endpoints, EndpointSlices and Deployments give a key up after its 15th retry, until something changes; others never do',
    source:
      'kube-controller-manager, pkg/controller/endpoint/endpoints_controller.go, pkg/controller/endpointslice/endpointslice_controller.go, pkg/controller/deployment/deployment_controller.go:maxRetries, 1.20 … 1.36',
    tests: [
      'control/retries.test.ts: a Deployment is tried 16 times, 5 ms, 10 ms, 20 ms … apart, and then left alone until it changes',
      'control/retries.test.ts: %s are tried 16 times',
    ],
  },
  {
    rule: 'At once are synced 5 Deployments, ReplicaSets, ReplicationControllers, StatefulSets, Jobs, Services (Endpoints, EndpointSlices), 2 DaemonSets, 20 objects of the garbage collector',
    source:
      'kube-controller-manager, pkg/controller/apis/config/v1alpha1/defaults.go and pkg/controller/*/config/v1alpha1/defaults.go, 1.20 … 1.36',
    tests: ['defaults.test.ts: %s is %j in 1.20 and in 1.36'],
  },
  {
    rule: 'A process that dies forgets what was queued; what its informers list when it starts is queued anew',
    source: 'client-go, tools/cache/shared_informer.go, 1.20 … 1.36',
    tests: [
      'cluster/work-queue.test.ts: that is stopped starts and delays nothing any more',
      'faults/component-down.test.ts: what was asked for meanwhile is done when it is back',
    ],
  },
  {
    rule: 'The namespace, service, service account token and resource quota controllers have 10, 1, 5 and 5 workers',
    source: 'kube-controller-manager, pkg/controller/*/config/v1alpha1/defaults.go, 1.20 … 1.36',
    absent: 'No recovery of Pods waits for these controllers here.',
  },
]
