import type { Rule } from './rule.ts'

const CONTROLLER = 'kube-controller-manager, pkg/controller/podautoscaler/horizontal.go'
const CALCULATOR = 'kube-controller-manager, pkg/controller/podautoscaler/replica_calculator.go'
const story = (test: string): string => `control/horizontal-pod-autoscaler.test.ts: ${test}`
const pods = 'control/horizontal-pod-autoscaler/calculator.test.ts: a Pod of an autoscaled workload'
const replicas = 'control/horizontal-pod-autoscaler/calculator.test.ts: the replicas that a use of CPU asks for'

/** Rules of the HorizontalPodAutoscaler. */
export const horizontalPodAutoscaler: readonly Rule[] = [
  {
    rule: 'Each autoscaler is looked at every 15 s',
    source: `${CONTROLLER}; rate_limiters.go, 1.20 … 1.36`,
    tests: [story('doubles at most at one look, and leaves room for what has just started to be counted')],
  },
  {
    rule: 'More replicas than maxReplicas, or fewer than minReplicas, are brought back at once, past every other rule; 0 replicas switch it off',
    source: `${CONTROLLER}:reconcileAutoscaler, 1.20 … 1.36`,
    tests: [story('brings a number of replicas back between its bounds at once')],
  },
  {
    rule: 'Deleted and failed Pods are ignored; Pending ones are unready; those without a sample are missing; in the first 5 min a Pod counts only while ready and measured since, later unless it never was ready (within 30 s)',
    source: `${CALCULATOR}:groupPods, 1.20 … 1.36`,
    tests: [pods],
  },
  {
    rule: 'The ratio of use to target within 10 % changes nothing; else it asks for ceil(ratio · ready Pods)',
    source: `${CALCULATOR}:GetResourceReplicas, 1.20 … 1.36`,
    tests: [replicas, story('leaves a workload alone that uses what it should')],
  },
  {
    rule: 'Missing Pods count as fully used against shrinking and as idle against growth, unready ones as idle against growth; a change of direction is dropped',
    source: `${CALCULATOR}:GetResourceReplicas, 1.20 … 1.36`,
    tests: [replicas],
  },
  {
    rule: 'Without a sample of any Pod nothing changes',
    source: `${CALCULATOR}:GetResourceReplicas, 1.20 … 1.36`,
    tests: [replicas],
  },
  {
    rule: 'Without behavior the highest recommendation of the last 300 s holds, and one look grows to at most max(2 · replicas, 4)',
    source: `${CONTROLLER}:stabilizeRecommendation, calculateScaleUpLimit, 1.20 … 1.36`,
    tests: [
      'control/horizontal-pod-autoscaler/behavior.test.ts: without behavior',
      story('shrinks five minutes after the load has'),
      story('doubles at most at one look, and leaves room for what has just started to be counted'),
    ],
  },
  {
    rule: 'With behavior each direction has its window of stabilization and its policies per period, Max or Min of them, or is disabled',
    source: `${CONTROLLER}:normalizeDesiredReplicasWithBehaviors, 1.20 … 1.36`,
    tests: ['control/horizontal-pod-autoscaler/behavior.test.ts: with behavior', story('shrinks as its behavior says')],
  },
  {
    rule: 'What it knows is what metrics-server measured last: every 15 s (60 s up to 0.4, 2020), between two looks of the kubelet 10 s apart; a new Pod has no sample for 10 … 30 s, one on a dead machine until the next scrape',
    source: 'metrics-server, pkg/storage/pod.go, pkg/server/server.go; kubelet, cAdvisor manager/container.go',
    tests: [
      'control/horizontal-pod-autoscaler/metrics.test.ts: what metrics-server knows of a Pod',
      story('sees the load as metrics-server last did: not before its next scrape, and in part at first'),
    ],
  },
  {
    rule: 'In 1.20 the sample of a deleted Pod still counts among the others',
    source: `${CALCULATOR}:groupPods, 1.20`,
    tests: [
      'control/horizontal-pod-autoscaler/calculator.test.ts: that is deleted still counts in 1.20 as long as it has a sample',
      replicas,
    ],
  },
  {
    rule: 'One worker in 1.20, five in 1.27 and since (`--concurrent-horizontal-pod-autoscaler-syncs`, PR #108501)',
    source: `${CONTROLLER}:Run, 1.20 … 1.36`,
    absent: 'A look takes no time here, so that none waits for another.',
  },
  {
    rule: 'Memory (Resource) and the metrics of one container (ContainerResource, on from 1.27)',
    source: `${CONTROLLER}:computeReplicasForMetric, 1.20 … 1.36`,
    absent: 'The load of a scenario says what CPU a Pod uses, nothing of memory or of its containers; they are refused.',
  },
  {
    rule: 'Metrics of kind Pods, Object and External',
    source: `${CONTROLLER}:computeReplicasForMetric, 1.20 … 1.36`,
    absent: 'Nothing in a scenario says what their values are; they are refused.',
  },
]
