import { type KnownFlags, names } from './known.ts'
import { CLIENT, GATES, LEADER_ELECT, LOGGING, SERVING } from './shared.ts'

/** cloud-controller-manager: staging/src/k8s.io/cloud-provider/options, 1.20 … 1.36. */
export const CLOUD_CONTROLLER_MANAGER: KnownFlags = {
  ignored: [
    ...LOGGING,
    ...SERVING,
    ...CLIENT,
    ...names(`
      allocate-node-cidrs allow-untagged-cloud cidr-allocator-type cloud-config cloud-provider cluster-cidr cluster-name concurrent-node-syncs
      concurrent-service-syncs configure-cloud-routes controller-start-interval controllers enable-leader-migration external-cloud-volume-plugin
      leader-migration-config min-resync-period node-status-update-frequency node-sync-period route-reconciliation-period
      use-service-account-credentials webhook-bind-address webhook-cert-dir webhook-secure-port webhooks
    `),
  ],
  refused: { 'feature-gates': GATES, 'leader-elect': LEADER_ELECT },
}

/** cluster-autoscaler: autoscaler/cluster-autoscaler/config/flags, 1.20 … 1.36. */
export const CLUSTER_AUTOSCALER: KnownFlags = {
  ignored: [
    ...LOGGING,
    ...CLIENT,
    ...names(`
      address cloud-config cloud-provider cluster-name cordon-node-before-terminating cores-total daemonset-eviction-for-empty-nodes
      daemonset-eviction-for-occupied-nodes emit-per-nodegroup-metrics gpu-total ignore-daemonsets-utilization ignore-mirror-pods-utilization
      max-autoprovisioned-node-group-count max-bulk-soft-taint-count max-bulk-soft-taint-time max-drain-parallelism max-empty-bulk-delete
      max-graceful-termination-sec max-inactivity max-failing-time max-pod-eviction-time max-scale-down-parallelism memory-total
      min-replica-count namespace node-autoprovisioning-enabled node-deletion-delay-timeout node-group-auto-discovery nodes
      scale-down-candidates-pool-min-count scale-down-candidates-pool-ratio scale-down-delay-after-add scale-down-delay-after-delete
      scale-down-delay-after-failure scale-down-delay-type-local scale-down-enabled scale-down-gpu-utilization-threshold
      scale-down-non-empty-candidates-count scale-down-simulation-timeout scale-down-unneeded-time scale-down-unready-enabled
      scale-down-unready-time scale-down-utilization-threshold skip-nodes-with-custom-controller-pods skip-nodes-with-local-storage
      skip-nodes-with-system-pods status-config-map-name unremovable-node-recheck-timeout user-agent write-status-configmap
    `),
  ],
  refused: { 'feature-gates': GATES, 'leader-elect': LEADER_ELECT },
}
