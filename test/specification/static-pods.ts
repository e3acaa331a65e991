import type { Rule } from './rule.ts'

/** Rules of static Pods and their mirrors. */
export const staticPods: readonly Rule[] = [
  {
    rule: 'A kubelet runs the Pods of its manifests without the API server; each is named after its machine and has a mirror in the API',
    source: 'kubelet, pkg/kubelet/config/{file,common}.go, pkg/kubelet/pod/mirror_client.go, 1.20 … 1.36',
    tests: ['control/kubelet/mirror.test.ts: starts without the API, and has a mirror named after its machine'],
  },
  {
    rule: 'A static Pod tolerates every NoExecute taint, so no taint evicts it, and no taint lets its kubelet refuse it',
    source: 'kubelet, pkg/kubelet/config/common.go:applyDefaults, pkg/kubelet/lifecycle/predicate.go, 1.20 … 1.36',
    tests: [
      'control/kubelet/mirror.test.ts: starts without the API, and has a mirror named after its machine',
      'control/kubelet/admission.test.ts: a NoExecute taint that is not tolerated refuses ordinary Pods from 1.27, static Pods never',
    ],
  },
  {
    rule: 'Deleting the mirror does nothing to the containers: the kubelet removes it and makes another',
    source: 'kubelet, pkg/kubelet/kubelet.go:syncPod, 1.20 … 1.36',
    tests: ['control/kubelet/mirror.test.ts: runs on when its mirror is deleted, and gets another with the same id'],
  },
  {
    rule: 'A mirror that could not be made is tried again with the Pod’s next sync, 60 … 90 s later',
    source: 'kubelet, pkg/kubelet/kubelet.go:syncPod, 1.20 … 1.36',
    tests: ['control/kubelet/mirror.test.ts: gets its mirror with a later sync when no API server answered the first'],
  },
  {
    rule: 'It starts again after a reboot whatever has become of its mirror',
    source: 'kubelet, pkg/kubelet/kubelet.go:HandlePodAdditions, 1.20 … 1.36',
    tests: ['control/kubelet/mirror.test.ts: starts again after a reboot, whatever the API says'],
  },
  {
    rule: 'It takes room on its Node before any Pod of the API',
    source: 'kubelet, pkg/kubelet/kubelet.go:HandlePodAdditions, 1.20 … 1.36',
    tests: ['control/kubelet/mirror.test.ts: takes room that Pods of the API cannot have'],
  },
  {
    rule: 'Manifests are read every 20 s (fileCheckFrequency) and when inotify says so',
    source: 'kubelet, pkg/kubelet/config/file.go, 1.20 … 1.36',
    absent: 'Manifests on disk do not change during a run.',
  },
]
