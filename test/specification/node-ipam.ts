import type { Rule } from './rule.ts'

/** Rules of the ranges of Nodes and the addresses of Pods. */
export const nodeIPAM: readonly Rule[] = [
  {
    rule: 'Each Node gets the next free /24 of the cluster’s range, searched from behind the last one given, round the whole; a range is free again when its Node is deleted',
    source: 'kube-controller-manager, pkg/controller/nodeipam/ipam/cidrset/cidr_set.go:AllocateNext, 1.20 … 1.36',
    tests: [
      'control/node-ipam.test.ts: are given in order, and one that was given back only after all behind it',
      'control/node-ipam.test.ts: are not given where a Node has them already',
    ],
  },
  {
    rule: 'A Node that registers without a range gets one in two API calls’ time, not at the next heartbeat',
    source: 'kube-controller-manager, pkg/controller/nodeipam/ipam/range_allocator.go, 1.20 … 1.36',
    tests: ['control/node-ipam.test.ts: that is registered again gets a range within milliseconds, and its Pods addresses from it'],
  },
  {
    rule: 'When the range is exhausted a Node waits, with the notice CIDRNotAvailable: up to 1.26 until it changes, from 1.27 on also with back-off from 5 ms to 1000 s',
    source: 'kube-controller-manager, pkg/controller/nodeipam/ipam/range_allocator.go, PR #115529, 1.27',
    tests: ['control/node-ipam.test.ts: for which nothing is left waits'],
  },
  {
    rule: 'A Node without a range is Ready, as flannel’s configuration is there, but its Pods never start: every sandbox fails for want of subnet.env',
    source: 'flannel, pkg/subnet/kube/kube.go:AcquireLease; CNI plugin flannel, loadFlannelSubnetEnv (flannel.go)',
    tests: ['control/node-ipam.test.ts: Pods of a Node without a range never start, though it is Ready'],
  },
  {
    rule: 'kubenet keeps a Node without podCIDR NotReady',
    source: 'kubelet, pkg/kubelet/dockershim/network/kubenet/kubenet_linux.go:Status, 1.20 … 1.23',
    absent: 'kubenet is not among the networks modelled; it went with dockershim in 1.24.',
  },
  {
    rule: 'A Pod’s address is the next of its Node’s subnet behind the last one given, so a restarted sandbox has another; 253 of a /24 are for Pods',
    source: 'CNI host-local, plugins/ipam/host-local/backend/allocator/allocator.go:GetIter',
    tests: [
      'cluster/network.test.ts: begin at .2 and are not used again before the others have been',
      'cluster/network.test.ts: come from a /24 per Node, in order, until the range is exhausted',
    ],
  },
  {
    rule: 'OVN-Kubernetes gives a Node a /23, and a Pod its address for life',
    source:
      'ovn-kubernetes, go-controller/pkg/util/pod_annotation.go; hybrid default of cluster-subnets (go-controller/pkg/config/config.go)',
    tests: [
      'cluster/network.test.ts: come from a /23 per Node and begin at .3',
      'cluster/network.test.ts: belong to a Pod, not to its sandbox',
    ],
  },
]
