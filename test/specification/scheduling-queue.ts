import type { Rule } from './rule.ts'

const QUEUE = 'kube-scheduler, pkg/scheduler/internal/queue/scheduling_queue.go (1.20 … 1.31), pkg/scheduler/backend/queue (1.32 … 1.36)'

/** Rules of the scheduling queue. */
export const schedulingQueue: readonly Rule[] = [
  {
    rule: 'Pods that wait are taken by priority, then by the time of queueing',
    source: 'kube-scheduler, pkg/scheduler/framework/plugins/queuesort/priority_sort.go, 1.20 … 1.36',
    tests: [
      'control/scheduler/queue.test.ts: higher priority first',
      'control/scheduler/cycle.test.ts: a Pod of higher priority that waits goes first',
    ],
  },
  {
    rule: 'After its n-th failed attempt a Pod is kept back min(1 s · 2^(n−1), 10 s), and becomes active at the next firing of a loop of 1 s',
    source: QUEUE,
    tests: [
      'control/scheduler/queue.test.ts: after %i failures is %i s',
      'control/scheduler/queue.test.ts: a Pod that fails again and again waits 1, 2, 4, 8, 10, 10 s, each to the next firing of the loop of one second',
      'control/scheduler/queue.test.ts: change nothing that the elided run does not show',
    ],
  },
  {
    rule: 'From 1.33 on rejections and errors in a row are counted apart, back-offs end with windows of 1 s, and an idle scheduler takes Pods out of their back-off, errors excepted',
    source: 'kube-scheduler, pkg/scheduler/backend/queue/backoff_queue.go, KEP-5142, 1.33 … 1.36',
    tests: [
      'control/scheduler/queue.test.ts: counts attempts up to 1.32, rejections or errors in a row from 1.33 on',
      'control/scheduler/queue.test.ts: a Pod that was never tried has none from 1.33 on',
      'control/scheduler/queue.test.ts: an idle scheduler takes a woken Pod out of its back-off from 1.33 on',
    ],
  },
  {
    rule: 'Pods unschedulable for more than 60 s (5 min from 1.24 on) are tried again without cause, by a loop of 30 s',
    source: QUEUE,
    tests: ['control/scheduler/queue.test.ts: is tried again without cause after 60 s up to 1.23, after 5 min from 1.24 on'],
  },
  {
    rule: 'A Pod that fails while something was moved is put into back-off, not among the unschedulable',
    source: `${QUEUE}:AddUnschedulableIfNotPresent`,
    tests: ['control/scheduler/queue.test.ts: goes to back-off instead when something moved while it was being tried'],
  },
  {
    rule: 'In 1.20 any update of a Pod in back-off makes it active, the write of its own PodScheduled condition and nomination included; from 1.21 on back-off is kept',
    source: 'kube-scheduler, pkg/scheduler/internal/queue/scheduling_queue.go:Update, PR #98829 (1.21)',
    tests: [
      'control/scheduler/queue.test.ts: in back-off is active again with its next update in 1.20, and that is the scheduler’s own status write',
      'control/scheduler/queue.test.ts: whose labels change is tried again: in 1.20 at once, since then after its back-off',
    ],
  },
  {
    rule: 'A Pod that was deleted or bound while it was tried is dropped',
    source:
      'kube-scheduler, pkg/scheduler/factory.go:MakeDefaultErrorFunc (1.20), pkg/scheduler/schedule_one.go:handleSchedulingFailure (… 1.36)',
    tests: ['control/scheduler/cycle.test.ts: a Pod that is deleted while it is tried is dropped, and so is one that somebody else binds'],
  },
  {
    rule: 'The deletion of a bound Pod, and a Node that is added, wake every unschedulable Pod up to 1.21, those that a filter registered for since',
    source: 'kube-scheduler, pkg/scheduler/eventhandlers.go, 1.20 … 1.36',
    tests: [
      'control/scheduler/queue.test.ts: is tried again when a Pod is deleted',
      'control/scheduler/queue.test.ts: is bound as soon as a Node comes that has room',
    ],
  },
  {
    rule: 'A Node wakes by new allocatable, labels, taints, conditions and by uncordoning, not by cordoning; conditions and any label do so only up to 1.21',
    source: 'kube-scheduler, pkg/scheduler/eventhandlers.go:nodeSchedulingPropertiesChange, preCheckForNode, 1.20 … 1.36',
    tests: [
      'control/scheduler/decide.test.ts: uncordoning is one',
      'control/scheduler/queue.test.ts: is tried again for a new label of a Node up to 1.21 only, unless the Node would take it',
      'control/scheduler/queue.test.ts: is woken by the flapping of any Node condition up to 1.21, and not since',
    ],
  },
  {
    rule: 'Any change of a Service wakes every Pod up to 1.21',
    source: 'kube-scheduler, pkg/scheduler/eventhandlers.go:onServiceAdd, 1.20 and 1.21',
    tests: ['control/scheduler/queue.test.ts: is woken by any change of a Service up to 1.21, and not since'],
  },
  {
    rule: 'A Pod that is bound wakes Pods with required affinity to it',
    source: `${QUEUE}:AssignedPodAdded`,
    tests: ['control/scheduler/queue.test.ts: is woken by a Pod that is bound only if it wants to be near it'],
  },
  {
    rule: 'From 1.32 on the filters that rejected a Pod are asked whether an event may help it (QueueingHints); what happens while it is tried is kept and asked about afterwards',
    source: 'kube-scheduler, pkg/scheduler/backend/queue/scheduling_queue.go:isPodWorthRequeuing, KEP-4247, 1.32 … 1.36',
    tests: [
      'control/scheduler/queue.test.ts: is asked about by the filter that rejected it from 1.32 on: more room than it had, yet not enough, wakes nobody',
      'control/scheduler/queue.test.ts: from 1.32 on only if what happened meanwhile concerns the filter that rejects it',
    ],
  },
  {
    rule: 'PersistentVolumes, claims, StorageClasses and CSINodes that are added or change wake Pods that wait for volumes',
    source: 'kube-scheduler, pkg/scheduler/eventhandlers.go, 1.20 … 1.36',
    absent:
      'Volumes are not looked at when a Pod is placed: no volume is bound to a zone or machine, and the kubelet waits for a claim that is not bound yet.',
  },
  {
    rule: 'A Pod with schedulingGates waits outside the queue (1.27 on)',
    source: 'kube-scheduler, pkg/scheduler/framework/plugins/schedulinggates/scheduling_gates.go, 1.27 … 1.36',
    absent: 'The field is refused: nobody in the model would take the gate away.',
  },
]
