import type { Rule } from './rule.ts'

/** Rules of a kubelet’s heartbeats and of the Node’s Ready condition. */
export const heartbeats: readonly Rule[] = [
  {
    rule: 'A lease is renewed a quarter of its duration (10 s) after the renewal before has ended; from 1.22 on up to 4 % later',
    source: 'kubelet, staging/src/k8s.io/component-helpers/apimachinery/lease/controller.go, 1.20 … 1.36; PR #101652',
    tests: [
      'cluster/heartbeats.test.ts: a heartbeat is sent a period after the end of the call before, and seen after its call and the watch',
      'cluster/heartbeats.test.ts: gaps are stretched by up to the jitter',
    ],
  },
  {
    rule: 'A renewal that fails is tried five times at once, then after 0.2, 0.4 … 7 s until it succeeds; a call that hangs is given up after 10 s',
    source: 'kubelet, apimachinery/lease/controller.go:retryUpdateLease, backoffEnsureLease, 1.20 … 1.36',
    tests: [
      'control/kubelet/lease.test.ts: tries five updates one after the other where each hangs for 10 s',
      'control/kubelet/lease.test.ts: doubles its pause',
      'control/kubelet/lease.test.ts: pauses 7 s at most',
      'control/kubelet/lease.test.ts: with calls that fail after %i s renews within %i s of the end of a long outage',
      'control/kubelet/lease.test.ts: a try of a renewal that is %s takes %i s',
    ],
  },
  {
    rule: 'The Node status is computed every 10 s (from 1.23 on up to 4 % later) and posted unchanged every 5 min',
    source: 'kubelet, pkg/kubelet/kubelet_node_status.go:tryUpdateNodeStatus, 1.20 … 1.36; PR #105272',
    tests: [
      'cluster/heartbeats.test.ts: an unchanged status is posted by the first firing five minutes after the post before',
      'cluster/heartbeats.test.ts: gaps are stretched by up to the jitter',
    ],
  },
  {
    rule: 'From 1.34 on the first unchanged report after a restart is displaced by up to half the period',
    source: 'kubelet, pkg/kubelet/kubelet_node_status.go, PR #130919, 1.34 … 1.36',
    tests: ['cluster/heartbeats.test.ts: the first report after a restart is displaced by up to half a period from 1.34 (PR #130919)'],
  },
  {
    rule: 'A posted Node status counts like a renewal of the lease',
    source: 'kube-controller-manager, pkg/controller/nodelifecycle/node_lifecycle_controller.go, 1.20 … 1.36',
    tests: ['cluster/heartbeats.test.ts: a status post counts like a renewal'],
  },
  {
    rule: 'A kubelet that starts renews its lease and posts its status at once; a Node that was deleted it registers anew, not ready at first and tainted so',
    source: 'kubelet, pkg/kubelet/kubelet_node_status.go:registerWithAPIServer, 1.20 … 1.36',
    tests: [
      'control/kubelet.test.ts: a Node that was deleted meanwhile registers again, not ready at first',
      'cluster/heartbeats.test.ts: a stopped kubelet is settled again once a heartbeat of its new start is seen',
    ],
  },
  {
    rule: 'From 1.26 on a kubelet that starts looks every 100 ms whether its Node is ready; before, one without a pod CIDR, and one that gets its network later, says so with a status of the 10 s period',
    source: 'kubelet, pkg/kubelet/kubelet.go:fastStatusUpdateOnce, 1.20 … 1.36; PR #112618',
    tests: [
      'control/kubelet/node.test.ts: is ready a second after its kubelet was started where Nodes have pod CIDRs, and from 1.26 on',
      'control/kubelet/node.test.ts: up to 1.25, without pod CIDRs, says NotReady first and is ready with its next status, 10 s later',
      'control/kubelet/node-network.test.ts: is ready at once from 1.26, with the next status of its period up to 1.25',
    ],
  },
  {
    rule: 'A kubelet registers once: a Node deleted while it runs stays away until it restarts',
    source: 'kubelet, pkg/kubelet/kubelet_node_status.go:registerWithAPIServer, 1.20 … 1.36',
    tests: [
      'control/kubelet/node.test.ts: is not registered again, not even after a partition',
      'control/kubelet/node.test.ts: is registered again by the next start of the kubelet',
    ],
  },
  {
    rule: 'From 1.26 to 1.30 the first status of a kubelet that restarts may say not ready for up to 10 s: it races with the first look at the runtime',
    source: 'kubelet, pkg/kubelet/kubelet.go:Run, PR #124430, 1.31',
    absent: 'A race inside one process whose odds nobody has published; none of the seven recorded restarts lost it.',
  },
  {
    rule: 'A Node is not ready when its kubelet’s last relist began more than 3 min ago; its lease is renewed all the same',
    source: 'kubelet, pkg/kubelet/runtime.go, pkg/kubelet/nodestatus/setters.go:ReadyCondition, 1.20 … 1.36',
    tests: [
      'faults/runtime-hang.test.ts: what runs goes on, what ends is not noticed; the Node says so with the first status more than 3 min after the last relist',
      'faults/runtime-hang.test.ts: and answers again: the Node is ready with the next status',
    ],
  },
  {
    rule: 'A runtime whose status call fails for 30 s makes the Node not ready',
    source: 'kubelet, pkg/kubelet/kubelet.go:updateRuntimeUp, pkg/kubelet/runtime.go, 1.20 … 1.36',
    absent: 'Fault `runtime-hang` is a runtime that answers its status and no list, the common one; nothing stops a runtime altogether.',
  },
]
