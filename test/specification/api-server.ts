import type { Rule } from './rule.ts'

/** Rules of kube-apiserver and etcd. */
export const apiServer: readonly Rule[] = [
  {
    rule: 'A PUT whose resourceVersion is no longer current ends with 409 and changes nothing; a PATCH without one always takes effect',
    source: 'kube-apiserver, staging/src/k8s.io/apiserver/pkg/registry/generic/registry/store.go:Update, 1.20 … 1.36',
    tests: [
      'cluster/api-server.test.ts: with a resourceVersion that is no longer current ends with 409 and changes nothing; without one it is a patch',
    ],
  },
  {
    rule: 'A write that changes nothing makes no new version, and no watch hears of it',
    source: 'kube-apiserver, staging/src/k8s.io/apiserver/pkg/storage/etcd3/store.go:GuaranteedUpdate, 1.20 … 1.36',
    tests: ['cluster/api-server.test.ts: that changes nothing is answered, and makes no new version'],
  },
  {
    rule: 'A Pod is bound once, and not while it is being deleted: 409',
    source: 'kube-apiserver, pkg/registry/core/pod/storage/storage.go:setPodHostAndAnnotations, 1.20 … 1.36',
    tests: ['cluster/api-server.test.ts: binds a Pod once, and no Pod that is being deleted'],
  },
  {
    rule: 'Each server has seats for 600 calls (400 that read and 200 that write); one that finds none is answered 429, and its client asks again after 1 s, ten times',
    source:
      'apiserver, pkg/server/config.go:NewConfig, pkg/server/filters/maxinflight.go:tooManyRequests; client-go, rest/request.go:maxRetries, 1.20 … 1.36',
    tests: [
      'cluster/api-server.test.ts: has 600 seats; who finds none comes again a second later, ten times, and then fails with 429',
      'cluster/api-server.test.ts: takes a rejected call when a seat is free again',
      'cluster/admission-plugins.test.ts: has as many seats as its flags say',
    ],
  },
  {
    rule: 'Seats are shared out by priority levels: of 205 shares leader election has 10, system:nodes 30, the controllers of kube-system 40, other service accounts 100; from 1.22 on heartbeats have a level of their own',
    source: 'apiserver, pkg/apis/flowcontrol/bootstrap/default.go, 1.20 … 1.36',
    absent: 'No priority levels and no fairness: under overload all clients suffer alike. Below it no call waits for a seat.',
  },
  {
    rule: 'A call that takes longer than 60 s is given up by the server, and not carried out',
    source: 'apiserver, pkg/server/config.go:RequestTimeout, 1.20 … 1.36',
    tests: ['faults/component-slow.test.ts: a write that takes longer than the request timeout of 60 s fails, and is not carried out'],
  },
  {
    rule: 'A call under way when its server dies has been carried out or not; its caller takes it for failed, and no Pod comes to be twice',
    source: 'apiserver, staging/src/k8s.io/apiserver/pkg/storage/etcd3/store.go; client-go, rest/request.go, 1.20 … 1.36',
    tests: [
      'faults/component-down.test.ts: has been carried out or not: some clusters have its effect at that instant, others do not',
      'faults/component-down.test.ts: is never carried out twice: each Pod is placed once, and there are as many as are wanted',
    ],
  },
  {
    rule: 'etcd needs a majority of its members; the loss of its leader makes calls wait 1 … 2 s for the election of another, that of a follower nobody notices',
    source: 'etcd, server/etcdserver/raft.go, embed/config.go (heartbeat 100 ms, election 1000 ms), 3.4 … 3.6',
    tests: [
      'cluster/control-plane.test.ts: of %i members %i are a majority: %s',
      'faults/component-down.test.ts: the loss of the leader makes calls wait until another is elected',
      'faults/component-down.test.ts: a follower may go unnoticed',
    ],
  },
  {
    rule: 'A leader of etcd that is told to end hands its leadership on first: nobody waits',
    source: 'etcd, server/etcdserver/server.go:TransferLeadership, 3.4 … 3.6',
    tests: [
      'faults/component-down.test.ts: a leader of etcd that is told to end hands its leadership on: calls do not wait for an election',
    ],
  },
  {
    rule: 'Without a majority of etcd a call ends after 7 s (5 s and two election timeouts); watches stay open',
    source: 'etcd, server/etcdserver/config.go:ReqTimeout, 3.4 … 3.6',
    tests: [
      'cluster/control-plane.test.ts: that etcd does not complete ends with its 7 s',
      'faults/component-down.test.ts: the loss of two is an outage: the controller manager exits, and calls fail after 7 s',
    ],
  },
  {
    rule: 'A dead API server leaves the endpoints of Service kubernetes 15 … 25 s later (lease of 15 s, looked at every 10 s)',
    source: 'kube-apiserver, pkg/controlplane/reconcilers/lease.go, 1.20 … 1.36',
    absent:
      'Kubelets, controllers and people reach servers by a load balancer or by themselves, not by that Service; Pods that do are applications.',
  },
  {
    rule: 'Admission gives a Pod tolerations of dead Nodes for 300 s where it has none; without the plugin it is deleted as soon as its Node is tainted',
    source: 'kube-apiserver, plugin/pkg/admission/defaulttolerationseconds/admission.go, 1.20 … 1.36',
    tests: [
      'cluster/admission.test.ts: of both taints when it has none',
      'cluster/admission-plugins.test.ts: without DefaultTolerationSeconds lets Pods be deleted as soon as their Node is tainted',
    ],
  },
  {
    rule: 'Admission gives a Pod a volume with the token of its account unless it asks for none: each start waits until it is mounted',
    source: 'kube-apiserver, plugin/pkg/admission/serviceaccount/admission.go, 1.20 … 1.36',
    tests: [
      'cluster/admission-plugins.test.ts: with ServiceAccount makes each Pod wait for its token volume: 100 ms here',
      'cluster/admission-plugins.test.ts: A Pod gets its token volume unless it asks for none',
    ],
  },
  {
    rule: 'Admission taints a new Node not-ready:NoSchedule from its first instant; without the plugin the node controller does when it sees it',
    source: 'kube-apiserver, plugin/pkg/admission/nodetaint/admission.go, 1.20 … 1.36',
    tests: ['cluster/admission-plugins.test.ts: without TaintNodesByCondition registers a Node without a taint'],
  },
  {
    rule: 'Admission AlwaysPullImages, where it is enabled, makes every start of a container ask the registry',
    source: 'kube-apiserver, plugin/pkg/admission/alwayspullimages/admission.go, 1.20 … 1.36',
    tests: ['cluster/admission-plugins.test.ts: with AlwaysPullImages makes containers that restart wait for the registry'],
  },
]
