import type { Rule } from './rule.ts'

/** Rules of the cluster's DNS. */
export const dns: readonly Rule[] = [
  {
    rule: 'An answer of a headless Service may be up to 30 s old (`ttl 30`, `cache 30`) up to 1.31; from 1.32 on kubeadm’s CoreDNS does not cache the names of the cluster',
    source: 'cmd/kubeadm/app/phases/addons/dns/manifests.go, 1.20 … 1.36; PR #128359',
    tests: ['measure/traffic/traffic.test.ts: clients of a headless Service'],
  },
  {
    rule: 'Resolved names outlive the DNS by up to 30 s in clients that cache, open connections for as long as their other end serves',
    source: 'CoreDNS, plugin/kubernetes/kubernetes.go (ttl); TCP',
    tests: [
      'faults/dns.test.ts: applications that are connected go on, though the addresses that they knew have expired',
      'faults/dns.test.ts: their connections end with the Pods behind them',
      'faults/dns.test.ts: requests fail for want of an address once answers of',
    ],
  },
  {
    rule: 'A resolver waits 5 s for an answer and asks twice; an application that starts without DNS is ready within 5 s and a probe of its return',
    source: 'resolv.conf(5), options timeout and attempts; kubelet, pkg/kubelet/network/dns/dns.go, 1.20 … 1.36 (sets neither)',
    tests: [
      'faults/dns.test.ts: an application that starts finds nobody',
      'faults/dns.test.ts: that refuses is asked again at once: nobody waits for a timeout',
      'faults/dns.test.ts: is none once answers take 5 s: every attempt times out, and requests fail',
    ],
  },
  {
    rule: 'Where CoreDNS is among the manifests names are resolved while any Pod behind service/kube-system/kube-dns serves',
    source: 'cluster/addons/dns/coredns/coredns.yaml.base, 1.20 … 1.36',
    tests: [
      'faults/dns.test.ts: the loss of all its Pods is the same outage; that of one is none',
      'faults/dns.test.ts: an application that starts meanwhile waits for it',
    ],
  },
  {
    rule: 'A CoreDNS Pod that is deleted answers for 5 s more (`lameduck 5s`)',
    source: 'cmd/kubeadm/app/phases/addons/dns/manifests.go, 1.20 … 1.36',
    absent: 'Said by the scenario like every application’s: `behaviour: { select: deployment/kube-system/coredns, stop: 5s }`.',
  },
]
