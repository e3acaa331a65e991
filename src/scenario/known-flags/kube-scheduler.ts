import { type KnownFlags, names } from './known.ts'
import { CLIENT, GATES, LEADER_ELECT, LOGGING, SERVING } from './shared.ts'

const PROFILE = 'there is one profile, the default one; its fields are written here by their names'

/** kube-scheduler: cmd/kube-scheduler/app/options, pkg/scheduler/apis/config (KubeSchedulerConfiguration), 1.20 … 1.36. */
export const KUBE_SCHEDULER: KnownFlags = {
  ignored: [
    ...LOGGING,
    ...SERVING,
    ...CLIENT,
    ...names(`
      delayCacheUntilActive emulated-version enableContentionProfiling enableProfiling experimental-logging-sanitization healthzBindAddress
      lock-object-name lock-object-namespace metricsBindAddress parallelism write-config-to
    `),
  ],
  refused: {
    'algorithm-provider': { harmless: ['DefaultProvider'], instead: PROFILE },
    config: { harmless: [], instead: PROFILE },
    extenders: { harmless: [], instead: 'extenders are not modelled' },
    'feature-gates': GATES,
    'hard-pod-affinity-symmetric-weight': { harmless: [1], instead: PROFILE },
    'leader-elect': LEADER_ELECT,
    'policy-config-file': { harmless: [''], instead: PROFILE },
    'policy-configmap': { harmless: [''], instead: PROFILE },
    profiles: { harmless: [], instead: PROFILE },
    'scheduler-name': { harmless: ['default-scheduler'], instead: PROFILE },
  },
}
