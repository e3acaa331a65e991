import type { PluginName } from './scenario.ts'

/** What Kubernetes does not define: the times of the world around it, each a distribution a scenario may set under `cluster.latency`. */
export interface Latency {
  readonly doc: string
  /** As a scenario would write it; read by the reader like any other distribution. */
  readonly default: unknown
  readonly source: string
  /** Other defaults in other clusters; the first that applies. */
  readonly unless?: readonly LatencyVariant[]
}

/** A default that holds for some clusters. */
export interface LatencyVariant {
  /** Completes "by default …": `with plugin openvswitch`. */
  readonly when: string
  readonly applies: (cluster: { readonly minor: number; readonly plugin: PluginName }) => boolean
  readonly default: unknown
  readonly source: string
}

const slo = 'kubernetes-semantics §0.7: etcd fsync p99 < 10 ms, commit < 25 ms; API SLO p99 ≤ 1 s'
const start = 'kubernetes-semantics §10: sandbox with CNI 200–1000 ms, container create and start 100–500 ms, image local'

/** Every latency by name, with its sourced default. */
export const LATENCIES = {
  'api-request': { doc: 'A mutating API call, send to reply.', default: { lognormal: { median: '8ms', p99: '50ms' } }, source: slo },
  'api-get': { doc: 'A GET of one object, send to reply.', default: { lognormal: { median: '3ms', p99: '30ms' } }, source: slo },
  watch: {
    doc: 'From commit in the store to the handler of a watch.',
    default: { lognormal: { median: '5ms', p99: '100ms' } },
    source: slo,
  },
  heartbeat: {
    doc: 'A lease renewal or Node status post, send to reply.',
    default: { lognormal: { median: '8ms', p99: '50ms' } },
    source: 'as api-request; observations p10: renewals 9.998 … 10.073 s apart',
  },
  'scheduling-cycle': {
    doc: 'One scheduling cycle, pop to assume.',
    default: { lognormal: { median: '2ms', p99: '10ms' } },
    source: 'model: 1–3 ms at ≤ 100 nodes, 5–10 ms at 5,000 with affinity',
  },
  'controller-sync': {
    doc: 'Computation of one sync of a controller, API calls excluded.',
    default: { lognormal: { median: '300us', p99: '2ms' } },
    source: 'model: work-queue latency of an idle controller; never zero (strict comparisons depend on it)',
  },
  'monitor-node': {
    doc: 'Computation of the node monitor for one node.',
    default: '20us',
    source: 'observations FINDINGS 1: detection 40.005 … 40.12 s after the tick that saw the last renewal',
  },
  'taint-pass': {
    doc: 'Computation of one pass over the taint queues, its timer included; the next pass is 100 ms later. Of a distribution only the mean counts.',
    default: '600us',
    source: 'observations FINDINGS 6: a token every 10.07 s of a bucket that is full after 10 s, in p06 and p06b',
  },
  'proxy-sync': {
    doc: 'One sync of the rules by kube-proxy, to the rules being in force; one draw for all proxies of a run.',
    default: { lognormal: { median: '20ms', p99: '200ms' } },
    source: 'model: ms below 1,000 endpoints, seconds above 10,000 Services with iptables',
  },
  'dns-answer-age': {
    doc: 'Age of the DNS answer by which a client of a headless Service, asking before each connection, finds its endpoints.',
    default: { uniform: { min: '0s', max: '30s' } },
    source: 'Corefile of kubeadm (cmd/kubeadm/app/phases/addons/dns/manifests.go), `ttl 30`, `cache 30`: any age up to 30 s',
    unless: [
      {
        when: 'from 1.32',
        applies: ({ minor }) => minor >= 32,
        default: { lognormal: { median: '5ms', p99: '100ms' } },
        source: 'kubeadm 1.32 no longer lets CoreDNS cache cluster.local (PR #128359): what its watch has delivered',
      },
    ],
  },
  'dns-cache': {
    doc: 'How long a client that has resolved a name goes on with the answer when the DNS no longer answers.',
    default: { uniform: { min: '0s', max: '30s' } },
    source:
      'model: records live 30 s (plugin kubernetes, `ttl 30`, Corefile of kubeadm) in clients that cache, as NodeLocal DNSCache and the JVM do; 0s for those that do not (glibc, Go)',
  },
  'dns-lookup': {
    doc: 'An answer of the DNS while `component-slow` makes it slow; else names resolve at once.',
    default: { lognormal: { median: '2.6ms', p99: '30ms' } },
    source: 'coredns/deployment, kubernetes/Scaling_CoreDNS.md: median 2.6 ms for names of the cluster; p99 is model',
  },
  'pleg-relist': {
    doc: 'One relist of all containers of a machine.',
    default: '20ms',
    source: 'kubernetes-semantics §2.2: 10–100 ms idle',
  },
  sandbox: {
    doc: 'Pod sandbox (pause container) creation with CNI ADD.',
    default: { lognormal: { median: '400ms', p99: '1s' } },
    source: start,
    unless: [
      {
        when: 'with network plugin openvswitch',
        applies: ({ plugin }) => plugin === 'openvswitch',
        default: { lognormal: { median: '1500ms', p99: '4s' } },
        source:
          'OVN-Kubernetes, model: logical port through NB and SB databases, 0.5 … 2 s more; CNI ADD polls for its annotation every 200 ms',
      },
    ],
  },
  'container-start': {
    doc: 'Container create and start, image present.',
    default: { lognormal: { median: '300ms', p99: '800ms' } },
    source: start,
  },
  'init-container-run': {
    doc: 'From the process of an init container running until it has done its work, where no behaviour row gives its `run`.',
    default: { lognormal: { median: '1s', p99: '10s' } },
    source: 'model: renders a configuration, sets permissions; scenarios say how long theirs take under `behaviour`',
  },
  'container-stop': {
    doc: 'From SIGTERM until the process has exited, where no behaviour row says otherwise.',
    default: { lognormal: { median: '300ms', p99: '5s' } },
    source: 'model: a server that handles SIGTERM',
  },
  'container-ready': {
    doc: 'From the process running until the application would pass its readiness probe, where no behaviour row says otherwise.',
    default: '0s',
    source: 'model: scenarios say how long their applications take under `behaviour`',
  },
  'volume-setup': {
    doc: 'Mounting of ConfigMap, Secret and token volumes before the sandbox.',
    default: { uniform: { min: '100ms', max: '500ms' } },
    source: 'observations FINDINGS 10: p50 0.9 s with a token volume against 0.5 s without',
  },
  'volume-provision': {
    doc: 'From a claim created until its volume is there and bound.',
    default: { lognormal: { median: '3s', p99: '20s' } },
    source: 'model: creation of a cloud disk, a few seconds',
  },
  'volume-attach': {
    doc: 'Attaching a volume to a machine, once it is attached nowhere.',
    default: { lognormal: { median: '4s', p99: '30s' } },
    source: 'model: cloud block storage, seconds; CSI external-attacher allows 15 s per call and tries again',
  },
  'volume-detach': {
    doc: 'Detaching a volume from a machine, dead or alive.',
    default: { lognormal: { median: '4s', p99: '30s' } },
    source: 'model: as volume-attach',
  },
  'volume-mount': {
    doc: 'Mounting an attached volume, or a shared file system: device to appear, file system check, bind mount.',
    default: { lognormal: { median: '1s', p99: '10s' } },
    source: 'model: kubelet operation MountVolume of a block device with a clean journal',
  },
  'pod-cleanup': {
    doc: 'From the last container exit until volumes and cgroup are gone, from 1.27 on sandbox and records too.',
    default: { uniform: { min: '1s', max: '3s' } },
    source: 'kubernetes-semantics §2.8: 1–3 s',
  },
  'image-pull': {
    doc: 'Pull of an image whose size is not given.',
    default: { lognormal: { median: '6s', p99: '60s' } },
    source: 'kubernetes-semantics §10: 200 MB median at 20–60 MB/s',
  },
  'image-check': {
    doc: 'A pull that finds every layer present, or no registry: one round trip to the registry.',
    default: { lognormal: { median: '300ms', p99: '2s' } },
    source: 'model: manifest HEAD over TLS; kubernetes-semantics §2.6',
  },
  'image-pull-rate': {
    doc: 'Effective pull speed with unpacking [bytes per second] for images whose size is given.',
    default: { uniform: { min: 20e6, max: 60e6 } },
    source: 'kubernetes-semantics §10: 20–60 MB/s',
  },
  'cloud-api': {
    doc: 'A call to the API of the cloud provider, send to reply.',
    default: { lognormal: { median: '200ms', p99: '2s' } },
    source: 'model, between an API call of 1.5 s for a new EC2 instance (daemonology.net, 2021) and a plain read',
  },
  'machine-provision': {
    doc: 'From asking the provider for a machine until its kubelet starts, where its node group does not say.',
    default: { lognormal: { median: '40s', p99: '120s' } },
    source: 'kubernetes-semantics §10: EC2 2021 20–60 s to a running system; Node ready via Karpenter 45–90 s',
  },
  'network-setup': {
    doc: 'From the start of the kubelet on a new disk until its network plugin is installed and its Node can be ready.',
    default: { uniform: { min: '10s', max: '30s' } },
    source: 'kubernetes-semantics §6.6: kubelet and CNI ready 10–30 s',
  },
  shutdown: {
    doc: 'From the last inhibitor lock of an orderly shutdown released until the machine is off, its kubelet with it.',
    default: { lognormal: { median: '1s', p99: '10s' } },
    source: 'model: systemd stops services in parallel; one that ignores SIGTERM has 90 s (DefaultTimeoutStopSec)',
  },
  boot: {
    doc: 'From power back to the kubelet running.',
    default: { lognormal: { median: '40s', p99: '120s' } },
    source: 'kubernetes-semantics §10: VM reboot median 40 s',
  },
  'kubelet-start': {
    doc: 'From the kubelet process starting until it posts its first status and syncs Pods.',
    default: { uniform: { min: '1s', max: '3s' } },
    source: 'kubernetes-semantics §2.10, §11.3: LIST, re-admission, first relist',
  },
  'component-restart': {
    doc: 'From the end of what kept a program of the control plane down until its process runs: its kubelet restarts the static Pod.',
    default: { uniform: { min: '500ms', max: '3s' } },
    source: 'kubernetes-semantics §2.2, §0.7: a relist within 1 s, container start 0.3–0.8 s, the program’s own start about 1 s',
  },
  'controller-start': {
    doc: 'From a controller manager winning its lease, or a scheduler starting, until its caches are filled and it works.',
    default: { lognormal: { median: '2s', p99: '10s' } },
    source: 'kubernetes-semantics §9.4, §11.9: informer sync 1–30 s, 2–5 s in a small cluster',
  },
  'etcd-election': {
    doc: 'From the loss of the etcd leader until the other members have elected one: calls wait.',
    default: { uniform: { min: '1s', max: '2s' } },
    source: 'kubernetes-semantics §9.2: election timeout 1000 ms, 1–2 s without writes (etcd tuning guide)',
  },
} as const satisfies Record<string, Latency>

export type LatencyName = keyof typeof LATENCIES
