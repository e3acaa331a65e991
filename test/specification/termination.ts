import type { Rule } from './rule.ts'

const KILL = 'kubelet, pkg/kubelet/kuberuntime/kuberuntime_container.go:killContainer, 1.20 … 1.36'

/** Rules of how the kubelet ends Pods. */
export const termination: readonly Rule[] = [
  {
    rule: 'All app containers of a Pod are ended at once, side by side; from 1.29 sidecars after them, the last first',
    source:
      'kubelet, pkg/kubelet/kuberuntime/kuberuntime_container.go:killContainersWithSyncResult, kuberuntime_termination_order.go, 1.20 … 1.36',
    tests: [
      'control/kubelet/pod-worker.test.ts: containers of a deleted Pod end side by side',
      'control/kubelet/termination.test.ts: from 1.29 sidecars end after the app containers',
      'control/kubelet/sidecars.test.ts: of a deleted Pod end in reverse order, after the app',
    ],
  },
  {
    rule: 'Each gets SIGTERM, and SIGKILL (exit 137) when its grace is over: the one asked for, else the Pod’s own; at least 2 s, or 1 s of a deleted Pod from 1.22 on (seen here from 1.27)',
    source: KILL,
    tests: [
      'control/kubelet/termination.test.ts: a container that does not end within the grace period is killed: exit 137, phase Failed',
      'control/kubelet/termination.test.ts: what a container gets between SIGTERM and SIGKILL',
    ],
  },
  {
    rule: 'A preStop hook runs first and uses up the grace, but for 2 s',
    source: KILL,
    tests: [
      'control/kubelet/termination.test.ts: what a container gets between SIGTERM and SIGKILL',
      'control/kubelet/hooks.test.ts: before the stop lets the container answer for so long',
    ],
  },
  {
    rule: 'Hooks that run a command or send a request take as long as those do',
    source: 'kubelet, pkg/kubelet/lifecycle/handlers.go, 1.20 … 1.36',
    absent:
      'A manifest says how long only of a hook that sleeps (from 1.30); else `behaviour: stop` is the time until the exit, hook included.',
  },
  {
    rule: 'Up to 1.21 (here 1.26) the object of a deleted Pod goes with the first 10 s batch of statuses after its volumes and cgroup are gone and relists have seen its containers, then its sandbox go: 2 … 13 s after its end',
    source: 'kubelet, pkg/kubelet/kubelet_pods.go:PodResourcesAreReclaimed, pkg/kubelet/status/status_manager.go:syncBatch, 1.20',
    tests: [
      'control/kubelet/termination.test.ts: 1.20: its container ends at once, its object goes with the next batch of statuses after its resources are reclaimed',
      'control/kubelet/termination.test.ts: 1.20: it goes with the first batch after the third relist that follows its end',
      'control/kubelet/termination.test.ts: 1.20: at any phase of the batches that is 2 … 13 s after its end',
    ],
  },
  {
    rule: 'From 1.22 on (seen here from 1.27) the worker itself waits for the resources and lets the object go at once, never before a relist after the end',
    source: 'kubelet, pkg/kubelet/pod_workers.go, kubelet.go:SyncTerminatedPod, 1.22 … 1.36',
    tests: [
      'control/kubelet/termination.test.ts: from 1.27: it ends in a final phase, and its object goes as soon as its resources are reclaimed',
      'control/kubelet/termination.test.ts: from 1.27: never before a relist after its end',
    ],
  },
  {
    rule: 'A Pod that has failed or succeeded vanishes at once when it is deleted; what is left of it is cleaned up after',
    source: 'kube-apiserver, pkg/registry/core/pod/strategy.go:CheckGracefulDelete, 1.20 … 1.36',
    tests: ['cluster/deletion.test.ts: goes at once when it has failed', 'cluster/deletion.test.ts: goes at once when it has succeeded'],
  },
  {
    rule: 'A Pod deleted by force is gone from the API while its containers still get their grace; one that only the runtime knows gets 1 s from 1.22 on (seen here from 1.27)',
    source: 'kubelet, pkg/kubelet/kubelet_pods.go:HandlePodCleanups, kubelet.go:HandlePodRemoves, 1.20 … 1.36',
    tests: [
      'control/kubelet/termination.test.ts: with force: its object is gone, its containers still get their grace',
      'control/kubelet/behaviours.test.ts: a Pod that only the runtime knows gets its own grace up to 1.21',
      'control/kubelet.test.ts: a Pod that was deleted by force meanwhile is ended by housekeeping',
    ],
  },
  {
    rule: 'The address of a Pod is taken until its sandbox is gone',
    source: 'CNI host-local, plugins/ipam/host-local; kubelet, kuberuntime_sandbox.go, 1.20 … 1.36',
    tests: ['control/kubelet/termination.test.ts: its address can be given to another Pod once its sandbox is gone'],
  },
  {
    rule: 'A Pod past its activeDeadlineSeconds is ended at the next tick of the sync loop',
    source: 'kubelet, pkg/kubelet/active_deadline.go, 1.20 … 1.36',
    tests: ['control/kubelet.test.ts: a Pod past its activeDeadlineSeconds is ended at the next tick of the sync loop'],
  },
]
