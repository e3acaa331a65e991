import { seconds } from '../../kernel/time.ts'
import { durationFlag, type Flags, type FlagValues, integerFlag, numberFlag } from '../../scenario/flags.ts'
import { leaderElectionFlags } from '../leader-election/flags.ts'

const CONFIG = 'pkg/scheduler/apis/config/v1beta1/defaults.go (1.20), v1/defaults.go (… 1.36)'

/** Flags and configuration fields of kube-scheduler that decide when a Pod is placed. */
export const schedulerFlags = {
  'kube-api-qps': numberFlag(50, 'Calls per second to the API server (clientConnection.qps).', CONFIG),
  'kube-api-burst': integerFlag(100, 'Calls at once before the rate applies (clientConnection.burst).', CONFIG),
  percentageOfNodesToScore: integerFlag(0, 'Share of nodes that ends the search for feasible ones [percent]; 0: adaptive.', CONFIG),
  podInitialBackoffSeconds: integerFlag(1, 'Back-off after the first failed attempt [s].', CONFIG),
  podMaxBackoffSeconds: integerFlag(10, 'Longest back-off [s].', CONFIG),
  'pod-max-in-unschedulable-pods-duration': durationFlag(
    ({ minor }) => seconds(minor <= 23 ? 60 : 300),
    'How long a Pod stays unschedulable before it is tried again without cause.',
    'pkg/scheduler/internal/queue/scheduling_queue.go: 60 s up to 1.23, 5 min from 1.24 (a flag from 1.24 to 1.26)',
  ),
  ...leaderElectionFlags,
} satisfies Flags

export type SchedulerFlags = FlagValues<typeof schedulerFlags>
