import { type KnownFlags, names } from './known.ts'
import { GATES, LOGGING } from './shared.ts'

/** kube-proxy: cmd/kube-proxy/app, KubeProxyConfiguration (pkg/proxy/apis/config), 1.20 … 1.36. */
export const KUBE_PROXY: KnownFlags = {
  ignored: [
    ...LOGGING,
    ...names(`
      apiVersion bind-address bind-address-hard-fail bindAddress bindAddressHardFail boot-id-file cleanup clientConnection cluster-cidr clusterCIDR config
      config-sync-period configSyncPeriod conntrack conntrack-max-per-core conntrack-min conntrack-tcp-timeout-close-wait
      conntrack-tcp-timeout-established conntrack-udp-timeout conntrack-udp-timeout-stream detect-local-mode detectLocal detectLocalMode enableProfiling
      healthz-bind-address healthz-port healthzBindAddress hostname-override hostnameOverride init-only iptables iptables-localhost-nodeports
      iptables-masquerade-bit ipvs kind kube-api-burst kube-api-content-type kube-api-qps kubeconfig logging machine-id-file masquerade-all master
      metrics-bind-address metrics-port metricsBindAddress nftables node-ip-addresses nodeport-addresses nodePortAddresses oom-score-adj
      oomScoreAdj pod-bridge-interface pod-interface-name-prefix portRange proxy-port-range showHiddenMetricsForVersion udpIdleTimeout
      winkernel windowsRunAsService write-config-to
    `),
  ],
  refused: {
    'feature-gates': GATES,
    featureGates: GATES,
    mode: { harmless: ['', 'iptables'], instead: 'kube-proxy is in iptables mode here' },
    'proxy-mode': { harmless: ['', 'iptables'], instead: 'kube-proxy is in iptables mode here' },
  },
}
