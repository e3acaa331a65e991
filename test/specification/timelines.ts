import type { Rule } from './rule.ts'

/** What whole recoveries look like: where several rules come together. */
export const timelines: readonly Rule[] = [
  {
    rule: 'A machine that dies is Unknown 30 … 45 s later (40 … 55 s from 1.32 on): grace period, less the age of its last lease, more the way to the next look of the monitor',
    source: 'kube-controller-manager, pkg/controller/nodelifecycle/node_lifecycle_controller.go:monitorNodeHealth, 1.20 … 1.36',
    tests: ['timelines/node-crash-times.test.ts: the Node is Unknown grace − lease age + monitor phase after the crash'],
  },
  {
    rule: 'Its Pods are deleted 300 s after the NoExecute taint and replaced at once; the old ones stay, terminating',
    source:
      'kube-controller-manager, pkg/controller/tainteviction/taint_eviction.go and pkg/controller/replicaset/replica_set.go, 1.20 … 1.36',
    tests: [
      'timelines/node-crash-times.test.ts: the Pods are deleted one toleration after the taint, at the rate of the evicting client',
      'timelines/node-crash.test.ts: rows 8 … 10: a replacement is created 0.1 s after each deletion',
      'timelines/node-crash.test.ts: row 12: the old Pods stay, terminating',
    ],
  },
  {
    rule: 'Until its Pods are marked not ready, and up to 1.2 s more in the proxies, its share of the requests fails',
    source: 'kube-proxy, pkg/proxy/iptables/proxier.go, 1.20 … 1.36',
    tests: ['timelines/node-crash.test.ts: rows 1 and 4: until then'],
  },
  {
    rule: 'A machine back before its Pods are deleted restarts them in place, with new addresses; one back later finishes them off',
    source: 'kubelet, pkg/kubelet/kubelet.go, 1.20 … 1.36',
    tests: [
      'timelines/node-crash.test.ts: its Pods restart in place with new addresses, ready within 45 s of its boot',
      'timelines/node-crash.test.ts: the old Pods are gone within 15 s of its kubelet’s start',
    ],
  },
  {
    rule: 'A kubelet that restarts within the grace period leaves running containers alone; Pods with a readiness probe are not ready for a while up to 1.34',
    source: 'kubelet, pkg/kubelet/prober/prober_manager.go, 1.20 … 1.36',
    tests: [
      'timelines/kubelet-restart.test.ts: containers that run are left alone, and Pods without a readiness probe stay ready',
      'timelines/kubelet-restart.test.ts: 11 … 21 s: Pods with a readiness probe are not ready until its first success',
      'timelines/kubelet-restart.test.ts: from 1.35 on readiness is kept',
    ],
  },
  {
    rule: 'A drain has the Pods terminating and replaced within tenths of a second, and waits until the last object is gone',
    source: 'kubectl, staging/src/k8s.io/kubectl/pkg/drain/drain.go, 1.20 … 1.36',
    tests: [
      'timelines/drain.test.ts: has every Pod of the Node terminating within 0.3 s, out of the Endpoints and replaced soon after',
      'timelines/drain.test.ts: has its replacements ready 1 … 4 s later',
      'timelines/drain.test.ts: has the objects of its Pods gone 1 … 12 s after their containers have exited',
    ],
  },
  {
    rule: 'An API server that is away for 10 min costs the controller manager and scheduler their leadership; nobody that lives is marked Unknown, and a Node that died meanwhile gets its full grace period and toleration afterwards',
    source: 'kube-controller-manager, staging/src/k8s.io/client-go/tools/leaderelection/leaderelection.go, 1.20 … 1.36',
    tests: [
      'timelines/api-outage.test.ts: 8 … 12 s: controller manager and scheduler lose their leases and exit',
      'timelines/api-outage.test.ts: nobody that lives is marked Unknown: every Node has a fresh grace period',
    ],
  },
  {
    rule: 'A registry that is away for D leaves new Pods in a back-off for up to min(2 D, 316 s) more; what runs goes on',
    source: 'kubelet, pkg/kubelet/images/image_manager.go, 1.20 … 1.36',
    tests: [
      'timelines/registry-outage.test.ts: new Pods wait up to 316 s more for their next attempt, and are ready then',
      'timelines/registry-outage.test.ts: the Pods that run meanwhile go on serving',
    ],
  },
  {
    rule: 'A controller manager that restarts between taint and eviction strips and applies the taint again: the toleration starts anew',
    source: 'kube-controller-manager, pkg/controller/nodelifecycle/node_lifecycle_controller.go:monitorNodeHealth, 1.20 … 1.36',
    tests: [
      'timelines/controller-restart.test.ts: 2 … 5 s later NoExecute is stripped and applied again, about 222 s',
      'timelines/controller-restart.test.ts: about 522 s instead of 344 s: the Pods are deleted, 300 s after that',
    ],
  },
]
