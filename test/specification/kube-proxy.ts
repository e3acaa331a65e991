import type { Rule } from './rule.ts'

const PROXIER = 'kube-proxy, pkg/proxy/iptables/proxier.go, 1.20 … 1.36'

/** Rules of kube-proxy and of ClusterIPs. */
export const kubeProxy: readonly Rule[] = [
  {
    rule: 'Up to 1.33 two syncs may follow each other at once after a quiet time, then one a second',
    source: 'kube-proxy, pkg/util/async/bounded_frequency_runner.go:tryRun, 1.20 … 1.33',
    tests: [
      'control/kube-proxy/runner.test.ts: the third waits for a second after the end of the second',
      'control/kube-proxy/runner.test.ts: two quiet seconds save up two syncs again',
    ],
  },
  {
    rule: 'From 1.34 on every sync keeps a second’s distance to the one before',
    source: 'kube-proxy, pkg/proxy/runner/bounded_frequency_runner.go:Loop, PR #131615, 1.34 … 1.36',
    tests: [
      'control/kube-proxy/runner.test.ts: the second waits for a second after the end of the first',
      'measure/traffic/traffic.test.ts: changes that follow each other closely wait for the runner: 1.34 programs the second a second after the first',
    ],
  },
  {
    rule: 'A change that comes during a sync is part of the next; the sync’s length spaces syncs besides',
    source: PROXIER,
    tests: [
      'control/kube-proxy/runner.test.ts: a change that comes during a sync is part of the next',
      'control/kube-proxy/runner.test.ts: a sync that takes seconds spaces the syncs by itself',
    ],
  },
  {
    rule: 'A dead endpoint gets its share of new connections until it is unpublished and every proxy has synced',
    source: PROXIER,
    tests: [
      'measure/traffic/traffic.test.ts: requests to a dead endpoint fail until every proxy has removed it: watch delay and sync after the slice is written',
    ],
  },
  {
    rule: 'Ready endpoints are used; from 1.26 on, where there is none, those that still serve while they terminate',
    source: 'kube-proxy, pkg/proxy/topology.go:CategorizeEndpoints, 1.26 … 1.36',
    tests: ['measure/traffic/traffic.test.ts: the last Pod gets requests while it terminates, from 1.26 on (ProxyTerminatingEndpoints)'],
  },
  {
    rule: 'A proxy that is cut off keeps what it has until its reflector has backed off',
    source: 'client-go, tools/cache/reflector.go, 1.20 … 1.36',
    tests: ['measure/traffic/traffic.test.ts: a proxy that was cut off sends to what it had at the cut until its reflector has backed off'],
  },
  {
    rule: 'A sync that fails is repeated after syncPeriod, 30 s',
    source: PROXIER,
    absent: 'iptables-restore never fails here.',
  },
  {
    rule: 'ipvs and nftables proxies sync with other periods (ipvs: minSyncPeriod 0)',
    source: 'kube-proxy, pkg/proxy/ipvs/proxier.go, pkg/proxy/nftables/proxier.go, 1.20 … 1.36',
    absent: 'The mode is iptables; `cluster: { kube-proxy: { iptables-min-sync-period: 0s }, latency: { proxy-sync: … } }` comes close.',
  },
  {
    rule: 'TCP connections to an endpoint that was removed are not cut',
    source: 'kube-proxy, pkg/proxy/conntrack/cleanup.go, 1.20 … 1.36 (UDP only)',
    absent: 'Every request is a new connection.',
  },
  {
    rule: 'A ClusterIP is drawn from the range, from 1.25 on from its upper band first; network, broadcast and the first address are never given',
    source: 'kube-apiserver, pkg/registry/core/service/ipallocator, 1.20 … 1.36 (allocator.go)',
    tests: [
      'cluster/network.test.ts: are all different and never network, broadcast or the first address',
      'cluster/network.test.ts: come from the upper band first where there are bands, from the lower when it is full',
    ],
  },
  {
    rule: 'Node ports are drawn from 30000 … 32767',
    source: 'kube-apiserver, pkg/registry/core/service/portallocator/allocator.go, 1.20 … 1.36',
    absent: 'No time depends on the number of a port.',
  },
]
