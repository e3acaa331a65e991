import type { Rule } from './rule.ts'

const CONTROLLER = 'kube-controller-manager, pkg/controller/disruption/disruption.go'
const EVICTION = 'kube-apiserver, pkg/registry/core/pod/storage/eviction.go'
const DRAIN = 'kubectl, staging/src/k8s.io/kubectl/pkg/drain/drain.go'

/** Disruption budgets, evictions, drains. */
export const disruption: readonly Rule[] = [
  {
    rule: 'A budget allows as many disruptions as Pods are healthy beyond those that must stay: minAvailable, or the expected Pods less maxUnavailable; shares are rounded up',
    source: `${CONTROLLER}:getExpectedPodCount, updatePdbStatus, 1.20 … 1.36`,
    tests: [
      'control/disruption/status.test.ts: minAvailable %j, maxUnavailable %j of %d: %d must stay healthy',
      'control/disruption/status.test.ts: allows what is healthy beyond what must stay',
    ],
  },
  {
    rule: 'Expected are all Pods there are, terminating ones included, where minAvailable is a number, else the replicas that their controllers want',
    source: `${CONTROLLER}:getExpectedPodCount, getExpectedScale, 1.20 … 1.36`,
    tests: [
      'control/disruption/status.test.ts: a budget expects %s',
      'control/disruption.test.ts: counts terminating Pods among those expected where minAvailable is a number',
    ],
  },
  {
    rule: 'A Pod of a DaemonSet or Job, or (up to 1.21) without a controller, under a share or maxUnavailable makes the count impossible: the budget then allows nothing',
    source: `${CONTROLLER}:getExpectedScale, failSafe, 1.20 … 1.36; PR #103414`,
    tests: [
      'control/disruption/status.test.ts: a budget expects %s',
      'control/disruption.test.ts: allows nothing, for safety, where it cannot say how many Pods there should be',
    ],
  },
  {
    rule: 'Healthy is a Pod that is ready, is not being deleted, and whose eviction was not allowed within the last two minutes',
    source: `${CONTROLLER}:countHealthyPods, buildDisruptedPodMap, 1.20 … 1.36`,
    tests: [
      'control/disruption/status.test.ts: does not count a Pod as healthy that %s',
      'control/disruption/status.test.ts: does not count a Pod as healthy whose eviction it has allowed, and looks again two minutes after that',
      'control/disruption/status.test.ts: forgets an eviction when the deletion is seen, and when it has not come for two minutes',
    ],
  },
  {
    rule: 'One worker reckons a budget anew whenever a Pod that it selects changes; another number of replicas is noticed with the next change of a Pod',
    source: `${CONTROLLER}:updatePod, 1.20 … 1.36`,
    tests: [
      'control/disruption.test.ts: follows the Pods: one that is deleted takes the budget until its replacement is ready',
      'control/disruption.test.ts: hears of another number of replicas with the next change of a Pod',
    ],
  },
  {
    rule: 'Every budget is reckoned anew each 30 s',
    source: `${CONTROLLER}:NewDisruptionController (AddEventHandlerWithResyncPeriod), 1.20`,
    absent: 'It comes to something only where replicas change and no Pod does, which their controllers do not let happen.',
  },
  {
    rule: 'An eviction of a Pod that is pending, has ended or is being deleted is a deletion, whatever its budget says; under two budgets it is an error',
    source: `${EVICTION}:canIgnorePDB, 1.20 … 1.36`,
    tests: ['cluster/eviction.test.ts: of a pending Pod deletes', 'cluster/eviction.test.ts: under two budgets is an error'],
  },
  {
    rule: 'An eviction costs one of the disruptions that the budget’s status allows; none left, or a spec that was not reckoned with, is 429 (the latter with Retry-After 10 s)',
    source: `${EVICTION}:checkAndDecrement, 1.20 … 1.36`,
    tests: [
      'cluster/eviction.test.ts: within the budget takes one disruption',
      'cluster/eviction.test.ts: are refused at once when none is allowed',
      'cluster/eviction.test.ts: under a budget whose last change was not reckoned with has to wait',
    ],
  },
  {
    rule: 'Evictions that write the same budget at once meet a conflict and try again 500 … 550 ms later, 20 times',
    source: `${EVICTION}:EvictionsRetry, 1.20 … 1.36`,
    tests: [
      'cluster/eviction.test.ts: get in each other’s way: the first is written down, the others read the budget again half a second later',
      'cluster/eviction.test.ts: are refused when the disruptions are used up by then',
    ],
  },
  {
    rule: 'A running Pod that is not ready may be evicted at no cost while the budget is met (IfHealthyBudget), or always (AlwaysAllow, from 1.27 on)',
    source: `${EVICTION}:Create, 1.20 … 1.36`,
    tests: [
      'cluster/eviction.test.ts: of a Pod that is not ready costs nothing while the budget is met',
      'cluster/eviction.test.ts: of a Pod that is not ready is refused while the budget is not met',
      'cluster/eviction.test.ts: of a Pod that is not ready is allowed under AlwaysAllow',
    ],
  },
  {
    rule: 'Preemption spares Pods whose budget allows no disruption where others will do, and does not charge a Pod whose eviction was allowed before',
    source:
      'kube-scheduler, pkg/scheduler/framework/plugins/defaultpreemption/default_preemption.go:filterPodsWithPDBViolation, 1.20 … 1.36',
    tests: [
      'control/scheduler/preemption.test.ts: spares a Pod whose budget would be overdrawn when another will do',
      'control/scheduler/preemption.test.ts: is not charged for a Pod whose eviction was allowed before',
    ],
  },
  {
    rule: 'A drain cordons, then evicts all Pods but mirrors and those of DaemonSets in parallel; Pods without a controller forbid it unless forced',
    source: `${DRAIN}:evictPods, filters.go, 1.20 … 1.36`,
    tests: [
      'operations/drain.test.ts: cordons, and without a budget evicts every Pod of the Node at once',
      'operations/drain.test.ts: evicts %s',
    ],
  },
  {
    rule: 'kubectl sends ten evictions at once, then five a second',
    source: 'kubectl, staging/src/k8s.io/client-go/rest/config.go:DefaultQPS, DefaultBurst, 1.20 … 1.36',
    tests: ['operations/drain.test.ts: asks for ten Pods at once, then for five a second'],
  },
  {
    rule: 'After a 429 a drain tries the Pod again 5 s later, without end; after success it looks each second whether the Pod is gone',
    source: `${DRAIN}:evictPods, waitForDelete, 1.20 … 1.36`,
    tests: [
      'operations/drain.test.ts: with a budget of one evicts a Pod each 5 s, as long as its replacement is ready by then',
      'operations/drain.test.ts: with a budget of none evicts nothing, and goes on trying',
      'operations/drain.test.ts: says what kubectl says: each try, each Pod that is gone, and how it ends',
    ],
  },
]
