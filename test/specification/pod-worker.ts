import type { Rule } from './rule.ts'

const SYNC = 'kubelet, pkg/kubelet/kuberuntime/kuberuntime_manager.go:SyncPod, 1.20 … 1.36'

/** Rules of the sync loop, PLEG, admission on the node, and what a sync does. */
export const podWorker: readonly Rule[] = [
  {
    rule: 'All containers are listed again 1 s after the listing before has ended; what has changed is a sync of its Pod',
    source: 'kubelet, pkg/kubelet/pleg/generic.go, 1.20 … 1.36',
    tests: [
      'control/kubelet.test.ts: sandbox, pull and container take their time; the API hears of it after the next relist',
      'control/kubelet.test.ts: it is noticed by the next relist and started again at once, in its sandbox',
    ],
  },
  {
    rule: 'From 1.36 on a sync that did something asks for a listing of its Pod at once',
    source: 'kubelet, pkg/kubelet/pleg/generic.go:RequestRelist (gate PLEGOnDemandRelist), 1.36',
    tests: ['control/kubelet.test.ts: from 1.36 the sync asks for a relist of its Pod, so that the API hears at once'],
  },
  {
    rule: 'Events of the runtime take the place of most listings (Evented PLEG)',
    source: 'kubelet, pkg/kubelet/pleg/evented.go, 1.26 … 1.36',
    absent: 'An alpha feature, off by default in every release modelled.',
  },
  {
    rule: 'A Pod’s worker syncs once at a time, and again only when a listing that began after its last sync has ended; of the updates that come meanwhile it keeps the newest',
    source: 'kubelet, pkg/kubelet/pod_workers.go:managePodLoop, pkg/kubelet/container/cache.go:GetNewerThan, 1.20 … 1.36',
    tests: [
      'control/kubelet/pod-worker.test.ts: a worker that has just synced waits for the next relist',
      'control/kubelet/pod-worker.test.ts: a relist that finds the worker waiting lets it look twice, a relist apart',
    ],
  },
  {
    rule: 'A sync that failed is repeated after 10 … 15 s, one for want of a network after 1 … 1.5 s, at the next whole tick of 1 s',
    source: 'kubelet, pkg/kubelet/pod_workers.go:wrapUp, completeWork, pkg/kubelet/util/queue/work_queue.go, 1.20 … 1.36',
    tests: [
      'control/kubelet/backoff.test.ts: an error after 10 s',
      'control/kubelet/backoff.test.ts: want of a network after 1 s',
      'timelines/crash-loop.test.ts: is decided within the ranges of the table in nine cases of ten',
    ],
  },
  {
    rule: 'A sync that succeeded is repeated after 60 … 90 s',
    source: 'kubelet, pkg/kubelet/pod_workers.go:wrapUp, completeWork, 1.20 … 1.36',
    tests: [
      'control/kubelet/backoff.test.ts: success is not synced again',
      'control/kubelet/probes.test.ts: that fails in 1.20 waits for the next sync of the Pod, 60 … 90 s after the last',
    ],
  },
  {
    rule: 'While PLEG is unhealthy the sync loop sleeps 0.1, 0.2 … 5 s at a time and takes no event',
    source: 'kubelet, pkg/kubelet/kubelet.go:syncLoop, 1.20 … 1.36',
    absent: 'It costs at most 5 s after a hang of more than 3 min, and only Pods whose worker is not waiting for a relist already.',
  },
  {
    rule: 'A Pod that is bound is admitted or refused for good, with phase Failed, by Pods, resources, host ports, node affinity, pressure, and from 1.27 by NoExecute taints',
    source: 'kubelet, pkg/kubelet/lifecycle/predicate.go, pkg/kubelet/kubelet.go:HandlePodAdditions, 1.20 … 1.36',
    tests: [
      'control/kubelet.test.ts: a Pod that does not fit is refused for good',
      'control/kubelet/admission.test.ts: too little memory',
      'control/kubelet/admission.test.ts: as many Pods as maxPods allows',
      'control/kubelet/admission.test.ts: a nodeSelector that does not match',
      'control/kubelet/admission.test.ts: a host port in use',
      'control/kubelet/admission.test.ts: a NoExecute taint that is not tolerated refuses ordinary Pods from 1.27, static Pods never',
    ],
  },
  {
    rule: 'A kubelet that starts admits its Pods anew, the oldest first',
    source: 'kubelet, pkg/kubelet/kubelet.go:HandlePodAdditions, 1.20 … 1.36',
    tests: [
      'control/kubelet/pod-worker.test.ts: a kubelet that starts admits the oldest Pod first, and refuses what does not fit any more',
    ],
  },
  {
    rule: 'A Pod in the network of its own waits until its machine has one',
    source: 'kubelet, pkg/kubelet/kubelet.go:syncPod, 1.20 … 1.36',
    tests: ['control/kubelet/node-network.test.ts: a Pod on a machine without network waits for it, looking every 1 … 1.5 s'],
  },
  {
    rule: 'ConfigMaps, Secrets and tokens are fetched and mounted before the sandbox is made, once per Pod and kubelet',
    source: 'kubelet, pkg/kubelet/volumemanager/volume_manager.go:WaitForAttachAndMount, 1.20 … 1.36',
    tests: ['control/kubelet.test.ts: volumes that must be fetched come before the sandbox'],
  },
  {
    rule: 'Without a ready sandbox the whole Pod starts anew: what still runs is ended within its grace period, then come a new sandbox and, from the first on, the init containers',
    source: SYNC,
    tests: [
      'control/kubelet/actions.test.ts: a dead sandbox ends the whole Pod and starts it anew',
      'control/kubelet/actions.test.ts: a dead sandbox begins with the first init container',
      'control/kubelet.test.ts: its pause container dies: its containers end within their grace period',
    ],
  },
  {
    rule: 'No other sandbox is made under Never once containers have run, nor under OnFailure when all have succeeded; what has succeeded stays ended',
    source: 'kubelet, pkg/kubelet/kuberuntime/kuberuntime_manager.go:computePodActions, 1.20 … 1.36',
    tests: [
      'control/kubelet/actions.test.ts: a dead sandbox under Never, after containers ran: no new one',
      'control/kubelet/actions.test.ts: a dead sandbox under OnFailure, all succeeded: no new one',
      'control/kubelet/actions.test.ts: a dead sandbox under OnFailure: what succeeded stays ended',
    ],
  },
  {
    rule: 'A kubelet that has seen a sandbox alive reports its address until there is another; one that starts later reports none up to 1.21',
    source: 'kubelet, pkg/kubelet/pleg/generic.go:getPodIPs, pkg/kubelet/kubelet_pods.go:generateAPIPodStatus, 1.20 … 1.36',
    tests: [
      'control/kubelet/pod-status.test.ts: A kubelet remembers the address of a dead sandbox that it has seen alive',
      'control/kubelet/pod-status.test.ts: A Pod whose sandbox no living kubelet has seen alive has no address up to 1.21',
    ],
  },
  {
    rule: 'Init containers run one at a time, each end seen by a relist; one that failed is tried again, or ends the Pod under Never',
    source: 'kubelet, pkg/kubelet/kuberuntime/kuberuntime_container.go:findNextInitContainerToRun, 1.20 … 1.36',
    tests: [
      'control/kubelet.test.ts: init containers run one at a time, each seen by a relist; then app containers start one after the other',
      'control/kubelet/actions.test.ts: a failed init container again',
      'control/kubelet/actions.test.ts: a failed init container under Never ends the Pod',
    ],
  },
  {
    rule: 'From 1.29 a sidecar lets the next container begin once it has started up; it is started again whatever the Pod’s policy, and does not keep it from completing',
    source: 'kubelet, pkg/kubelet/kuberuntime/kuberuntime_container.go:computeInitContainerActions, 1.29 … 1.36',
    tests: [
      'control/kubelet/sidecars.test.ts: start in order before the app, do not keep its Pod from completing, and end after it',
      'control/kubelet/sidecars.test.ts: are started again, though the Pod never restarts its app',
      'control/kubelet/sidecar-probes.test.ts: without a startup probe lets the app begin as soon as a relist has seen it run',
      'control/kubelet/sidecar-probes.test.ts: that has died with the app starts first, and the app once a relist has seen it run',
    ],
  },
  {
    rule: 'App containers start one after the other in spec order; one that cannot be started does not hold back the next',
    source: SYNC,
    tests: [
      'control/kubelet.test.ts: init containers run one at a time, each seen by a relist; then app containers start one after the other',
      'control/kubelet/behaviours.test.ts: goes on with the next container when one cannot be started',
    ],
  },
  {
    rule: 'A dead container is started again under Always, after a failure under OnFailure, never under Never; a Pod of which nothing runs or may start is ended',
    source: 'kubelet, pkg/kubelet/container/helpers.go:ShouldContainerBeRestarted, 1.20 … 1.36',
    tests: [
      'control/kubelet/actions.test.ts: Always starts again what succeeded',
      'control/kubelet/actions.test.ts: OnFailure starts again what failed, not what succeeded',
      'control/kubelet/actions.test.ts: Never starts nothing again',
      'control/kubelet/actions.test.ts: nothing runs and nothing may start: the Pod is ended',
    ],
  },
  {
    rule: 'A postStart hook holds back the next container',
    source: 'kubelet, pkg/kubelet/kuberuntime/kuberuntime_container.go:startContainer, 1.20 … 1.36',
    tests: ['control/kubelet/hooks.test.ts: after the start holds back the next container'],
  },
  {
    rule: 'Restart rules of a container, and a restart of all containers, act when a Pod asks for them',
    source: 'kubelet, KEP-5307, KEP-5532, 1.34 … 1.36',
    absent: 'Manifests with `restartPolicyRules` are refused.',
  },
  {
    rule: 'Dead containers but the newest of each name are removed every minute, unused images from 85 % disk use on',
    source: 'kubelet, pkg/kubelet/kuberuntime/kuberuntime_gc.go, pkg/kubelet/images/image_gc_manager.go, 1.20 … 1.36',
    absent:
      'The newest dead container, which back-off and restart count read, stays; the use of disks is not modelled, but for fault `node-pressure`.',
  },
  {
    rule: 'Events of one Pod are thinned out: 25 at once, then one in 5 min',
    source: 'kubelet, staging/src/k8s.io/client-go/tools/record/events_cache.go:EventSourceObjectSpamFilter, 1.20 … 1.36',
    absent: 'Kubelets send Events by a client of their own, so that they delay nothing; notices here are not thinned out.',
  },
]
