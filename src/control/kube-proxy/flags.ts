import { type Duration, seconds } from '../../kernel/time.ts'
import { durationFlag, type Flags } from '../../scenario/flags.ts'
import type { Profile } from '../../scenario/profile.ts'
import type { RunnerRules } from './runner.ts'

/** Fields of kube-proxy's configuration, as its flags write them. */
export const kubeProxyFlags = {
  'iptables-min-sync-period': durationFlag(
    seconds(1),
    'Least time between two syncs of the rules [0: none].',
    'pkg/proxy/apis/config/v1alpha1/defaults.go:SetDefaults_KubeProxyConfiguration, 1.20 … 1.36',
  ),
} satisfies Flags

/** Syncs that may follow each other at once after a quiet time (burstSyncs, pkg/proxy/iptables/proxier.go:NewProxier, 1.20 … 1.33). */
const BURST = 2

/** How the runner of a release spaces its syncs: a token bucket up to 1.33; from 1.34 (pkg/proxy/runner, PR #131615) there is no burst. */
export function runnerRules({ minor }: Profile, minInterval: Duration, sync: Duration): RunnerRules {
  return { minInterval, sync, burst: minor < 34 ? BURST : 0 }
}
