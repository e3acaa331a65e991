import type { Rule } from './rule.ts'

const CONTROLLER = 'kube-controller-manager, pkg/controller/endpoint/endpoints_controller.go, 1.20 … 1.36'

/** Rules of Endpoints. */
export const endpoints: readonly Rule[] = [
  {
    rule: 'A Pod with an address is a ready one while it is Ready and not terminating; not Ready it is a notReady one as long as it may still become so',
    source: `${CONTROLLER}:syncService`,
    tests: [
      'control/endpoint/membership.test.ts: one that has not started under Never is not ready',
      'control/endpoint.test.ts: loses a Pod that is deleted 3 ms later, and gains its replacement when that is Ready',
      'control/endpoint.test.ts: moves a Pod that is marked not ready to the other list',
    ],
  },
  {
    rule: 'An evicted Pod of a workload stays a notReady address up to 1.24; from 1.25 on Pods that have ended are none',
    source: 'kube-controller-manager, pkg/controller/util/endpoint/controller_utils.go:ShouldPodBeInEndpoints, 1.20 … 1.36',
    tests: [
      'control/endpoint/membership.test.ts: An evicted Pod of a workload stays a not-ready address before 1.25, and is none from then on',
    ],
  },
  {
    rule: 'Readiness, address, deletion and labels of a Pod cause a sync; a restart count does not',
    source: 'kube-controller-manager, pkg/controller/util/endpoint/controller_utils.go:podEndpointsChanged, 1.20 … 1.36',
    tests: [
      'control/endpoint/membership.test.ts: Endpoints are looked at again when readiness, address, deletion or labels change, and not for a restart',
    ],
  },
  {
    rule: 'Syncs that outrun the watch get 409 and are repeated after 5 ms, 10 ms …',
    source: `${CONTROLLER}:handleErr`,
    tests: [
      'control/endpoint.test.ts: that change within milliseconds may outrun the caches; Endpoints catch up after 5 ms, slices sometimes after a second: %s',
    ],
  },
  {
    rule: 'A Service whose sync fails is tried 16 times in all',
    source: `${CONTROLLER}:maxRetries`,
    tests: ['control/retries.test.ts: %s are tried 16 times'],
  },
  {
    rule: 'With endpoint-updates-batch-period syncs that Pods cause are delayed by it, from the first change on',
    source: `${CONTROLLER}:addPod`,
    tests: ['control/endpoint.test.ts: wait for the batch period when there is one'],
  },
  {
    rule: 'From 1.22 on an object holds 1000 addresses, ready ones first',
    source: `${CONTROLLER}:truncateEndpoints`,
    tests: ['control/endpoint/membership.test.ts: An Endpoints object holds 1000 addresses at most from 1.22, ready ones first'],
  },
  {
    rule: 'In 1.20 a sync also writes when only the resourceVersion of a Pod behind an address has changed',
    source:
      'kube-controller-manager, pkg/controller/endpoint/endpoints_controller.go, PR #108078 (1.24 and the last patches of 1.21 … 1.23)',
    absent: 'It moves no address: it costs calls of a client that syncs of one Service leave idle.',
  },
]
