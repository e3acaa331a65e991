import type { Rule } from './rule.ts'

const PHASE = 'kubelet, pkg/kubelet/kubelet_pods.go:getPhase, 1.20 … 1.36'

/** Rules of a Pod’s phase, conditions, end and restarts. */
export const pod: readonly Rule[] = [
  {
    rule: 'A Pod is Pending while an init container runs, has not run, or is tried again after a failure, and while an app container has never run',
    source: PHASE,
    tests: [
      'control/kubelet/phase.test.ts: an init container runs',
      'control/kubelet/phase.test.ts: an init container has failed and is tried again',
      'control/kubelet/phase.test.ts: one never ran',
      'control/kubelet/phase.test.ts: one is unknown',
      'control/kubelet/phase.test.ts: nothing known',
    ],
  },
  {
    rule: 'It has failed as soon as an init container has, under restartPolicy Never',
    source: PHASE,
    tests: ['control/kubelet/phase.test.ts: an init container has failed, Never'],
  },
  {
    rule: 'It is Running while any app container runs and none is unknown, and under Always whatever they do once they have run: one in CrashLoopBackOff is Running and not ready',
    source: PHASE,
    tests: [
      'control/kubelet/phase.test.ts: one runs, one ended',
      'control/kubelet/phase.test.ts: all ended, Always',
      'control/kubelet/phase.test.ts: in CrashLoopBackOff',
      'control/kubelet/phase.test.ts: only CrashLoopBackOff',
    ],
  },
  {
    rule: 'When every app container has ended for good it has Succeeded, or, if one failed, Failed under Never and Running under OnFailure',
    source: PHASE,
    tests: [
      'control/kubelet/phase.test.ts: all succeeded, OnFailure',
      'control/kubelet/phase.test.ts: all succeeded, Never',
      'control/kubelet/phase.test.ts: one failed, Never',
      'control/kubelet/phase.test.ts: one failed, OnFailure',
    ],
  },
  {
    rule: 'A Pod never leaves Failed or Succeeded, and is not ready in either',
    source: 'kubelet, pkg/kubelet/status/status_manager.go, 1.20 … 1.36',
    tests: ['control/kubelet/pod-status.test.ts: A Pod that is %s stays so, and is not ready'],
  },
  {
    rule: 'From 1.27 a Pod that was terminated ends Succeeded or Failed before its object goes, whatever its restartPolicy; before, it stays Running',
    source: 'kubelet, pkg/kubelet/kubelet_pods.go:getPhase(podIsTerminal), 1.27 … 1.36',
    tests: [
      'control/kubelet/phase.test.ts: a Pod that was terminated ends Succeeded or Failed from 1.27',
      'control/kubelet/termination.test.ts: from 1.27: it ends in a final phase',
    ],
  },
  {
    rule: 'A Pod is ready while every app container is, and from 1.29 every sidecar; the transition time is that of the last change',
    source: 'kubelet, pkg/kubelet/status/generate.go, 1.20 … 1.36',
    tests: [
      'control/kubelet/pod-status.test.ts: A Pod is ready when every app container is, and keeps the time of the last change of that',
      'control/kubelet/sidecar-probes.test.ts: keeps its Pod from being ready by its readiness probe',
    ],
  },
  {
    rule: 'Readiness gates must hold too',
    source: 'kubelet, pkg/kubelet/status/generate.go:GeneratePodReadyCondition, 1.20 … 1.36',
    absent: 'Who sets their conditions (load balancer controllers) is not modelled; they are taken to hold.',
  },
  {
    rule: 'An init container that succeeded, and from 1.29 a sidecar that has started, counts as done: the Pod is initialized when all are',
    source: 'kubelet, pkg/kubelet/status/generate.go:GeneratePodInitializedCondition, 1.20 … 1.36',
    tests: [
      'control/kubelet/pod-status.test.ts: A Pod is initialized once its init containers have succeeded and its sidecars have started',
    ],
  },
  {
    rule: 'DELETE takes the Pod’s own grace unless another is asked for; 0 for a Pod that is unbound or has ended; with 0 the object goes at once; a second DELETE can only shorten',
    source: 'kube-apiserver, pkg/registry/core/pod/strategy.go:CheckGracefulDelete, registry/rest/delete.go:BeforeDelete, 1.20 … 1.36',
    tests: [
      'cluster/deletion.test.ts: gets its own grace',
      'cluster/deletion.test.ts: goes at once when that is 0',
      'cluster/deletion.test.ts: goes at once when it has failed',
      'cluster/deletion.test.ts: may have its grace shortened',
      'cluster/deletion.test.ts: keeps a grace that is shorter',
      'cluster/deletion.test.ts: A Pod that terminates stays, with a deletionTimestamp after its grace',
    ],
  },
  {
    rule: 'A container restarts in place: same Pod, Node, sandbox and address; only the count goes up',
    source: 'kubelet, pkg/kubelet/kuberuntime/kuberuntime_manager.go:SyncPod, 1.20 … 1.36',
    tests: ['control/kubelet/behaviours.test.ts: a restart keeps Pod, node, sandbox and address; only the count goes up'],
  },
  {
    rule: 'A Pod without tolerations of their NoExecute taints tolerates not-ready and unreachable for 300 s, by flags of the API server',
    source: 'kube-apiserver, plugin/pkg/admission/defaulttolerationseconds/admission.go, 1.20 … 1.36',
    tests: ['cluster/admission.test.ts: A Pod gets the tolerations'],
  },
]
