import { seconds } from '../../kernel/time.ts'
import { booleanFlag, durationFlag, type Flags, type FlagValues, integerFlag, numberFlag, stringFlag } from '../../scenario/flags.ts'

const SOURCE = 'autoscaler/cluster-autoscaler/config/flags/flags.go, FAQ.md (2026)'

/** Flags of the cluster autoscaler that decide when machines come. */
const scaleUpFlags = {
  'scan-interval': durationFlag(seconds(10), 'Between two looks at the cluster.', SOURCE),
  'frequent-loops-enabled': booleanFlag(
    ({ minor }) => minor >= 35,
    'Whether it also looks as soon as a Pod is called unschedulable, and again at once after a look that changed a group.',
    'autoscaler/cluster-autoscaler/loop/trigger.go, default true since 1.35 (pull request 8019)',
  ),
  'max-node-provision-time': durationFlag(seconds(900), 'How long a machine may take to register before it is given up.', SOURCE),
  'new-pod-scale-up-delay': durationFlag(seconds(0), 'Pods younger than this are not looked at.', SOURCE),
  expander: stringFlag(
    'least-waste',
    'Which group grows where several would help: random (the default of old releases), least-waste or most-pods.',
    SOURCE,
  ),
  'max-total-unready-percentage': numberFlag(45, 'Share of Nodes not ready [%] beyond which nothing is done.', SOURCE),
  'ok-total-unready-count': integerFlag(3, 'Nodes not ready that are allowed whatever their share.', SOURCE),
  'initial-node-group-backoff-duration': durationFlag(seconds(300), 'Back-off of a group after its first failure.', SOURCE),
  'max-node-group-backoff-duration': durationFlag(seconds(1800), 'Longest back-off of a group.', SOURCE),
  'node-group-backoff-reset-timeout': durationFlag(seconds(10_800), 'Time without a failure after which a back-off is forgotten.', SOURCE),
  'expendable-pods-priority-cutoff': integerFlag(-10, 'Pods of a lower priority neither bring machines nor keep them.', SOURCE),
  'kube-client-qps': numberFlag(5, 'Calls per second after its burst [1/s].', SOURCE),
  'kube-client-burst': integerFlag(10, 'Calls that may be sent at once.', SOURCE),
} satisfies Flags

/** Flags that decide when machines go. */
const scaleDownFlags = {
  'scale-down-enabled': booleanFlag(true, 'Whether groups are made smaller, down to their `min`.', SOURCE),
  'scale-down-unready-enabled': booleanFlag(true, 'Whether machines go whose Node is not ready.', SOURCE),
  'scale-down-utilization-threshold': numberFlag(
    0.5,
    'A Node is a candidate while less than this share of its CPU and of its memory is requested.',
    SOURCE,
  ),
  'scale-down-unneeded-time': durationFlag(seconds(600), 'How long a Node must have been unneeded before it goes.', SOURCE),
  'scale-down-unready-time': durationFlag(seconds(1200), 'The same for a Node that is not ready.', SOURCE),
  'scale-down-delay-after-add': durationFlag(seconds(600), 'After a group grew no machine goes for so long.', SOURCE),
  'scale-down-delay-after-delete': durationFlag(seconds(0), 'After the begin of a removal no other begins for so long.', SOURCE),
  'scale-down-delay-after-failure': durationFlag(seconds(180), 'After a removal that could not begin none begins for so long.', SOURCE),
  'unremovable-node-recheck-timeout': durationFlag(
    seconds(300),
    'A Node that could not go for the sake of its Pods is looked at again after so long.',
    SOURCE,
  ),
  'max-scale-down-parallelism': integerFlag(10, 'Machines that may be going at once.', SOURCE),
  'max-drain-parallelism': integerFlag(1, 'Machines with Pods that may be going at once.', SOURCE),
  'node-delete-delay-after-taint': durationFlag(seconds(5), 'From the taint ToBeDeletedByClusterAutoscaler to the first eviction.', SOURCE),
  'max-pod-eviction-time': durationFlag(seconds(120), 'How long an eviction that is refused is tried again, every 10 s.', SOURCE),
  'max-graceful-termination-sec': integerFlag(
    600,
    'Longest grace period of an evicted Pod [s]; 30 s later the removal is given up.',
    SOURCE,
  ),
  'cordon-node-before-terminating': booleanFlag(true, 'Whether the Node is cordoned with its taint.', SOURCE),
  'daemonset-eviction-for-empty-nodes': booleanFlag(
    false,
    'Whether Pods of DaemonSets are evicted from a Node that has no others.',
    SOURCE,
  ),
  'daemonset-eviction-for-occupied-nodes': booleanFlag(true, 'Whether they are evicted with the others.', SOURCE),
  'ignore-daemonsets-utilization': booleanFlag(false, 'Whether Pods of DaemonSets do not count as use of a Node.', SOURCE),
  'ignore-mirror-pods-utilization': booleanFlag(false, 'Whether static Pods do not count as use of a Node.', SOURCE),
  'skip-nodes-with-system-pods': booleanFlag(true, 'Whether Pods of kube-system without a PodDisruptionBudget keep their Node.', SOURCE),
  'skip-nodes-with-local-storage': booleanFlag(true, 'Whether Pods with an emptyDir or a hostPath keep their Node.', SOURCE),
  'max-bulk-soft-taint-count': integerFlag(
    10,
    'Most Nodes per scan that get or lose the taint DeletionCandidateOfClusterAutoscaler.',
    SOURCE,
  ),
} satisfies Flags

/** All of them. */
export const autoscalerFlags = { ...scaleUpFlags, ...scaleDownFlags } satisfies Flags

export type AutoscalerFlags = FlagValues<typeof autoscalerFlags>
