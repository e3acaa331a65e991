import type { Rule } from './rule.ts'

const DO = 'kubelet, pkg/kubelet/kuberuntime/kuberuntime_manager.go:doBackOff, client-go util/flowcontrol/backoff.go, 1.20 … 1.36'

/** Rules of CrashLoopBackOff. */
export const backOff: readonly Rule[] = [
  {
    rule: 'A container that ends soon after every start waits 0, 10, 20, 40, 80, 160, 300, 300 … s, counted from its exit, whatever its exit code',
    source: DO,
    tests: [
      'control/kubelet/backoff.test.ts: the delays of a container that ends at once after each start: none, 10, 20, 40, 80, 160, 300, 300 s',
      'control/kubelet/behaviours.test.ts: grows with every exit, one with code 0 too',
    ],
  },
  {
    rule: 'Up to 1.34 it is looked at again every 10 … 15 s, so that it starts 6.6 s later on average; from 1.35 after 1 to 1.5 times what is left, 60 s of it at most',
    source: 'kubelet, pkg/kubelet/pod_workers.go:wrapUp, 1.20 … 1.34; completeWork with kubecontainer.BackoffError, 1.35 … 1.36',
    tests: [
      'timelines/crash-loop.test.ts: is decided to be started again after the means of the table',
      'timelines/crash-loop.test.ts: is decided within the ranges of the table in nine cases of ten',
      'timelines/crash-loop.test.ts: has been down for the sums of the table',
      'control/kubelet-crash-loop.test.ts: the delays of 180 recorded restarts on 1.20.2 are reproduced, restart by restart',
    ],
  },
  {
    rule: 'A container that exits more than 600 s after it was let go starts at once, and its series begins again with 10 s',
    source: DO,
    tests: [
      'control/kubelet/backoff.test.ts: a container that failed more than 600 s after it was let go starts at once, and its series begins again',
      'timelines/crash-loop.test.ts: starts at once after a run of more than 600 s, and its series begins again with 10 s',
      'control/kubelet-crash-loop.test.ts: a container that has run for more than ten minutes starts again at once',
    ],
  },
  {
    rule: 'Housekeeping forgets an entry 600 s after its container was let go: after a run of 300 … 600 s the container is let go then, after a shorter one it waits the full 300 s',
    source: 'kubelet, pkg/kubelet/kubelet_pods.go:HandlePodCleanups, flowcontrol.Backoff.GC, 1.20 … 1.36',
    tests: [
      'control/kubelet/backoff.test.ts: housekeeping deletes an entry once it is more than 600 s old, while its container still waits',
      'timelines/crash-loop.test.ts: is let go 600 s after its last start when it has run for longer, and its series begins again with 10 s',
      'timelines/crash-loop.test.ts: waits it all after a run of less than 300 s, and again after that',
    ],
  },
  {
    rule: 'Each container of each Pod has a back-off of its own: it does not hold back its neighbours, and a Pod that takes the place of another begins at once',
    source: DO,
    tests: [
      'control/kubelet/behaviours.test.ts: does not touch the other containers of its Pod',
      'control/kubelet/behaviours.test.ts: ends with its Pod: another Pod of the same workload begins at once',
    ],
  },
  {
    rule: 'A container that the sync itself has ended (failed probe, dead sandbox) waits for nothing: what counts is the newest instance that was dead before',
    source: DO,
    tests: [
      'control/kubelet/probes.test.ts: finds a hang after its threshold and lets the container start again at once, in %s',
      'control/kubelet.test.ts: its pause container dies, and what ended it was no crash: the next one still has no back-off to wait for',
    ],
  },
  {
    rule: 'A kubelet that restarts has forgotten all back-offs',
    source: 'kubelet, pkg/kubelet/kubelet.go (in memory), 1.20 … 1.36',
    tests: [
      'control/kubelet.test.ts: the back-off of crash loops is forgotten',
      'control/kubelet/behaviours.test.ts: a kubelet that starts again pulls at once what it had backed off from',
    ],
  },
  {
    rule: 'crashLoopBackOff.maxContainerRestartPeriod (from 1.32) bounds the delays, the first too; ReduceDefaultCrashLoopBackOffDecay (from 1.33, off) makes them 1, 2 … 60 s; entries still last 600 s',
    source: 'kubelet, pkg/kubelet/kubelet.go:newCrashLoopBackOff, KEP-4603, 1.32 … 1.36',
    tests: [
      'timelines/crash-loop.test.ts: ReduceDefaultCrashLoopBackOffDecay: 1, 2, 4, 8, 16, 32, 60, 60 s',
      'timelines/crash-loop.test.ts: crashLoopBackOff.maxContainerRestartPeriod 25 s: 10, 20, 25, 25 s',
      'control/kubelet-crash-loop.test.ts: from 1.32 crashLoopBackOff.maxContainerRestartPeriod bounds the delays',
      'control/kubelet-crash-loop.test.ts: from 1.33 the gate ReduceDefaultCrashLoopBackOffDecay begins with 1 s and ends with 60 s',
    ],
  },
  {
    rule: 'The API shows a container as terminated, and as CrashLoopBackOff only from the sync after the first that found it in back-off',
    source: 'kubelet, pkg/kubelet/kubelet_pods.go:convertToAPIContainerStatuses, reason_cache.go, 1.20 … 1.36',
    tests: ['control/kubelet-crash-loop.test.ts: shows as terminated until a sync after the first that found it in back-off'],
  },
]
