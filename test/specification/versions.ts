import type { Rule } from './rule.ts'

/** What changed from one release to another in a way that changes results; the tests show both sides. */
export const versions: readonly Rule[] = [
  {
    rule: 'node-monitor-grace-period: 40 s, 50 s from 1.32 (PR #126287)',
    source: 'kube-controller-manager, pkg/controller/nodelifecycle/config/v1alpha1/defaults.go, 1.20 … 1.36',
    tests: [
      'control/node-lifecycle/detection.test.ts: Kubernetes %s: Unknown follows the crash by %i s − U(0,10) + U(0,5)',
      'versions/node-lifecycle.test.ts: From the crash of a Node to its NoExecute taint: 40 s and a tick more up to 1.31, 50 s and a tick in 1.32 and 1.33, 50 s from 1.34',
    ],
  },
  {
    rule: 'NoExecute taint: a tick late up to 1.33 (PR #120816)',
    source: 'kube-controller-manager, pkg/controller/nodelifecycle/node_lifecycle_controller.go:processTaintBaseEviction, 1.20 … 1.36',
    tests: [
      'control/node-lifecycle/detection.test.ts: Kubernetes %s: NoExecute follows Unknown by %d to %d s',
      'versions/node-lifecycle.test.ts: From the crash of a Node to its NoExecute taint: 40 s and a tick more up to 1.31, 50 s and a tick in 1.32 and 1.33, 50 s from 1.34',
    ],
  },
  {
    rule: 'monitorNodeHealth: serial, 8 workers from 1.27 (PR #114296)',
    source: 'kube-controller-manager, pkg/controller/nodelifecycle/node_lifecycle_controller.go:monitorNodeHealth, 1.20 … 1.36',
    tests: [
      'versions/node-lifecycle.test.ts: Silent Nodes are handled one after the other, their Pods included, up to 1.26, and eight at a time from 1.27',
    ],
  },
  {
    rule: 'Duplicate entries of the taint queue: 1.20.2 only (PR #96876)',
    source: 'kube-controller-manager, pkg/controller/nodelifecycle/scheduler/rate_limited_queue.go, 1.20.2',
    tests: [
      'control/node-lifecycle/outage.test.ts: a Node that recovers while it waits twice blocks its zone until the controller manager restarts (FINDINGS 7a)',
      'control/node-lifecycle/outage.test.ts: without the bug they need ten',
      'control/node-lifecycle/zone-queue.test.ts: a Node that waits and is marked again moves to the end',
      'control/node-lifecycle/zone-queue.test.ts: in 1.20.2 it waits twice, and the second entry burns a token (PR #96876)',
    ],
  },
  {
    rule: 'Eviction without the taint manager: --enable-taint-manager and --pod-eviction-timeout are gone from 1.27',
    source: 'kube-controller-manager, cmd/kube-controller-manager/app/options/nodelifecyclecontroller.go, 1.20 … 1.36',
    tests: ['versions/node-lifecycle.test.ts: The taint manager can be switched off up to 1.26 only'],
  },
  {
    rule: 'Taint eviction as a controller with a client of its own: 1.29 (KEP-3902)',
    source: 'kube-controller-manager, pkg/controller/tainteviction/taint_eviction.go, 1.29 … 1.36',
    tests: [
      'versions/node-lifecycle.test.ts: Evictions by taint wait while Pods of another Node are marked not ready up to 1.28, and have a client of their own from 1.29',
    ],
  },
  {
    rule: 'Condition DisruptionTarget before a Pod is deleted: one PATCH more from 1.26 (KEP-3329)',
    source:
      'taint eviction, Pod garbage collection, kube-scheduler; gate PodDisruptionConditions, pkg/features/kube_features.go, 1.26 … 1.36',
    tests: [
      'control/taint-eviction.test.ts: a Pod that does not tolerate the taint is deleted at once; from 1.26 by GET, PATCH and DELETE',
      'control/scheduler/preemption.test.ts: costs a call more per victim from 1.26 on, and blocks the loop until answered up to 1.32',
      'control/pod-gc.test.ts: are deleted after 40 s of quarantine from the first pass that misses the Node',
      'control/pod-gc.test.ts: are not marked Failed before 1.26',
    ],
  },
  {
    rule: 'Taint out-of-service: heeded from 1.26 (KEP-2268)',
    source: 'kube-controller-manager, pkg/controller/podgc/gc_controller.go; gate NodeOutOfServiceVolumeDetach, 1.26 … 1.36',
    tests: ['control/pod-gc.test.ts: Kubernetes %s, Ready %s: %i terminating Pods of an out-of-service Node go with each pass'],
  },
  {
    rule: 'Calls of a kubelet: 5/s and 10, 50/s and 100 from 1.27',
    source: 'kubelet, pkg/kubelet/apis/config/v1beta1/defaults.go, 1.20 … 1.36',
    tests: ['control/kubelet.test.ts: before 1.27 five calls a second hold back the statuses of thirty Pods; from 1.27 they do not'],
  },
  {
    rule: 'Jitter of lease renewals: 1.22 (PR #101652)',
    source: 'kubelet, staging/src/k8s.io/component-helpers/apimachinery/lease/controller.go, 1.20 … 1.36',
    tests: [
      'versions/heartbeats.test.ts: Lease renewals keep their rhythm of 10 s up to 1.21, and drift by up to 0.4 s more each from 1.22',
    ],
  },
  {
    rule: 'Jitter of status posts: 1.23 (PR #105272)',
    source: 'kubelet, pkg/kubelet/kubelet.go:Run, 1.20 … 1.36',
    tests: [
      'versions/heartbeats.test.ts: An unchanged status is posted every 30 rounds of exactly 10 s up to 1.22, and of up to 10.4 s from 1.23',
    ],
  },
  {
    rule: 'First report of a Node after a restart: displaced from 1.34 (PR #130919)',
    source: 'kubelet, pkg/kubelet/kubelet_node_status.go, 1.34 … 1.36',
    tests: ['cluster/heartbeats.test.ts: the first report after a restart is displaced by up to half a period from 1.34 (PR #130919)'],
  },
  {
    rule: 'Final phase of a deleted Pod, and how soon it goes: 1.27 (PR #115331)',
    source: 'kubelet, pkg/kubelet/kubelet.go:SyncTerminatedPod, pkg/kubelet/status/status_manager.go, 1.20 … 1.36',
    tests: [
      'control/kubelet/phase.test.ts: a Pod that was terminated ends Succeeded or Failed from 1.27, whatever its policy; before, it keeps running in name',
      'control/kubelet/termination.test.ts: 1.20: its container ends at once, its object goes with the next batch of statuses after its resources are reclaimed',
      'control/kubelet/termination.test.ts: from 1.27: it ends in a final phase, and its object goes as soon as its resources are reclaimed',
    ],
  },
  {
    rule: 'First run of a readiness probe: as soon as the container runs from 1.22 (PR #98376)',
    source: 'kubelet, pkg/kubelet/prober/worker.go, 1.20 … 1.36',
    tests: [
      'control/kubelet/probes.test.ts: from 1.22 runs as soon as the container is known to run, without waiting for its tick',
      'control/kubelet/probes.test.ts: in 1.20 waits for its tick, whose phase is any',
    ],
  },
  {
    rule: 'Readiness across a restart of the kubelet: kept from 1.35 (gate ChangeContainerStatusOnKubeletRestart off)',
    source: 'kubelet, pkg/kubelet/prober/prober_manager.go; gate ChangeContainerStatusOnKubeletRestart, 1.35 … 1.36',
    tests: [
      'faults/kubelet-stop.test.ts: up to 1.34 a readiness probe begins anew: not ready until it first succeeds; from 1.35 the Pod stays ready',
    ],
  },
  {
    rule: 'Longest back-off of a crash loop: a setting from 1.32 (KEP-4603)',
    source: 'kubelet, pkg/kubelet/kubelet.go:newCrashLoopBackOff, 1.32 … 1.36',
    tests: [
      'control/kubelet/backoff.test.ts: a shorter maximum, from 1.32',
      'control/kubelet/backoff.test.ts: a shorter maximum is unknown before 1.32',
    ],
  },
  {
    rule: 'End of a back-off: at the next error sync up to 1.34, exact from 1.35 (KEP-4603)',
    source: 'kubelet, pkg/kubelet/pod_workers.go:completeWork, 1.20 … 1.36',
    tests: [
      'control/kubelet/backoff.test.ts: up to 1.34 a back-off is an error like any other',
      'control/kubelet/backoff.test.ts: from 1.35 the rest of the back-off is waited for',
    ],
  },
  {
    rule: 'maxParallelImagePulls: 1.27 (KEP-3673)',
    source: 'kubelet, pkg/kubelet/images/puller.go, 1.27 … 1.36',
    tests: [
      'control/kubelet/images.test.ts: are pulled all at once without serializeImagePulls, so many at a time as maxParallelImagePulls says',
    ],
  },
  {
    rule: 'Sidecar containers: on from 1.29 (KEP-753)',
    source: 'kubelet, pkg/kubelet/kuberuntime/kuberuntime_container.go; gate SidecarContainers, 1.29 … 1.36',
    tests: [
      'control/kubelet/phase.test.ts: a sidecar that has started holds nothing back from 1.29',
      'control/kubelet/actions.test.ts: from 1.29 a running sidecar lets the next one begin',
      'control/kubelet/actions.test.ts: before 1.29 it is an init container',
    ],
  },
  {
    rule: 'Relist of a Pod after its sync: 1.36 (gate PLEGOnDemandRelist)',
    source: 'kubelet, pkg/kubelet/pleg/generic.go; gate PLEGOnDemandRelist, 1.36',
    tests: [
      'control/kubelet.test.ts: sandbox, pull and container take their time; the API hears of it after the next relist',
      'control/kubelet.test.ts: from 1.36 the sync asks for a relist of its Pod, so that the API hears at once',
    ],
  },
  {
    rule: 'Longest time among the unschedulable: 60 s, 5 min from 1.24 (scheduling_queue.go:DefaultPodMaxInUnschedulablePodsDuration)',
    source: 'kube-scheduler, scheduling_queue.go, 1.20 … 1.36',
    tests: [
      'control/scheduler/queue.test.ts: is tried again without cause after 60 s up to 1.23, after 5 min from 1.24 on, at the next firing of the loop of 30 s',
    ],
  },
  {
    rule: 'Weights of scores: v1beta3, 1.23',
    source: 'kube-scheduler, pkg/scheduler/apis/config/v1beta3/default_plugins.go, 1.20 … 1.36',
    tests: ['control/scores/scores.test.ts: the weights are those of the release'],
  },
  {
    rule: 'Queueing hints: on from 1.32 (KEP-4247)',
    source: 'kube-scheduler, scheduling_queue.go; gate SchedulerQueueingHints, 1.32 … 1.36',
    tests: [
      'control/scheduler/queue.test.ts: is asked about by the filter that rejected it from 1.32 on: more room than it had, yet not enough, wakes nobody',
      'control/scheduler/queue.test.ts: goes to back-off instead when something moved while it was being tried',
      'control/scheduler/queue.test.ts: from 1.32 on only if what happened meanwhile concerns the filter that rejects it',
    ],
  },
  {
    rule: 'An idle scheduler pops from the back-off queue: 1.33 (KEP-5142)',
    source: 'kube-scheduler, scheduling_queue.go; gate SchedulerPopFromBackoffQ, 1.33 … 1.36',
    tests: ['control/scheduler/queue.test.ts: an idle scheduler takes a woken Pod out of its back-off from 1.33 on'],
  },
  {
    rule: 'Asynchronous preemption: 1.33 (KEP-4832)',
    source: 'kube-scheduler, pkg/scheduler/framework/preemption/preemption.go; gate SchedulerAsyncPreemption, 1.33 … 1.36',
    tests: [
      'control/scheduler/preemption.test.ts: costs a call more per victim from 1.26 on, and blocks the loop until answered up to 1.32',
    ],
  },
  {
    rule: 'Victims of a ReplicaSet that shrinks: ages in powers of two and deletion cost from 1.22 (KEP-2185, KEP-2255)',
    source: 'kube-controller-manager, pkg/controller/controller_utils.go:ActivePodsWithRanks, 1.20 … 1.36',
    tests: [
      'control/replicaset/rank.test.ts: Ages are exact before 1.22 and compared in powers of two from then on, with ties by UID (LogarithmicScaleDown)',
      'control/replicaset/rank.test.ts: The deletion cost is heeded from 1.22 on, above the Pods on a Node, below readiness',
    ],
  },
  {
    rule: 'minReadySeconds of a StatefulSet: 1.22 (KEP-2599)',
    source: 'kube-controller-manager, pkg/controller/statefulset/stateful_set_control.go, 1.20 … 1.36',
    tests: [
      'control/statefulset.test.ts: before 1.22 knows no minReadySeconds',
      'control/statefulset.test.ts: waits for minReadySeconds; up to 1.34 it looks minReadySeconds after its last pass, which may be too early and then is twice (%s)',
    ],
  },
  {
    rule: 'podFailurePolicy and podReplacementPolicy of a Job, maxSurge of a DaemonSet: 1.26 (KEP-3329), 1.29 (KEP-3939), 1.22 (KEP-1591)',
    source: 'kube-apiserver and kube-controller-manager, pkg/features/kube_features.go, 1.20 … 1.36',
    tests: ['versions/fields.test.ts: %s is refused in %s and heeded in %s: it came with 1.%i'],
  },
  {
    rule: 'Pods that a Job replaces: a deleted one at once in 1.20, as a failure from 1.27; longest back-off 6 min, 10 min from 1.28',
    source: 'kube-controller-manager, pkg/controller/job/job_controller.go, backoff_utils.go, 1.20 … 1.36',
    tests: [
      'control/job.test.ts: in 1.20 a deleted Pod at once, and does not count it',
      'control/job.test.ts: in $profile a deleted Pod at $at s, 10 s after its end: it counts as failed',
    ],
  },
  {
    rule: 'Lease given up on exit: by the scheduler from 1.27 (ReleaseOnCancel)',
    source: 'kube-scheduler, cmd/kube-scheduler/app/server.go:Run, 1.20 … 1.36',
    tests: ['control/leader-election/rules.test.ts: %s of 1.%i gives its lease up when told to end: %s'],
  },
  {
    rule: 'Terminating Pods in EndpointSlices: 1.22 (KEP-1672)',
    source: 'kube-controller-manager, pkg/controller/endpointslice/reconciler.go, 1.20 … 1.36',
    tests: [
      'control/endpoint/membership.test.ts: goes at once before 1.22',
      'control/endpoint/membership.test.ts: says serving and terminating, not ready, from 1.22 on',
    ],
  },
  {
    rule: 'Bands of ClusterIPs: 1.25 (KEP-3070)',
    source: 'kube-apiserver, pkg/registry/core/service/ipallocator/ipallocator.go, 1.20 … 1.36',
    tests: [
      'versions/services.test.ts: A ClusterIP is any of the range up to 1.24, and from 1.25 above the band of addresses that are asked for',
    ],
  },
  {
    rule: 'Workers of the HorizontalPodAutoscaler controller: 1, from 1.26 on 5 (PR #108501)',
    source: 'kube-controller-manager, pkg/controller/podautoscaler/config/v1alpha1/defaults.go, 1.20 … 1.36',
    absent: 'A look at an autoscaler takes no time here but for its write, so one worker does as much as five.',
  },
]
