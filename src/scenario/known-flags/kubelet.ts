import { type KnownFlags, names } from './known.ts'
import { GATES, LOGGING, SERVING } from './shared.ts'

/**
 * kubelet: KubeletConfiguration (staging/src/k8s.io/kubelet/config/v1beta1/types.go), and flags without a field (cmd/kubelet/app/options),
 * 1.20 … 1.36.
 */
export const KUBELET: KnownFlags = {
  ignored: [
    ...LOGGING,
    ...SERVING,
    ...names(`
      allowedUnsafeSysctls apiVersion authentication authorization cgroupDriver cgroupRoot cgroupsPerQOS clusterDNS clusterDomain
      configMapAndSecretChangeDetectionStrategy containerLogMaxFiles containerLogMaxSize containerLogMaxWorkers containerLogMonitorInterval
      containerRuntimeEndpoint contentType cpuCFSQuota cpuCFSQuotaPeriod cpuManagerReconcilePeriod enableContentionProfiling enableDebugFlagsHandler
      enableDebuggingHandlers enableProfilingHandler enableServer enableSystemLogHandler enableSystemLogQuery enforceNodeAllocatable eventBurst
      eventRecordQPS evictionHard evictionMinimumReclaim failCgroupV1 failSwapOn hairpinMode healthzBindAddress healthzPort httpCheckFrequency imageGCHighThresholdPercent
      imageGCLowThresholdPercent imageMaximumGCAge imageMinimumGCAge imagePullCredentialsVerificationPolicy imageServiceEndpoint
      iptablesDropBit iptablesMasqueradeBit kernelMemcgNotification kind kubeReserved kubeReservedCgroup kubeletCgroups localStorageCapacityIsolation logging
      makeIPTablesUtilChains maxOpenFiles memorySwap memoryThrottlingFactor mergeDefaultEvictionSettings nodeStatusMaxImages
      oomScoreAdj podCIDR podLogsDir podPidsLimit preloadedImagesVerificationAllowlist protectKernelDefaults providerID qosReserved
      readOnlyPort reservedSystemCPUs resolvConf rotateCertificates runOnce runtimeRequestTimeout seccompDefault serverTLSBootstrap
      showHiddenMetricsForVersion singleProcessOOMKill staticPodPath staticPodURL staticPodURLHeader streamingConnectionIdleTimeout systemCgroups
      systemReserved systemReservedCgroup tlsCertFile tlsCipherSuites tlsCurvePreferences tlsMinVersion tlsPrivateKeyFile topologyManagerPolicyOptions
      topologyManagerScope tracing userNamespaces volumePluginDir volumeStatsAggPeriod
    `),
    ...names(`
      bootstrap-kubeconfig cloud-config cni-bin-dir cni-cache-dir cni-conf-dir config config-dir container-runtime container-runtime-endpoint docker
      docker-endpoint docker-root dockershim dynamic-config-dir exit-on-lock-contention experimental-mounter-path hostname-override
      image-credential-provider-bin-dir image-credential-provider-config image-pull-progress-deadline image-service-endpoint kubeconfig lock-file
      log-cadvisor-usage maximum-dead-containers maximum-dead-containers-per-container minimum-container-ttl-duration network-plugin
      network-plugin-mtu node-ip node-labels non-masquerade-cidr pod-infra-container-image redirect-container-streaming
      register-schedulable root-dir runtime-cgroups seccomp-profile-root
    `),
  ],
  refused: {
    'cloud-provider': {
      harmless: ['', 'external'],
      instead: 'providers within the kubelet are not modelled; `external` is, as cluster.cloud',
    },
    cpuManagerPolicy: { harmless: ['', 'none'], instead: 'exclusive CPUs are not modelled' },
    enableControllerAttachDetach: { harmless: [true], instead: 'volumes are attached by the controller here' },
    evictionMaxPodGracePeriod: { harmless: [0], instead: 'soft evictions are not modelled' },
    evictionSoft: { harmless: [], instead: 'soft evictions are not modelled' },
    evictionSoftGracePeriod: { harmless: [], instead: 'soft evictions are not modelled' },
    featureGates: GATES,
    memoryManagerPolicy: { harmless: ['', 'None'], instead: 'NUMA nodes are not modelled' },
    podsPerCore: { harmless: [0], instead: 'write maxPods' },
    registerNode: { harmless: [true], instead: 'every kubelet registers its Node here' },
    registerWithTaints: { harmless: [], instead: 'write `taints` of the group of nodes' },
    reservedMemory: { harmless: [], instead: 'NUMA nodes are not modelled' },
    topologyManagerPolicy: { harmless: ['', 'none', 'best-effort'], instead: 'NUMA nodes are not modelled' },
  },
}
