import type { Rule } from './rule.ts'

const MANAGER = 'kubelet, pkg/kubelet/eviction/eviction_manager.go'
const file = 'faults/node-pressure.test.ts'

/** Rules of eviction by a kubelet whose machine runs short of something. */
export const nodePressure: readonly Rule[] = [
  {
    rule: 'The eviction manager looks every 10 s, and evicts one Pod at a time; the next one when nothing is left of the last (polled every second) or 30 s after its end',
    source: `${MANAGER}:Start, synchronize, waitForPodsCleanup, 1.20 … 1.36`,
    tests: [`${file}: loses one Pod after the other, the next when the one before is cleaned up`],
  },
  {
    rule: 'For memory and disk Pods above their requests go first, then lower priority, then the larger excess; for process ids priority, then use',
    source: 'kubelet, pkg/kubelet/eviction/helpers.go:rankMemoryPressure, rankDiskPressureFunc, rankPIDPressure, 1.20 … 1.36',
    tests: [`${file}: rank for %s`, `${file}: keeps its Pods as soon as enough of them are gone; lower priority goes first`],
  },
  {
    rule: 'Static Pods and those from system-cluster-critical on are spared',
    source: 'kubelet, pkg/kubelet/types/pod_update.go:IsCriticalPod, 1.20 … 1.36',
    tests: [`${file}: spare static Pods and those of system priority`],
  },
  {
    rule: 'At a hard threshold a Pod gets no grace before 1.22, its own up to 1.30, 2 s from 1.31 on',
    source: `${MANAGER}; pkg/kubelet/pod_workers.go:calculateEffectiveGracePeriod; PR #124063, 1.31`,
    tests: [
      `${file}: ends a Pod by %s as its release does: %i s, %s`,
      'control/kubelet/shutdown.test.ts: a grace of %i s in place of %i s is, in 1.%i, %i s',
    ],
  },
  {
    rule: 'An evicted Pod has failed, reason Evicted, and stays until its controller or the garbage collection of Pods takes it away',
    source: `${MANAGER}:evictPod, 1.20 … 1.36`,
    tests: [`${file}: ends a Pod by %s as its release does: %i s, %s`],
  },
  {
    rule: 'The Node says so with its next status, and for 5 min after the pressure was last seen',
    source: `${MANAGER}:nodeConditionsLastObservedAt; evictionPressureTransitionPeriod, 1.20 … 1.36`,
    tests: [`${file}: says so with its next status, until 5 min after it was last seen`],
  },
  {
    rule: 'Each condition taints the Node NoSchedule',
    source: 'kube-controller-manager, pkg/controller/nodelifecycle/node_lifecycle_controller.go:doNoScheduleTaintingPass, 1.20 … 1.36',
    tests: ['control/node-lifecycle/taints.test.ts: %j asks for %j'],
  },
  {
    rule: 'Under memory pressure no BestEffort Pod is admitted that does not tolerate it; under any other none but critical ones',
    source: `${MANAGER}:Admit, 1.20 … 1.36`,
    tests: [`${file}: admit or refuse a Pod when %s`, `${file}: let a Pod in that tolerates memory pressure`],
  },
  {
    rule: 'Short of disk, unused images are deleted before any Pod',
    source: `${MANAGER}:reclaimNodeLevelResources, 1.20 … 1.36`,
    tests: [`${file}: of disk refuses new Pods, and forgets images that nobody uses`],
  },
  {
    rule: 'A soft threshold has a grace period of its own, and gives the Pod up to evictionMaxPodGracePeriod',
    source: `${MANAGER}:thresholdsMetGracePeriod, 1.20 … 1.36`,
    absent: 'There are none by default; `node-pressure` crosses hard thresholds.',
  },
  {
    rule: 'Short of memory at once, the kernel kills the process with the highest oom_score_adj: BestEffort before Burstable before Guaranteed',
    source: 'kubelet, pkg/kubelet/qos/policy.go, 1.20 … 1.36',
    absent: 'Use of memory is not modelled: `oom-kill` kills whom the scenario names, 137 and OOMKilled.',
  },
]
