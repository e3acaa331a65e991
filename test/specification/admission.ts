import type { Rule } from './rule.ts'

const QUOTA = 'kube-apiserver, plugin/pkg/admission/resourcequota; pkg/quota/v1/evaluator/core/pods.go, 1.20 … 1.36'
const PRIORITY = 'kube-apiserver, plugin/pkg/admission/priority/admission.go, 1.20 … 1.36'
const quota = (test: string): string => `cluster/quota.test.ts: ${test}`
const admission = (test: string): string => `cluster/admission.test.ts: ${test}`

/** Rules of ResourceQuotas and PriorityClasses: what admission does to a Pod. */
export const quotaAndPriority: readonly Rule[] = [
  {
    rule: 'A Pod that would exceed a ResourceQuota of its namespace is forbidden; its controller tries again with its back-off',
    source: QUOTA,
    tests: [quota('keeps replacements away while Pods on the dead machine terminate: two grace periods, and what back-off is left')],
  },
  {
    rule: 'A Pod is charged until it has ended, or is overdue by a grace period after its deletion timestamp: Pods on a dead machine hold their share so long',
    source: `${QUOTA}:QuotaV1Pod`,
    tests: [
      quota('a Pod is charged'),
      quota('keeps replacements away while Pods on the dead machine terminate: two grace periods, and what back-off is left'),
    ],
  },
  {
    rule: 'It is charged for the requests and limits of its containers together, or of a larger init container; a container must state what a quota limits',
    source: QUOTA,
    tests: [quota('for its containers together, or an init container that asks for more'), quota('and must state what a quota limits')],
  },
  {
    rule: 'What a quota counts is recalculated by the quota controller every 5 min (5 workers), and after Pods are deleted',
    source: 'kube-controller-manager, pkg/controller/resourcequota/resource_quota_controller.go, 1.20 … 1.36',
    absent: 'What is used is counted from the store when a Pod is created: a share that falls free is seen at once.',
  },
  {
    rule: 'The priority of a Pod is that of its class, else of the default class, else 0; it comes with the preemption policy of the class',
    source: PRIORITY,
    tests: [
      admission('is that of its class, else of the default class, else 0'),
      admission('comes with the preemption policy of its class'),
    ],
  },
  {
    rule: 'system-cluster-critical is 2,000,000,000 and system-node-critical 1,000 more',
    source: `${PRIORITY}; pkg/apis/scheduling/types.go`,
    tests: [admission('is built in for the two system classes')],
  },
]
