import { type Duration, seconds } from '../kernel/time.ts'
import { durationFlag, type Flags } from '../scenario/flags.ts'
import type { Profile } from '../scenario/profile.ts'
import type { ComponentWord } from '../scenario/vocabulary.ts'
import type { RunnerRules } from './kube-proxy/runner.ts'

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

/**
 * kube-proxy as a word of the scenario. Its processes are a population, not events: what all of them have programmed at an instant follows from
 * when the rules of a proxy without delay are synced and from how far each proxy lags behind (kube-proxy/population.ts).
 */
export const kubeProxy: ComponentWord = {
  name: 'kube-proxy',
  doc: 'Programs the endpoints of every Service on every machine, in syncs of a bounded frequency; one population for all machines.',
  process: 'kube-proxy',
  flags: kubeProxyFlags,
}
