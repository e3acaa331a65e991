import type { Rule } from './rule.ts'

const FOLDER = 'kube-controller-manager, pkg/controller/daemon'

/** DaemonSets. */
export const daemonset: readonly Rule[] = [
  {
    rule: 'Daemon Pods tolerate not-ready and unreachable NoExecute without limit, and pressure and unschedulable NoSchedule; on the host network network-unavailable too',
    source: `${FOLDER}/util/daemonset_util.go:AddOrUpdateDaemonPodTolerations, 1.20 … 1.36`,
    tests: [
      'control/daemonset/fit.test.ts: daemon Pods tolerate seven taints, the last on the host network only, and a time given for one of them is dropped',
    ],
  },
  {
    rule: 'A Node should run a Pod if node name, selector and affinity fit and every taint but PreferNoSchedule is tolerated; a Pod may stay unless a NoExecute taint is not. Resources are the scheduler’s business, which binds it to the Node that its affinity names',
    source: `${FOLDER}/daemon_controller.go:NodeShouldRunDaemonPod, 1.20 … 1.36`,
    tests: [
      'control/daemonset/fit.test.ts: on %s a daemon Pod runs, or stays',
      'control/daemonset.test.ts: A daemon Pod asks the scheduler for its Node by name, in place of the Nodes its template requires',
      'control/daemonset.test.ts: deletes the Pod of a Node with a NoExecute taint it does not tolerate, and keeps that of a NoSchedule taint',
    ],
  },
  {
    rule: 'A new Node gets its Pod when the not-ready taint is gone',
    source: `${FOLDER}/daemon_controller.go:updateNode, 1.20 … 1.36`,
    tests: ['control/daemonset.test.ts: gives a Node no Pod while it carries the not-ready taint, and one as soon as that is gone'],
  },
  {
    rule: 'A terminating Pod still counts: the next one is created when its object is gone; at most 250 creations in slow-start batches',
    source: `${FOLDER}/daemon_controller.go:podsShouldBeOnNode, syncNodes, 1.20 … 1.36`,
    tests: [
      'control/daemonset.test.ts: replaces a deleted Pod only when its object is gone: a terminating one still counts',
      'control/daemonset.test.ts: creates its first Pods in batches of 1, 2, 4 …, each after the one before',
    ],
  },
  {
    rule: 'A failed Pod is deleted at once, the next of that Node 1 s later, doubled up to 15 min',
    source: `${FOLDER}/daemon_controller.go:failedPodsBackoff, 1.20 … 1.36`,
    tests: ['control/daemonset.test.ts: deletes a failed Pod at once, the next of that Node 1 s after it, then 2 s'],
  },
  {
    rule: 'A machine that dies keeps its Pods, not ready: its Node is neither wanted nor missed; where the Node is deleted, Pod garbage collection takes them',
    source: `${FOLDER}/daemon_controller.go:podsShouldBeOnNode, 1.20 … 1.36`,
    tests: [
      'control/daemonset.test.ts: keeps the Pod of a Node that is unreachable, but neither wants it there nor misses it',
      'control/daemonset.test.ts: deletes a Pod that was never bound when its Node is gone',
    ],
  },
  {
    rule: 'A rollout deletes old Pods that are not available at once, others while fewer Nodes than maxUnavailable (rounded up) lack an available one; from 1.21 on dead Nodes with Pods count too',
    source: `${FOLDER}/update.go:rollingUpdate, 1.20 … 1.36`,
    tests: [
      'control/daemonset.test.ts: in %s replaces one Pod after the other, the next when the one before is available',
      'control/daemonset.test.ts: in %s, with a Node down, replaces the Pods of the live Nodes %j: from 1.21 the dead one uses up maxUnavailable',
      'control/daemonset.test.ts: with maxUnavailable 50 % of three Nodes takes two at a time: it rounds up',
      'control/daemonset/fit.test.ts: %j of %i Nodes are %i',
    ],
  },
  {
    rule: 'With maxSurge (from 1.22 on) the new Pod starts beside the old one, which goes when the new one is available',
    source: `${FOLDER}/update.go:rollingUpdate, 1.22 … 1.36`,
    tests: ['control/daemonset.test.ts: with maxSurge starts the new Pod beside the old one, which goes when the new one is available'],
  },
  {
    rule: 'OnDelete waits for somebody to delete the old Pods',
    source: `${FOLDER}/daemon_controller.go:syncDaemonSet, 1.20 … 1.36`,
    tests: ['control/daemonset.test.ts: with OnDelete waits for somebody to delete the old Pods'],
  },
  {
    rule: 'minReadySeconds delays a rollout by as much for each Pod',
    source: `${FOLDER}/update.go:rollingUpdate, 1.20 … 1.36`,
    tests: ['control/daemonset.test.ts: with minReadySeconds goes on when the new Pod has been ready for that long'],
  },
  {
    rule: 'Pods whose labels match are adopted, owned ones whose labels do not are let go; of several on a Node the oldest stays',
    source: 'kube-controller-manager, pkg/controller/controller_ref_manager.go:ClaimPods, 1.20 … 1.36',
    tests: [
      'control/daemonset.test.ts: lets go of a Pod whose labels stop matching, and gives its Node another',
      'control/daemonset.test.ts: takes over a Pod whose labels match, and then has one too many on its Node',
      'control/garbage-collector/cascade.test.ts: of a DaemonSet leaves Pods that the next one of that name adopts',
    ],
  },
  {
    rule: 'A controller that starts again creates nothing twice',
    source: `${FOLDER}/daemon_controller.go:Run, 1.20 … 1.36`,
    tests: ['control/daemonset.test.ts: creates nothing twice after its controller has restarted'],
  },
]
