import { seconds } from '../../kernel/time.ts'
import { booleanFlag, durationFlag, type Flags, type FlagValues, integerFlag, numberFlag } from '../../scenario/flags.ts'
import type { Profile } from '../../scenario/profile.ts'
import { controllerManagerFlags } from '../controller-manager-flags.ts'

const NODE_LIFECYCLE = 'pkg/controller/nodelifecycle/config/v1alpha1/defaults.go, 1.20 … 1.36'
const OPTIONS = 'cmd/kube-controller-manager/app/options/nodelifecyclecontroller.go'

/** Flags of kube-controller-manager that the node lifecycle controller reads. */
export const nodeLifecycleFlags = {
  ...controllerManagerFlags,
  'node-monitor-period': durationFlag(
    seconds(5),
    'From the end of one look at all Nodes to the next.',
    'cmd/kube-controller-manager/app/options/kubecloudshared.go, 1.20 … 1.36',
  ),
  'node-monitor-grace-period': durationFlag(
    ({ minor }) => seconds(minor >= 32 ? 50 : 40),
    'How long a Node may be silent before its conditions become Unknown.',
    `${NODE_LIFECYCLE}; 40 s up to 1.31, 50 s from 1.32 (PR #126287)`,
  ),
  'node-startup-grace-period': durationFlag(
    seconds(60),
    'The same for a Node that never had a Ready condition, from its creation.',
    NODE_LIFECYCLE,
  ),
  'node-eviction-rate': numberFlag(0.1, 'NoExecute taints per zone [1/s] while the zone is healthy or completely down.', OPTIONS),
  'secondary-node-eviction-rate': numberFlag(0.01, 'The same in a large zone that is partially disrupted [1/s].', OPTIONS),
  'unhealthy-zone-threshold': numberFlag(0.55, 'Share of not-ready Nodes (at least 3) that makes a zone partially disrupted.', OPTIONS),
  'large-cluster-size-threshold': integerFlag(50, 'Nodes a zone must exceed for the secondary rate; else the rate is 0.', OPTIONS),
  'enable-taint-manager': booleanFlag(
    true,
    'Up to 1.26: evict by NoExecute taints; otherwise by --pod-eviction-timeout.',
    `${NODE_LIFECYCLE}; removed in 1.27`,
  ),
  'pod-eviction-timeout': durationFlag(
    seconds(300),
    'Up to 1.26 and only without the taint manager: how long a Node is not ready before its Pods are deleted.',
    `${NODE_LIFECYCLE}; removed in 1.27`,
  ),
} satisfies Flags

export type NodeLifecycleFlags = FlagValues<typeof nodeLifecycleFlags>

/** The last release with --enable-taint-manager. */
const TAINT_MANAGER_OPTIONAL = 26

/** Whether NoExecute taints evict Pods: always from 1.27 on. */
export const hasTaintManager = (profile: Profile, flags: Pick<NodeLifecycleFlags, 'enable-taint-manager'>): boolean =>
  profile.minor > TAINT_MANAGER_OPTIONAL || flags['enable-taint-manager']
