import type { Rule } from './rule.ts'

const TAINT =
  'kube-controller-manager, pkg/controller/nodelifecycle/scheduler/taint_manager.go, from 1.29 on pkg/controller/tainteviction/taint_eviction.go'

/** Rules of the evictions that NoExecute taints bring. */
export const taintEviction: readonly Rule[] = [
  {
    rule: 'A taint is tolerated by the first toleration that matches its key, value and effect; a Pod may stay for the least tolerationSeconds of these, for ever when none has any, not at all when a taint has none',
    source: `${TAINT}:processPodOnNode, getMinTolerationTime, 1.20 … 1.36`,
    tests: ['control/taint-eviction.test.ts: tolerated %s', 'control/taint-eviction.test.ts: %j tolerates the taint k: %s'],
  },
  {
    rule: 'The time counts from when the taint is handled, not from timeAdded; a timer that runs is not moved by later taints, and is cancelled when the taints go',
    source: `${TAINT}:processPodOnNode, timed_workers.go:AddWork, 1.20 … 1.36`,
    tests: [
      'control/taint-eviction.test.ts: tolerationSeconds count from when the taint is handled, and later taints do not move the timer',
      'control/taint-eviction.test.ts: a taint that goes before the time is over cancels the eviction',
    ],
  },
  {
    rule: 'An eviction is a notice and a DELETE with the Pod’s own grace, from 1.26 on after GET and PATCH of DisruptionTarget; budgets are not asked; up to 5 tries 10 ms apart',
    source: `${TAINT}:addConditionAndDeletePod, deletePodHandler, 1.20 … 1.36`,
    tests: [
      'control/taint-eviction.test.ts: a Pod that does not tolerate the taint is deleted at once; from 1.26 by GET, PATCH and DELETE',
    ],
  },
  {
    rule: 'Each Pod’s eviction runs by itself: only the client’s 20 calls a second after 30 hold them up, which from 1.29 on it has for itself',
    source: `${TAINT}; KEP-3902`,
    tests: [
      'timelines/zone-outage.test.ts: each Node’s Pods are deleted 300 s after its taint at the rate of the evicting client',
      'timelines/node-crash-times.test.ts: the Pods are deleted one toleration after the taint, at the rate of the evicting client',
    ],
  },
  {
    rule: 'Timers die with the process: after a restart or a change of leader a Pod has its whole time again',
    source: `${TAINT}, issue #108268, 1.20 … 1.36`,
    tests: ['control/taint-eviction.test.ts: timers are lost with the controller manager and start again'],
  },
  {
    rule: 'A Pod that is bound to a tainted Node is evicted like those before it',
    source: `${TAINT}:handlePodUpdate, 1.20 … 1.36`,
    tests: ['control/taint-eviction.test.ts: a Pod bound to a tainted Node is evicted like those before it'],
  },
  {
    rule: 'A Pod that tolerates the taint for ever, as those of DaemonSets and static Pods do, stays; one that terminates is not deleted twice',
    source: `${TAINT}:processPodOnNode, 1.20 … 1.36`,
    tests: ['control/taint-eviction.test.ts: a Pod that tolerates the taint for ever stays, and one that terminates is not deleted twice'],
  },
  {
    rule: 'Up to 1.26 --enable-taint-manager=false turns it off',
    source: 'kube-controller-manager, pkg/controller/nodelifecycle/config/v1alpha1/defaults.go, 1.20 … 1.26',
    tests: ['control/taint-eviction.test.ts: without the taint manager (up to 1.26) taints evict nobody'],
  },
]
