import type { Rule } from './rule.ts'

/** Rules of a cluster whose control plane is down, in part or as a whole. */
export const controlPlaneOutages: readonly Rule[] = [
  {
    rule: 'Without a controller manager nothing is detected, marked or replaced; what was asked for meanwhile is done when it is back',
    source: 'kube-controller-manager, cmd/kube-controller-manager/app/controllermanager.go, 1.20 … 1.36',
    tests: [
      'faults/component-down.test.ts: a Node that dies is not noticed, and nothing is replaced',
      'faults/component-down.test.ts: what was asked for meanwhile is done when it is back',
    ],
  },
  {
    rule: 'A new controller manager gives every Node that is Ready a whole grace period (40 s, from 1.32 on 50 s) from its first look',
    source: 'kube-controller-manager, pkg/controller/nodelifecycle/node_lifecycle_controller.go:tryUpdateNodeHealth, 1.20 … 1.36',
    tests: ['faults/component-down.test.ts: a Node that died meanwhile is noticed a whole grace period after its first look'],
  },
  {
    rule: 'It takes NoExecute off every Node in its first tick and puts it on those that are Unknown again with the next pass: tolerations begin anew',
    source: 'kube-controller-manager, pkg/controller/nodelifecycle/node_lifecycle_controller.go:markNodeAsReachable, 1.20 … 1.36',
    tests: [
      'faults/component-down.test.ts: takes NoExecute off with its first look, and puts it on again with the next pass',
      'faults/component-down.test.ts: begins the 300 s of toleration again',
      'faults/component-down.test.ts: leaves the Node Unknown all the while',
    ],
  },
  {
    rule: 'Pods that were deleted stay deleted when it restarts, and none is replaced twice',
    source: 'kube-controller-manager, pkg/controller/replicaset/replica_set.go, 1.20 … 1.36',
    tests: ['faults/component-down.test.ts: a controller manager that is killed after Pods were deleted brings none of them back'],
  },
  {
    rule: 'Without a scheduler Pods are created and wait; they are placed as soon as one leads',
    source: 'kube-scheduler, pkg/scheduler/scheduler.go, 1.20 … 1.36',
    tests: ['faults/component-down.test.ts: without a scheduler replacements are created and wait; with one they are placed at once'],
  },
  {
    rule: 'Without an API server containers run, end and are restarted; their status is written after it is back',
    source: 'kubelet, pkg/kubelet/kubelet.go:syncLoop, pkg/kubelet/status/status_manager.go, 1.20 … 1.36',
    tests: [
      'faults/component-down.test.ts: a container that ends is restarted by its kubelet',
      'faults/component-down.test.ts: that restart is in its status when the server is back and the kubelet has had its next batch, within 10 s',
    ],
  },
  {
    rule: 'However long the API server is away, nobody that lives is taken for dead afterwards: leases are renewed within 7 s, and the new leader has no memory of their age',
    source:
      'kubelet, component-helpers/apimachinery/lease/controller.go:backoffEnsureLease; kube-controller-manager, node_lifecycle_controller.go, 1.20 … 1.36',
    tests: [
      'faults/component-down.test.ts: no Node is ever taken for dead, whatever the version',
      'timelines/api-outage.test.ts: nobody that lives is marked Unknown: every Node has a fresh grace period',
      'timelines/api-outage.test.ts: where calls time out rather than are refused, nobody is marked Unknown either',
    ],
  },
  {
    rule: 'A Node that dies during an API outage of 10 min is Unknown 40 s (from 1.32 on 50 s) after the first tick of the new leader, and its Pods are deleted 870 s after its death',
    source: 'kube-controller-manager, pkg/controller/nodelifecycle/node_lifecycle_controller.go, 1.20 … 1.36',
    tests: [
      'timelines/api-outage.test.ts: a grace period after the first tick of the new leader: the Node that has died is marked Unknown',
      'timelines/api-outage.test.ts: 870 s after its death: its Pods are deleted',
    ],
  },
  {
    rule: 'Of three API servers one may go: its clients move on; the controller manager beside it loses its leadership to another',
    source: 'kubeadm, cmd/kubeadm/app/phases/kubeconfig/kubeconfig.go (PR #94398, 1.20 … 1.36)',
    tests: [
      'faults/component-down.test.ts: one may go: no Node is missed, no operation fails',
      'faults/component-down.test.ts: the one beside the leading controller manager takes its leadership with it',
    ],
  },
  {
    rule: 'A machine of the control plane takes its four processes with it, and brings them back when it has booted',
    source: 'kubelet, pkg/kubelet/config/file.go (static Pods), 1.20 … 1.36',
    tests: ['faults/component-down.test.ts: takes its four processes with it, and brings them back when it has booted'],
  },
  {
    rule: 'After a power loss of the whole cluster the Nodes are still Ready in etcd: a new leader gives each its grace period, and what has booted by then restarts its Pods in place',
    source:
      'kube-controller-manager, pkg/controller/nodelifecycle/node_lifecycle_controller.go; kubelet, pkg/kubelet/kubelet.go, 1.20 … 1.36',
    tests: ['faults/cold-start.test.ts: restarts its Pods in place, each on its Node, and deletes none'],
  },
  {
    rule: 'Machines that stay off after it are Unknown a grace period after the first look, and lose their Pods a toleration later',
    source: 'kube-controller-manager, pkg/controller/nodelifecycle/node_lifecycle_controller.go:monitorNodeHealth, 1.20 … 1.36',
    tests: ['faults/cold-start.test.ts: of which one stays off takes it for dead a grace period after the first look'],
  },
  {
    rule: 'The windows of the HPA, the back-offs of Jobs and DaemonSets, the six minutes of a volume on a dead machine and expectations are memory, and begin anew with a new controller manager',
    source:
      'kube-controller-manager, pkg/controller/podautoscaler/horizontal.go, pkg/controller/daemon/daemon_controller.go, pkg/controller/volume/attachdetach/reconciler/reconciler.go, 1.20 … 1.36',
    tests: ['control/leader-election/memory.test.ts: A new controller manager makes every controller forget'],
  },
]
