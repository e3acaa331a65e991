import { type KnownFlags, names } from './known.ts'
import { CLIENT, GATES, LEADER_ELECT, LOGGING, SERVING } from './shared.ts'

/** kube-controller-manager: cmd/kube-controller-manager/app/options, staging/src/k8s.io/controller-manager/options, 1.20 … 1.36. */
export const KUBE_CONTROLLER_MANAGER: KnownFlags = {
  ignored: [
    ...LOGGING,
    ...SERVING,
    ...CLIENT,
    ...names(`
      allow-untagged-cloud attach-detach-reconcile-sync-period cidr-allocator-type cloud-config cluster-name cluster-signing-cert-file
      cluster-signing-duration cluster-signing-key-file cluster-signing-kube-apiserver-client-cert-file cluster-signing-kube-apiserver-client-key-file
      cluster-signing-kubelet-client-cert-file cluster-signing-kubelet-client-key-file cluster-signing-kubelet-serving-cert-file
      cluster-signing-kubelet-serving-key-file cluster-signing-legacy-unknown-cert-file cluster-signing-legacy-unknown-key-file
      concurrent-device-taint-eviction-syncs concurrent-ephemeralvolume-syncs concurrent-horizontal-pod-autoscaler-syncs concurrent-namespace-syncs
      concurrent-resource-quota-syncs concurrent-service-syncs concurrent-serviceaccount-token-syncs concurrent-validating-admission-policy-status-syncs
      configure-cloud-routes controller-shutdown-timeout deployment-controller-sync-period disable-attach-detach-reconcile-sync
      emulated-version enable-dynamic-provisioning enable-hostpath-provisioner enable-leader-migration experimental-cluster-signing-duration
      experimental-logging-sanitization external-cloud-volume-plugin flex-volume-plugin-dir horizontal-pod-autoscaler-upscale-delay
      leader-migration-config legacy-service-account-token-clean-up-period min-resync-period
      mirroring-concurrent-service-endpoint-syncs mirroring-endpointslice-updates-batch-period mirroring-max-endpoints-per-subset
      namespace-sync-period node-cidr-mask-size-ipv4 node-cidr-mask-size-ipv6 node-sync-period
      pv-recycler-increment-timeout-nfs pv-recycler-minimum-timeout-hostpath pv-recycler-minimum-timeout-nfs
      pv-recycler-pod-template-filepath-hostpath pv-recycler-pod-template-filepath-nfs pv-recycler-timeout-increment-hostpath
      pvclaimbinder-sync-period register-retry-count resource-quota-sync-period root-ca-file route-reconciliation-period
      service-account-private-key-file service-cluster-ip-range unsupported-kube-api-over-localhost use-service-account-credentials
      volume-host-allow-local-loopback volume-host-cidr-denylist
    `),
  ],
  refused: {
    'cloud-provider': {
      harmless: ['', 'external'],
      instead: 'providers within the controller manager are not modelled; `external` is, as cluster.cloud',
    },
    'controller-start-interval': { harmless: ['0s', '0', 0], instead: 'controllers start together here' },
    controllers: {
      harmless: ['*', '*,bootstrapsigner,tokencleaner', '*,tokencleaner,bootstrapsigner'],
      instead: 'all controllers run here',
    },
    'enable-garbage-collector': { harmless: [true], instead: 'the garbage collector always runs here' },
    'feature-gates': GATES,
    'leader-elect': LEADER_ELECT,
  },
}
