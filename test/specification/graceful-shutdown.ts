import type { Rule } from './rule.ts'

const MANAGER = 'kubelet, pkg/kubelet/nodeshutdown/nodeshutdown_manager.go, 1.24 … 1.36'
const LINUX = 'kubelet, pkg/kubelet/nodeshutdown/nodeshutdown_manager_linux.go:processShutdownEvent, 1.21 … 1.36'
const file = 'control/kubelet/shutdown.test.ts'

/** Rules of an orderly shutdown of a machine, and of Pods that their kubelet ends. */
export const gracefulShutdown: readonly Rule[] = [
  {
    rule: 'Without `shutdownGracePeriod` (0 by default; the gate is off in 1.20) a shutdown is a power loss to Kubernetes',
    source: `${MANAGER}:migrateConfig; gate GracefulNodeShutdown: alpha 1.20, on from 1.21`,
    tests: [`${file}: are there or not: %s`, `${file}: without a grace period its Pods are not ended: all goes with the machine`],
  },
  {
    rule: 'A kubelet that delays a shutdown posts Ready=False at once: node is shutting down',
    source: LINUX,
    tests: [`${file}: its Node is not ready at once, its Pods end group by group, and then it is off`],
  },
  {
    rule: 'Pods below system-cluster-critical have shutdownGracePeriod − shutdownGracePeriodCriticalPods, then critical ones the rest; a group without Pods takes no time',
    source: `${MANAGER}:migrateConfig, killPods`,
    tests: [`${file}: are there or not: %s`, `${file}: its Node is not ready at once, its Pods end group by group, and then it is off`],
  },
  {
    rule: 'shutdownGracePeriodByPodPriority gives each range of priorities its own period, the lowest first; Pods below the lowest count to it',
    source: `${MANAGER}:groupByPriority; gate GracefulNodeShutdownBasedOnPodPriority, on from 1.24`,
    tests: [`${file}: hold for the Pods that reach a priority, and the first for those that reach none`],
  },
  {
    rule: 'Each Pod gets the smaller of its own grace period and that of its group; a group whose time is up is not waited for any longer',
    source: `${MANAGER}:killPods`,
    tests: [
      `${file}: the Pod keeps its own grace period where that is shorter`,
      `${file}: a Pod that takes longer than its group may is killed, and has failed: Terminated`,
    ],
  },
  {
    rule: 'From 1.31 on a group is done when the volumes of its Pods are unmounted, before when their containers have stopped',
    source: 'kubelet, pkg/kubelet/volumemanager/volume_manager.go:WaitForAllPodsUnmount, PR #125070, 1.31',
    tests: [`${file}: up to 1.30 a group is done when its containers have stopped, from 1.31 on when its volumes are unmounted`],
  },
  {
    rule: 'Pods that are bound to the Node meanwhile fail at once: NodeShutdown',
    source: 'kubelet, pkg/kubelet/nodeshutdown/nodeshutdown_manager_linux.go:Admit, 1.21 … 1.36',
    tests: [`${file}: Pods that come meanwhile are refused: NodeShutdown`],
  },
  {
    rule: 'The phase of a Pod that its kubelet ends, and its readiness, change only when its containers have stopped (from 1.22; before, the Pod has failed as soon as that is decided)',
    source: 'kubelet, pkg/kubelet/status/status_manager.go:mergePodStatus, 1.22 … 1.36; issue #116965',
    tests: [
      `${file}: until its containers have stopped a Pod stays ready: its end does not show`,
      'control/kubelet.test.ts: a Pod past its activeDeadlineSeconds is ended at the next tick of the sync loop',
    ],
  },
  {
    rule: 'From 1.27 on such a Pod has succeeded where all its containers have exited with 0, and its reason is lost; only a deadline fails it all the same',
    source: 'kubelet, pkg/kubelet/kubelet_pods.go:generateAPIPodStatus, 1.27 … 1.36; issues #118310, #120182',
    tests: [
      `${file}: a Pod that its kubelet ends has succeeded where every container has exited with 0, unless it was late`,
      'faults/node-pressure.test.ts: loses a Pod that handles SIGTERM as one that has succeeded, from 1.27 on',
    ],
  },
  {
    rule: 'The machine goes down when the kubelet releases its inhibitor lock: after the last group, or when the kubelet dies',
    source: `${LINUX}; systemd-logind, Inhibitor Locks`,
    tests: [
      `${file}: a kubelet that dies meanwhile delays it no longer`,
      `${file}: it is off when its time is up, though its kubelet waits on`,
    ],
  },
  {
    rule: 'Pods that have ended before the reboot are not started again after it; their records are cleaned up',
    source: 'kubelet, pkg/kubelet/kubelet.go:HandlePodAdditions, 1.20 … 1.36',
    tests: [`${file}: a reboot without \`for\` boots as soon as it is off; its Pods that have ended stay so`],
  },
  {
    rule: 'A shutdown that is cancelled gives the lock back and lets the Node be ready again; Pods that have ended stay so',
    source: 'kubelet, pkg/kubelet/nodeshutdown/nodeshutdown_manager_linux.go:start, 1.21 … 1.36',
    absent: 'No fault cancels a shutdown.',
  },
]
