import type { Rule } from './rule.ts'

const DEFAULT =
  'kube-scheduler, pkg/scheduler/framework/plugins/defaultpreemption/default_preemption.go, pkg/scheduler/framework/preemption, 1.20 … 1.36'

/** Rules of preemption. */
export const preemption: readonly Rule[] = [
  {
    rule: 'A Pod that fits nowhere has Pods of lower priority deleted with their grace, gets that node nominated, and is bound once they are gone',
    source: DEFAULT,
    tests: [
      'control/scheduler/preemption.test.ts: deletes the least important Pod with its grace, nominates the node, and binds once the Pod is gone',
    ],
  },
  {
    rule: 'preemptionPolicy Never does not preempt; nor does who waits for a Pod that terminates on its nominated node',
    source: `${DEFAULT}:PodEligibleToPreemptOthers`,
    tests: [
      'control/scheduler/preemption.test.ts: leaves Pods alone when its policy is Never',
      'control/scheduler/preemption.test.ts: does not preempt again while its victim terminates',
    ],
  },
  {
    rule: 'Dry runs begin at a random node and end with max(10 %, 100) candidates',
    source: `${DEFAULT}:calculateNumCandidates`,
    tests: ['control/scheduler/preemption.test.ts: of %i nodes dry runs end with %i candidates'],
  },
  {
    rule: 'All of lower priority are taken away and put back while the Pod fits: first those whose budget would be overdrawn, then by priority and running time',
    source: `${DEFAULT}:SelectVictimsOnNode, filterPodsWithPDBViolation`,
    tests: [
      'control/scheduler/preemption.test.ts: spares a Pod whose budget would be overdrawn when another will do',
      'control/scheduler/preemption.test.ts: Pods are spared by priority, then by running time, then by age',
      'control/scheduler/preemption.test.ts: allows victims in order until it is used up',
    ],
  },
  {
    rule: 'The node with the fewest overdrawn budgets gives way, then lowest highest priority, lowest sum, fewest victims, latest start, first',
    source: `${DEFAULT}:pickOneNodeForPreemption`,
    tests: [
      'control/scheduler/preemption.test.ts: the fewest budgets overdrawn',
      'control/scheduler/preemption.test.ts: the lowest highest priority',
      'control/scheduler/preemption.test.ts: the lowest sum of priorities',
      'control/scheduler/preemption.test.ts: the fewest victims where priorities weigh nothing',
      'control/scheduler/preemption.test.ts: the latest start',
      'control/scheduler/preemption.test.ts: the first place among equals',
    ],
  },
  {
    rule: 'Victims are deleted one after the other up to 1.25, all at once from 1.26 on, and from then on marked DisruptionTarget first',
    source: 'kube-scheduler, pkg/scheduler/framework/preemption/preemption.go:prepareCandidate, PR #113127 (1.26)',
    tests: [
      'control/scheduler/preemption.test.ts: deletes victims one after the other in 1.20, all at once from 1.26 on: %s',
      'control/scheduler/preemption.test.ts: costs a call more per victim from 1.26 on, and blocks the loop until answered up to 1.32',
    ],
  },
  {
    rule: 'A victim that is gone by then ends the attempt in 1.20; since then it is passed over',
    source: 'kube-scheduler, defaultpreemption/default_preemption.go:PrepareCandidate (1.20), preemption.go:prepareCandidate (1.26 … 1.36)',
    tests: [
      'control/scheduler/preemption.test.ts: of a victim that is gone meanwhile: 1.20 gives it up, later releases nominate all the same: %s',
    ],
  },
  {
    rule: 'The scheduling loop waits for all that up to 1.32; from 1.33 on it goes on, and the Pod is not tried before its last victim terminates',
    source: 'kube-scheduler, pkg/scheduler/framework/preemption/preemption.go:prepareCandidateAsync, KEP-4832, 1.33 … 1.36',
    tests: [
      'control/scheduler/preemption.test.ts: costs a call more per victim from 1.26 on, and blocks the loop until answered up to 1.32',
      'control/scheduler/preemption.test.ts: a Pod is not tried while its preemption is under way, from 1.33 on',
    ],
  },
]
