import { heartbeatFlags } from '../../cluster/heartbeats.ts'
import { seconds } from '../../kernel/time.ts'
import { booleanFlag, durationFlag, type Flags, type FlagValues, integerFlag, prioritiesFlag } from '../../scenario/flags.ts'

const DEFAULTS = 'pkg/kubelet/apis/config/v1beta1/defaults.go, 1.20 … 1.36'

const SHUTDOWN =
  'pkg/kubelet/nodeshutdown/nodeshutdown_manager.go: gates GracefulNodeShutdown (on from 1.21), …BasedOnPodPriority (on from 1.24)'

/** Fields of KubeletConfiguration that decide when something recovers, and one setting of reconverge's own. */
export const kubeletFlags = {
  syncFrequency: durationFlag(seconds(60), 'Between two syncs of a Pod that nothing happens to; stretched by up to half.', DEFAULTS),
  fileCheckFrequency: durationFlag(
    seconds(20),
    'Between two readings of the static Pod manifests; decides nothing here, where manifests on disk do not change during a run.',
    DEFAULTS,
  ),
  ...heartbeatFlags,
  evictionPressureTransitionPeriod: durationFlag(
    seconds(300),
    'How long a pressure condition of the Node outlasts the pressure.',
    DEFAULTS,
  ),
  maxPods: integerFlag(110, 'Pods that the kubelet admits.', DEFAULTS),
  kubeAPIQPS: integerFlag(({ minor }) => (minor >= 27 ? 50 : 5), 'Calls per second to the API server, statuses among them.', DEFAULTS),
  kubeAPIBurst: integerFlag(({ minor }) => (minor >= 27 ? 100 : 10), 'Calls to the API server that may go at once.', DEFAULTS),
  serializeImagePulls: booleanFlag(true, 'One image pull at a time.', DEFAULTS),
  maxParallelImagePulls: integerFlag(0, 'Pulls at a time where they are not serialized (≥ 1.27); 0: as many as are asked for.', DEFAULTS),
  registryPullQPS: integerFlag(5, 'Pulls that may begin per second; 0: any number. A pull beyond it fails at once.', DEFAULTS),
  registryBurst: integerFlag(10, 'Pulls that may begin at once.', DEFAULTS),
  'crashLoopBackOff.maxContainerRestartPeriod': durationFlag(
    seconds(300),
    'Longest CrashLoopBackOff delay (≥ 1.32; 1 s … 300 s).',
    'KEP-4603, gate KubeletCrashLoopBackOffMax: alpha 1.32, on from 1.35; pkg/kubelet/kubelet.go:newCrashLoopBackOff',
  ),
  ReduceDefaultCrashLoopBackOffDecay: booleanFlag(
    false,
    'Feature gate (≥ 1.33): CrashLoopBackOff from 1 s to 60 s instead of from 10 s to 300 s.',
    'KEP-4603, alpha from 1.33, off; pkg/kubelet/kubelet.go:newCrashLoopBackOff',
  ),
  shutdownGracePeriod: durationFlag(
    seconds(0),
    'How long an orderly shutdown of the machine waits for its Pods (≥ 1.21); 0: not at all.',
    SHUTDOWN,
  ),
  shutdownGracePeriodCriticalPods: durationFlag(seconds(0), 'The part of it, at its end, that critical Pods have to themselves.', SHUTDOWN),
  shutdownGracePeriodByPodPriority: prioritiesFlag(
    'In place of the two: `[{ priority, shutdownGracePeriodSeconds }]`, one period for the Pods of each priority and above (≥ 1.24).',
    SHUTDOWN,
  ),
  'forgets-containers-on-reboot': booleanFlag(
    false,
    'Not of Kubernetes: a reboot loses the records of containers, so restart counts begin at 0 again, as on a kubemark hollow node.',
    'observations README: hollow nodes lose their containers when killed, a real runtime keeps exited ones',
  ),
  'keeps-connections-when-cut': booleanFlag(
    false,
    'Not of Kubernetes: a cut that ends leaves the kubelet’s connections whole and its timers due, as when its process was stopped and goes on (SIGSTOP, SIGCONT).',
    'observations README: SIGSTOP partitions keep the TCP connections; after SIGCONT the kubelet continues with its old watches',
  ),
} satisfies Flags

export type KubeletFlags = FlagValues<typeof kubeletFlags>
