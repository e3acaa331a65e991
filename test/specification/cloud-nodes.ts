import type { Rule } from './rule.ts'

const CLOUD = 'cloud-controller-manager, staging/src/k8s.io/cloud-provider/controllers/nodelifecycle/node_lifecycle_controller.go'

/** Rules of Nodes whose machines a cloud has taken away. */
export const cloudNodes: readonly Rule[] = [
  {
    rule: 'Every 5 s the instances of Nodes that are not ready are looked up: the Node of one that no longer exists is deleted, the Node of one that is shut down gets the taint shutdown:NoSchedule until it is ready',
    source: `${CLOUD}:MonitorNodes, 1.20 … 1.36`,
    tests: [
      'control/cloud-node-lifecycle.test.ts: is deleted at the first pass that finds it not ready when the machine was terminated; other Nodes are not looked at',
      'control/cloud-node-lifecycle.test.ts: is only tainted when the machine is shut down, and the taint goes when it is ready again',
      'control/cloud-node-lifecycle.test.ts: is left alone while its machine runs, cut off or with a stopped kubelet',
    ],
  },
  {
    rule: 'So all Pods of a terminated machine, StatefulSets among them, are replaced 40 … 80 s after detection, long before their toleration is over',
    source: `${CLOUD} with pkg/controller/podgc/gc_controller.go, 1.20 … 1.36`,
    tests: ['control/cloud-node-lifecycle.test.ts: %s: after %d s on average'],
  },
  {
    rule: 'A kubelet registers its Node once: one that is deleted while the kubelet runs is there again only after its next start',
    source: 'kubelet, pkg/kubelet/kubelet_node_status.go:registerWithAPIServer, 1.20 … 1.36, issue #71398',
    tests: [
      'control/kubelet/node.test.ts: is not registered again, not even after a partition; its Pods stay ready until PodGC deletes them',
      'control/kubelet/node.test.ts: is registered again by the next start of the kubelet',
    ],
  },
  {
    rule: 'A kubelet that starts says Ready at once, but up to 1.25 without a pod CIDR only with its second status, 10 s later',
    source: 'kubelet, pkg/kubelet/kubelet.go:fastStatusUpdateOnce, PR #112618 (1.26)',
    tests: [
      'control/kubelet/node.test.ts: A kubelet of 1.%i whose Node has a pod CIDR: %s is ready at once: %s',
      'control/kubelet/node.test.ts: is ready a second after its kubelet was started where Nodes have pod CIDRs, and from 1.26 on',
      'control/kubelet/node.test.ts: up to 1.25, without pod CIDRs, says NotReady first and is ready with its next status, 10 s later',
    ],
  },
]
