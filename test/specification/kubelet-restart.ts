import type { Rule } from './rule.ts'

const KUBELET = 'kubelet, pkg/kubelet/kubelet.go, 1.20 … 1.36'
const restart = 'timelines/kubelet-restart.test.ts'

/** Rules of a kubelet that stops, or stops and starts, while its containers run on. */
export const kubeletRestart: readonly Rule[] = [
  {
    rule: 'While its kubelet is away a container that runs goes on, and one that ends is not restarted',
    source: KUBELET,
    tests: [
      'faults/kubelet-stop.test.ts: its containers go on; one that ends is restarted only when the kubelet is back',
      `${restart}: 0 … 10 s: an exited container is not restarted; 11 … 13 s: it is`,
    ],
  },
  {
    rule: 'A kubelet that restarts leaves running containers alone; Pods without a readiness probe stay ready',
    source: KUBELET,
    tests: [`${restart}: containers that run are left alone, and Pods without a readiness probe stay ready`],
  },
  {
    rule: 'Up to 1.34 a Pod with a readiness probe is not ready until its first success, up to a period later; from 1.35 on its readiness is kept',
    source: 'kubelet, pkg/kubelet/prober/prober_manager.go; gate ChangeContainerStatusOnKubeletRestart, off from 1.35',
    tests: [
      'control/kubelet.test.ts: containers run on; up to 1.34 a Pod with a readiness probe is not ready until its first success, at most a period later',
      `${restart}: from 1.35 on readiness is kept`,
    ],
  },
  {
    rule: 'It forgets the back-off of crash loops, which are tried at once',
    source: 'kubelet, pkg/kubelet/kubelet.go:NewMainKubelet, 1.20 … 1.36',
    tests: [
      'control/kubelet.test.ts: the back-off of crash loops is forgotten',
      `${restart}: 11 … 13 s: the back-off of a container that crashes again and again is forgotten, and it is tried at once`,
    ],
  },
  {
    rule: 'A restart of 10 s leaves the Node ready; so does any that ends within the grace period of the last renewal: 30 s of 40 s, 40 s of 50 s',
    source: 'kube-controller-manager, pkg/controller/nodelifecycle/node_lifecycle_controller.go:monitorNodeHealth, 1.20 … 1.36',
    tests: [
      `${restart}: the Node is never NotReady`,
      `${restart}: nor when the kubelet is down for as long as its grace period leaves after a renewal, 30 s or 40 s`,
    ],
  },
  {
    rule: 'A Pod that was deleted by force meanwhile is ended by housekeeping, within 2 s of the start',
    source: 'kubelet, pkg/kubelet/kubelet_pods.go:HandlePodCleanups, 1.20 … 1.36',
    tests: ['control/kubelet.test.ts: a Pod that was deleted by force meanwhile is ended by housekeeping'],
  },
  {
    rule: 'Pods are admitted anew, static ones and then the oldest first; one that no longer fits fails: OutOfcpu, OutOfpods, NodeAffinity …',
    source: 'kubelet, pkg/kubelet/kubelet.go:HandlePodAdditions, pkg/kubelet/lifecycle/predicate.go, 1.20 … 1.36',
    tests: [
      'control/kubelet.test.ts: a Pod that does not fit is refused for good',
      'control/kubelet/admission.test.ts: as many Pods as the node allows',
    ],
  },
  {
    rule: 'From 1.35 on, or without readiness probes, nothing can be seen of it',
    source: KUBELET,
    tests: ['control/kubelet.test.ts: from 1.35 nothing can be seen of it'],
  },
  {
    rule: 'Static Pods start before the API server has been reached',
    source: 'kubelet, pkg/kubelet/config/file.go, 1.20 … 1.36',
    absent: 'A kubelet that starts without an API server waits for one, its static Pods included.',
  },
]
