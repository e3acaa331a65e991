import type { Rule } from './rule.ts'

/** Rules of how fast components may call the API server. */
export const clientRates: readonly Rule[] = [
  {
    rule: 'Each controller of the controller manager has a clientset of its own with 20 calls/s after a burst of 30; the scheduler has 50 after 100',
    source:
      'staging/src/k8s.io/controller-manager/pkg/clientbuilder/client_builder.go; pkg/scheduler/apis/config/v1/defaults.go, 1.20 … 1.36',
    tests: [
      'defaults.test.ts: each client of %s makes %i calls a second after a burst of %i',
      'cluster/token-bucket.test.ts: lets 30 callers go at once and the others every 50 ms, in the order in which they asked',
    ],
  },
  {
    rule: 'Calls of one client wait for their tokens first come first served, whatever they are about',
    source: 'client-go, util/flowcontrol/throttle.go; kubernetes/clientset.go:NewForConfig, 1.20 … 1.36',
    tests: [
      'cluster/api-server.test.ts: wait for its tokens, first come first served',
      'cluster/token-bucket.test.ts: However calls arrive, no window passes more than burst + rate · window, and nobody overtakes',
    ],
  },
  {
    rule: 'Kubernetes Events share the bucket of the client that sends them, one waiting for its token at a time; those of the scheduler and the kubelet have clients of their own',
    source:
      'client-go, tools/record/event.go:StartRecordingToSink; kube-scheduler, cmd/kube-scheduler/app/options/options.go:createClients, 1.20 … 1.36',
    tests: ['cluster/api-server.test.ts: share them with its notices: one notice at a time asks for a token'],
  },
  {
    rule: 'Of Events about one object 25 are sent at once and one more each 300 s; those filtered cost no call',
    source: 'client-go, tools/record/events_cache.go:NewEventSourceObjectSpamFilter, 1.20 … 1.36',
    tests: ['cluster/api-server.test.ts: about one object are filtered after 25, then one in 300 s; the filtered ones cost no token'],
  },
  {
    rule: 'A recorder that is 1000 Events behind drops further ones',
    source: 'client-go, tools/record/event.go:maxQueuedEvents, 1.20 … 1.36',
    tests: ['cluster/api-server.test.ts: beyond 1000 that wait are dropped'],
  },
  {
    rule: 'More than 10 similar Events of one object within 10 min become one whose count grows',
    source: 'client-go, tools/record/events_cache.go:EventAggregator, 1.20 … 1.36',
    absent: 'Each is still one call, a PATCH instead of a POST, until the filter above stops it: no time depends on it.',
  },
  {
    rule: 'A kubelet makes 5 calls/s after a burst of 10, from 1.27 on 50 after 100; its heartbeats are not limited and give up after 10 s',
    source:
      'kubelet, pkg/kubelet/apis/config/v1beta1/defaults.go (PR #116121, 1.27); cmd/kubelet/app/server.go:heartbeatClient, 1.20 … 1.36',
    tests: [
      'defaults.test.ts: %s changes in 1.%i',
      'cluster/slowness.test.ts: fail after 10 s when they would take longer, and are tried again at once',
    ],
  },
  {
    rule: 'The namespace controller calls 20 times as fast as others',
    source: 'kube-controller-manager, cmd/kube-controller-manager/app/core.go:startNamespaceController, 1.20 … 1.36',
    absent: 'Namespaces are not deleted here.',
  },
]
