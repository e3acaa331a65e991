import type { Rule } from './rule.ts'

const CYCLE = 'kube-scheduler, pkg/scheduler/core/generic_scheduler.go and scheduler.go (1.20), pkg/scheduler/schedule_one.go (1.24 … 1.36)'

/** Rules of a scheduling cycle, and of the binding that follows it. */
export const schedulingCycle: readonly Rule[] = [
  {
    rule: 'One Pod at a time is decided over, while bindings of others are under way',
    source: CYCLE,
    tests: ['control/scheduler/cycle.test.ts: Pods go through it one at a time while bindings are under way'],
  },
  {
    rule: 'Below 100 nodes all are examined; else until 50 − n/125 percent, at least 5 percent and 100 nodes, are feasible, or percentageOfNodesToScore of them',
    source: `${CYCLE}:numFeasibleNodesToFind`,
    tests: ['control/scheduler/decide.test.ts: of %i nodes at %i percent the search ends with %i feasible ones'],
  },
  {
    rule: 'The next search begins where the last one ended; nodes come one of each zone in turn',
    source: 'kube-scheduler, pkg/scheduler/internal/cache/node_tree.go, 1.20 … 1.36',
    tests: [
      'control/scheduler/decide.test.ts: goes on where it ended, so that all nodes have their turn',
      'control/scheduler/decide.test.ts: nodes are examined zone by zone in turn',
    ],
  },
  {
    rule: 'From 1.21 on the nominated node is tried first, and taken without a look at the others if it fits',
    source: 'kube-scheduler, pkg/scheduler/schedule_one.go:evaluateNominatedNode, 1.21 … 1.36',
    tests: ['control/scheduler/decide.test.ts: tries the nominated node first, and alone if it fits, from 1.21 on: %s'],
  },
  {
    rule: 'A node is filtered with the Pods nominated to it that have the same priority or more, and without',
    source: 'kube-scheduler, pkg/scheduler/framework/runtime/framework.go:RunFilterPluginsWithNominatedPods, 1.20 … 1.36',
    tests: [
      'control/scheduler/preemption.test.ts: keeps the room for the nominated Pod against Pods of lower priority',
      'control/scheduler/preemption.test.ts: says of a node that is promised to another Pod that it has no room, and writes that once',
    ],
  },
  {
    rule: 'Of the nodes with the highest sum each has the same chance',
    source: `${CYCLE}:selectHost`,
    tests: [
      'control/scheduler/decide.test.ts: takes each of the nodes that tie with equal chance',
      'control/scheduler/converge.test.ts: equal seeds place alike, and ties fall on every Node',
    ],
  },
  {
    rule: 'The room is reserved when a node is chosen, before the binding is sent',
    source: `${CYCLE}:assume`,
    tests: ['control/scheduler/cycle.test.ts: two Pods never get the same room, though the first is not bound yet'],
  },
  {
    rule: 'Bindings leave at 50 a second after a burst of 100 (kube-api-qps, kube-api-burst); Kubernetes Events go by another client',
    source: 'kube-scheduler, pkg/scheduler/apis/config/v1beta1/defaults.go (1.20), v1/defaults.go (… 1.36)',
    tests: [
      'control/scheduler/cycle.test.ts: at most 50 bindings a second leave the scheduler once its burst of 100 is used',
      'control/scheduler/cycle.test.ts: kube-api-qps changes that ceiling',
    ],
  },
  {
    rule: 'A bound Pod that no watch confirms is forgotten 30 s after the answer up to 1.24, never since',
    source: 'kube-scheduler, pkg/scheduler/scheduler.go:durationToExpireAssumedPod, 1.20 … 1.36',
    tests: ['control/scheduler/cycle.test.ts: a bound Pod that no watch confirms is forgotten after 30 s up to 1.24, and never since'],
  },
  {
    rule: 'A Pod that fits nowhere gets PodScheduled=False with the reasons of all nodes, counted and sorted; it is written only when that changes',
    source: `${CYCLE}:updatePod; pkg/scheduler/framework/types.go:FitError.Error`,
    tests: [
      'control/scheduler/cycle.test.ts: gets the reasons per node, counted and sorted, in PodScheduled=False',
      'control/scheduler/cycle.test.ts: is written to only when its message changes',
    ],
  },
  {
    rule: 'That write holds up the next cycle up to 1.34; from 1.35 on it does not',
    source: 'kube-scheduler, pkg/scheduler/schedule_one.go:handleSchedulingFailure, KEP-5229, 1.20 … 1.36',
    tests: ['control/scheduler/cycle.test.ts: holds up the next Pod for the time of that write up to 1.34, and not from 1.35 on'],
  },
  {
    rule: 'A Pod that is deleted while its binding is under way gives its room back',
    source: `${CYCLE}:handleBindingCycleError; eventhandlers.go:deletePodFromCache`,
    tests: ['control/scheduler/cycle.test.ts: a Pod that is deleted while its binding is under way gives its room back'],
  },
  {
    rule: 'A scheduler that starts queues every Pod that waits; a cycle cut off by its end comes to nothing',
    source: 'kube-scheduler, pkg/scheduler/eventhandlers.go:addAllEventHandlers, 1.20 … 1.36',
    tests: [
      'control/scheduler/cycle.test.ts: the scheduler carries on after a restart with the Pods it finds waiting',
      'control/scheduler/cycle.test.ts: a cycle cut off by the end of the process comes to nothing',
    ],
  },
  {
    rule: 'A binding waits up to 600 s for volumes that are provisioned for it',
    source: 'kube-scheduler, pkg/scheduler/framework/plugins/volumebinding/volume_binding.go:PreBind, 1.20 … 1.36',
    absent:
      'Volumes are provisioned when their claim is made, and the kubelet waits for them: the Pod is bound earlier, and starts at the same time.',
  },
  {
    rule: 'Pods that name another scheduler are left alone',
    source: 'kube-scheduler, pkg/scheduler/eventhandlers.go:responsibleForPod, 1.20 … 1.36',
    tests: ['control/scheduler/cycle.test.ts: Pods of another scheduler are left alone'],
  },
]
