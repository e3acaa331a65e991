import type { Rule } from './rule.ts'

const down = (test: string): string => `control/cluster-autoscaler/scale-down.test.ts: ${test}`
const up = (test: string): string => `control/cluster-autoscaler.test.ts: ${test}`
const unneeded = (test: string): string => `control/cluster-autoscaler/unneeded.test.ts: ${test}`
const CORE = 'autoscaler, cluster-autoscaler/core'

/** Rules of the cluster autoscaler. */
export const clusterAutoscaler: readonly Rule[] = [
  {
    rule: 'Every 10 s (`--scan-interval`) it looks for Pods that the scheduler has called unschedulable and asks for as many machines as they need',
    source: `${CORE}/static_autoscaler.go:RunOnce, scaleup/orchestrator/orchestrator.go (2026)`,
    tests: [up('get as many machines as they need with the next scan; call, provisioning, kubelet and network follow one another')],
  },
  {
    rule: 'Pods that are all younger than 2 s wait for the next scan, in which no machine goes either',
    source: `${CORE}/static_autoscaler.go:allPodsAreNew (2026)`,
    tests: [
      up('wait for one scan more while all of them are younger than 2 s'),
      unneeded('Pods that are all younger than 2 s wait for the next scan'),
    ],
  },
  {
    rule: 'From 1.35 on it also looks as soon as a Pod is called unschedulable, and at once after a look that changed a group (`--frequent-loops-enabled`)',
    source: 'autoscaler, cluster-autoscaler/loop/trigger.go; default since PR #8019',
    tests: [up('are looked at as soon as they are called unschedulable from 1.35 on, and again 10 s later as they were new')],
  },
  {
    rule: 'Pods that fit a Node which is there or has been asked for bring no machine, in order of priority, then age',
    source: `${CORE}/podlistprocessor/filter_out_schedulable.go (2026)`,
    tests: ['control/cluster-autoscaler/simulation.test.ts: are those left once the others have taken their room, by priority, then age'],
  },
  {
    rule: 'How many machines a group needs is estimated by first-fit-decreasing; the expander chooses among groups: random, least-waste or most-pods',
    source: 'autoscaler, cluster-autoscaler/estimator/binpacking_estimator.go, expander (2026)',
    tests: [
      'control/cluster-autoscaler/simulation.test.ts: packs the largest first, and leaves the cluster as it was',
      'control/cluster-autoscaler/rules.test.ts: the group that grows',
    ],
  },
  {
    rule: 'A group has no more machines than its maximum',
    source: 'autoscaler, cluster-autoscaler/FAQ.md (2026)',
    tests: [up('wait when the group is as large as it may be')],
  },
  {
    rule: 'While more than 45 % and more than 3 of the Nodes are unready nothing is done: the outage of a zone can stop autoscaling',
    source: 'autoscaler, cluster-autoscaler/clusterstate/clusterstate.go:IsClusterHealthy (2026)',
    tests: [up('get nothing while more than 45 % and more than three of the Nodes are not ready')],
  },
  {
    rule: 'A machine that has not registered 15 min after it was asked for is given up; its group backs off for 5 min, doubling to 30 min, forgotten after 3 h',
    source: 'autoscaler, cluster-autoscaler/clusterstate/clusterstate.go, utils/backoff/exponential_backoff.go (2026)',
    tests: [
      up('a machine that has not registered after 15 min is given up, and its group backs off for 5 min'),
      'control/cluster-autoscaler/rules.test.ts: a group backs off for 5 min, then twice as long each time up to 30 min',
    ],
  },
  {
    rule: 'A Node is a candidate to go while less than half of its CPU and of its memory is requested, Pods of DaemonSets and static Pods included',
    source: 'autoscaler, cluster-autoscaler/simulator/utilization/info.go, core/scaledown/eligibility/eligibility.go (2026)',
    tests: [down('stays when its Pods request half of it'), unneeded('is the larger share of CPU and memory that is requested')],
  },
  {
    rule: 'It goes when it has been unneeded for longer than 10 min, one that is not ready for longer than 20 min',
    source: `${CORE}/scaledown/unneeded/nodes.go:RemovableAt (2026)`,
    tests: [
      down('goes with the first scan later than 10 min after it was first seen idle, 5 s after its taint, by one call of the provider'),
      down('a machine whose Node is not ready goes 20 min after it was found unneeded'),
      unneeded('may go when it has been unneeded for longer than 10 min, one that is not ready for longer than 20 min'),
    ],
  },
  {
    rule: 'No machine goes for 10 min after one was asked for, and for 3 min after a removal that could not begin',
    source: `${CORE}/static_autoscaler.go:isScaleDownInCooldown (2026)`,
    tests: [
      down('no machine goes within 10 min after one was asked for'),
      unneeded('no removal begins within 10 min after a machine was asked for and 3 min after one could not begin'),
    ],
  },
  {
    rule: 'Up to ten machines go at once, one of them with Pods to evict',
    source: `${CORE}/scaledown/budgets/budgets.go:CropNodes (2026)`,
    tests: [
      down('goes together with up to nine others that are empty, the rest with the next scan after them'),
      down('is drained one at a time: its Pods are evicted and waited for, looked at every 5 s'),
      unneeded('one at a time is drained, beside empty ones'),
    ],
  },
  {
    rule: 'A group keeps its minimum of machines',
    source: `${CORE}/scaledown/unneeded/nodes.go:verifyMinSize, processors/nodes/pre_filtering_processor.go (2026)`,
    tests: [
      down('stays while its group has no more than its minimum'),
      unneeded('may go as far as its group has machines beyond its minimum, empty ones first, risky ones last'),
    ],
  },
  {
    rule: 'Bare Pods, Pods with an emptyDir or hostPath, Pods of kube-system without a budget, and those annotated safe-to-evict: false keep their Node; safe-to-evict: true overrules that',
    source: 'autoscaler, cluster-autoscaler/simulator/drainability/rules/rules.go (2026)',
    tests: [
      'control/cluster-autoscaler/drain-rules.test.ts: what a Pod means for the removal of its Node',
      down('a Pod with %s lets so many machines of three go'),
      down('a Pod without a controller keeps its machine'),
    ],
  },
  {
    rule: 'A PodDisruptionBudget that allows nothing keeps every Node with a Pod of it',
    source: 'autoscaler, cluster-autoscaler/simulator/drainability/rules/pdb/rule.go, core/scaledown/pdb/basic.go (2026)',
    tests: [down('that allows nothing keeps every machine with a Pod of it')],
  },
  {
    rule: 'A Node whose Pods find no other place, or keep it, is looked at again after 5 min',
    source: `${CORE}/scaledown/planner/planner.go:categorizeNodes (2026)`,
    tests: [down('while nothing can change no scan is an event: as many as there are changes and times to wait for')],
  },
  {
    rule: 'A Node that is to go is tainted ToBeDeletedByClusterAutoscaler and cordoned; 5 s later its Pods are evicted, refused evictions again every 10 s for 2 min; Pods that are not gone after 600 s and 30 s more save it',
    source: `${CORE}/scaledown/actuation/actuator.go, drain.go, utils/taints/taints.go (2026)`,
    tests: [
      unneeded('a Node that is to go is tainted NoSchedule and cordoned; one that stays after all is neither'),
      down('an eviction that a budget refuses is tried again every 10 s for 2 min, then the Node stays'),
      down('gives a Pod 600 s at most, however long its own grace period'),
      down('is given up when a Pod is still there 630 s after its eviction'),
    ],
  },
  {
    rule: 'While no machine goes, up to ten unneeded Nodes per scan get the taint DeletionCandidateOfClusterAutoscaler (PreferNoSchedule), and lose it when they are needed',
    source: `${CORE}/scaledown/actuation/softtaint.go (2026)`,
    tests: [unneeded('Nodes that could go get the taint that makes the scheduler prefer others, and lose it when they are needed')],
  },
  {
    rule: 'An autoscaler that starts takes the taints of removals off that its predecessor had begun',
    source: `${CORE}/static_autoscaler.go:cleanUpIfRequired (2026)`,
    tests: [down('that an autoscaler had begun when it died is undone by the next')],
  },
  {
    rule: 'Pods of kube-system without a budget keep their Node for an hour only (`--blocking-system-pod-distruption-timeout`)',
    source: 'autoscaler, cluster-autoscaler/simulator/drainability/rules/system/rule.go (2025 … 2026)',
    absent: 'The instant that the hour is counted from could not be checked in the source; they keep it for good, as up to 2025.',
  },
  {
    rule: 'Similar groups are balanced, limits over all groups hold (`--balance-similar-node-groups`, `--max-nodes-total`, `--cores-total`)',
    source: 'autoscaler, cluster-autoscaler/FAQ.md (2026)',
    absent: 'Off by default, and without limits.',
  },
]
