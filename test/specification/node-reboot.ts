import type { Rule } from './rule.ts'

const KUBELET = 'kubelet, pkg/kubelet/kubelet.go'
const RUNTIME = 'kubelet, pkg/kubelet/kuberuntime/kuberuntime_manager.go:computePodActions, 1.20 … 1.36'
const MONITOR = 'kube-controller-manager, pkg/controller/nodelifecycle/node_lifecycle_controller.go'
const reboot = 'control/kubelet/reboot.test.ts'
const kubelet = 'control/kubelet.test.ts'

/** Rules of machines that reboot, are cut off or come back, and of the Nodes that stand for them. */
export const nodeReboot: readonly Rule[] = [
  {
    rule: 'A Pod whose machine reboots keeps its name and Node, and gets another sandbox with another address; its containers start again, each with one restart more',
    source: RUNTIME,
    tests: [`${kubelet}: its Pods start in place: another sandbox and address, one restart more, no back-off`],
  },
  {
    rule: 'Its init containers run again, from the first',
    source: RUNTIME,
    tests: [`${reboot}: one with init containers begins with the first of them again`],
  },
  {
    rule: 'A Pod with restartPolicy Never has failed',
    source: RUNTIME,
    tests: [`${reboot}: one with restartPolicy Never has failed, and nothing of it starts again`],
  },
  {
    rule: 'No back-off from before the reboot holds: CrashLoopBackOff and ImagePullBackOff are in the memory of the kubelet',
    source: `${KUBELET}:NewMainKubelet, 1.20 … 1.36`,
    tests: [`${reboot}: all start at once, whatever back-off they were in: it was in the memory of the kubelet`],
  },
  {
    rule: 'A kubelet that starts renews its lease at once; its sync loop finds the runtime not yet looked at, pauses for 100 ms, and then takes up its Pods',
    source: `${KUBELET}:Run, syncLoop, 1.20 … 1.36`,
    tests: ['faults/node-reboot.test.ts: a machine that is reset boots at once, and its Pods start again in place with new addresses'],
  },
  {
    rule: 'Its Node is reported ready 100 ms after it has started, with the bootID of the new boot',
    source: 'kubelet, pkg/kubelet/kubelet.go:fastStatusUpdateOnce, 1.20 … 1.36',
    tests: [`${reboot}: the Node is reported with its next boot, and ready again, 0.1 s after the kubelet has started`],
  },
  {
    rule: 'A Node that is gone when its kubelet starts is registered anew, not ready and tainted not-ready:NoSchedule at first',
    source: 'kube-apiserver, plugin/pkg/admission/nodetaint/admission.go; kubelet, pkg/kubelet/kubelet_node_status.go, 1.20 … 1.36',
    tests: [`${kubelet}: a Node that was deleted meanwhile registers again, not ready at first`],
  },
  {
    rule: 'A machine that is back before it is taken for dead shows nothing but restarts',
    source: `${MONITOR}:monitorNodeHealth, 1.20 … 1.36`,
    tests: ['control/node-lifecycle/detection.test.ts: a heartbeat gap shorter than the grace period is never seen'],
  },
  {
    rule: 'When a Node is ready again its NoSchedule taint goes at once, its NoExecute taint with the next look of the monitor (up to 5 s); evictions that wait are cancelled',
    source: `${MONITOR}:processTaintBaseEviction, 1.20 … 1.36`,
    tests: [
      'control/node-lifecycle/detection.test.ts: its NoSchedule taint goes at once, its NoExecute taint with the next tick, and its evictions are cancelled',
    ],
  },
  {
    rule: 'Pods that were marked not ready are ready again with the next batch of statuses of their kubelet, within 10 s',
    source: 'kubelet, pkg/kubelet/status/status_manager.go:needsReconcile, 1.20 … 1.36',
    tests: ['control/kubelet/status-manager.test.ts: that somebody else has written is put right by the next batch: GET and PATCH'],
  },
  {
    rule: 'Pods that were deleted meanwhile are not started again but finished off; their replacements stay where they are',
    source: `${KUBELET}:HandlePodAdditions, 1.20 … 1.36`,
    tests: [
      'timelines/node-crash.test.ts: the old Pods are gone within 15 s of its kubelet’s start',
      'control/node-lifecycle/detection.test.ts: a Node that returns after its Pods were deleted is not tainted again',
    ],
  },
  {
    rule: 'A container of which the runtime knows nothing any more counts as ended with 137 where its Pod was deleted, from 1.22 on in any case, then as a restart: the Pod is not Pending again',
    source: 'kubelet, pkg/kubelet/kubelet_pods.go:convertToAPIContainerStatuses, 1.20 … 1.36',
    tests: [
      `${kubelet}: 1.20: a Pod that was deleted meanwhile, and whose containers are forgotten, stays Running until it is gone`,
      `${kubelet}: by %s one that forgets its containers counts restarts from 0`,
    ],
  },
  {
    rule: 'A machine that is cut off keeps its containers; its kubelet goes on restarting them and says so when it reaches the API server again, with a renewal within 10 s',
    source: 'kubelet, cmd/kubelet/app/server.go (heartbeat timeout 10 s), 1.20 … 1.36',
    tests: [
      'faults/node-partition.test.ts: its Pods run on and serve nobody; heartbeats stop, and come back within 10 s of the end',
      'faults/node-partition.test.ts: its kubelet restarts containers, but says so only when it reaches the API again',
    ],
  },
  {
    rule: 'It hears of what was deleted and bound meanwhile when its reflector watches again: back-off 0.8 … 30 s, each wait up to doubled',
    source: 'client-go, staging/src/k8s.io/client-go/tools/cache/reflector.go, 1.20 … 1.36',
    tests: ['faults/node-partition.test.ts: a Pod deleted meanwhile ends when its kubelet hears of it, a Pod bound meanwhile starts then'],
  },
  {
    rule: 'A kubelet that was stopped (SIGSTOP) and goes on has its timers due and its connections whole: lease, Node status and missed changes follow at once',
    source: 'kubelet, pkg/kubelet/kubelet.go:Run (wait.Until), 1.20 … 1.36; observations README.md',
    tests: [
      'faults/node-partition.test.ts: where its connections last, all that has waited follows at once: lease, Node status, what its watches have missed',
      'faults/node-partition.test.ts: and a cut that is shorter than the way to its next renewal does not move that',
    ],
  },
  {
    rule: 'Nodes without zone and region are one zone to the node lifecycle controller; else zone and region together name it',
    source: 'kube-controller-manager, pkg/util/node/node.go:GetZoneKey, 1.20 … 1.36',
    tests: ['cluster/drafts.test.ts: the zone of a Node is its region and its zone together'],
  },
  {
    rule: 'The clocks of machines differ: leases and Node conditions are judged by the clock of the controller manager alone, leader leases by that of the candidate',
    source: `${MONITOR}:updateNodeHealth; client-go, tools/leaderelection/leaderelection.go, 1.20 … 1.36`,
    absent:
      'All machines share one clock: detection, eviction and election would be the same. What a skewed kubelet does change (minReadySeconds and startTime in its timestamps) is not modelled.',
  },
]
