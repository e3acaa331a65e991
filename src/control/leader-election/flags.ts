import { seconds } from '../../kernel/time.ts'
import { durationFlag, type Flags, type FlagValues } from '../../scenario/flags.ts'

const DEFAULTS = 'staging/src/k8s.io/component-base/config/v1alpha1/defaults.go:RecommendedDefaultLeaderElectionConfiguration, 1.20 … 1.36'

/** Flags of kube-controller-manager and kube-scheduler that decide how soon another process takes over. */
export const leaderElectionFlags = {
  'leader-elect-lease-duration': durationFlag(
    seconds(15),
    'How long others watch an unchanged record before they take the leadership over.',
    DEFAULTS,
  ),
  'leader-elect-renew-deadline': durationFlag(seconds(10), 'After how long without a renewal the leader gives up, and exits.', DEFAULTS),
  'leader-elect-retry-period': durationFlag(
    seconds(2),
    'Between two renewals, and the least time between two looks of the others.',
    DEFAULTS,
  ),
} satisfies Flags

export type LeaderElectionFlags = FlagValues<typeof leaderElectionFlags>
