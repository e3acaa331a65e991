import type { Rule } from './rule.ts'

const MANAGER = 'kubelet, pkg/kubelet/images/image_manager.go, 1.20 … 1.36'

/** Rules of image pulls. */
export const images: readonly Rule[] = [
  {
    rule: 'A tag of latest, or none, is asked of the registry at every start (Always), any other pulled once per machine (IfNotPresent); Never fails at once where the image is missing',
    source: MANAGER,
    tests: [
      'scenario/manifests.test.ts: web:latest',
      'control/kubelet/images.test.ts: present on the machine are not pulled again, unless the policy is Always: then the registry is asked',
      'control/kubelet/images.test.ts: what is done before a container starts',
      'control/kubelet/behaviours.test.ts: goes on with the next container when one cannot be started',
    ],
  },
  {
    rule: 'Without a registry what is present starts, unless its policy is Always',
    source: MANAGER,
    tests: [
      'control/kubelet/images.test.ts: does not stop what needs no pull',
      'control/kubelet/images.test.ts: what is done before a container starts',
    ],
  },
  {
    rule: 'A failed pull is tried again after 10, 20 … 300 s from its failure, by Pod and image, on the 10 … 15 s grid of failed syncs',
    source: MANAGER,
    tests: [
      'control/kubelet/images.test.ts: backs off 10, 20, 40 … s after each failed pull, tried on the 10 … 15 s grid of errors',
      'control/kubelet/images.test.ts: that is over costs the rest of the back-off',
      'timelines/registry-outage.test.ts: new Pods wait up to 316 s more for their next attempt, and are ready then',
    ],
  },
  {
    rule: 'One pull at a time per machine, first come first served; without serializeImagePulls all at once, from 1.27 at most maxParallelImagePulls',
    source: 'kubelet, pkg/kubelet/images/puller.go, 1.20 … 1.36',
    tests: [
      'control/kubelet/images.test.ts: are pulled one at a time, first come first served',
      'control/kubelet/images.test.ts: are pulled all at once without serializeImagePulls, so many at a time as maxParallelImagePulls says',
    ],
  },
  {
    rule: 'More than registryBurst pulls at once, refilled with registryPullQPS, fail immediately and back off',
    source: 'kubelet, pkg/kubelet/images/helpers.go:throttledImageService, 1.20 … 1.36',
    tests: ['control/kubelet/images.test.ts: a pull beyond registryBurst fails at once and is tried again'],
  },
  {
    rule: 'The back-off of pulls is lost when the kubelet restarts',
    source: MANAGER,
    tests: ['control/kubelet/behaviours.test.ts: a kubelet that starts again pulls at once what it had backed off from'],
  },
  {
    rule: 'A Pod that is deleted is not held up by a pull from 1.22 on (seen here from 1.27)',
    source: 'kubelet, pkg/kubelet/pod_workers.go:UpdatePod, 1.22 … 1.36',
    tests: ['control/kubelet/termination.test.ts: from 1.27 a Pod that still pulls its image is not waited for'],
  },
  {
    rule: 'A pull without progress for a minute is given up (imagePullProgressDeadline)',
    source: 'kubelet, pkg/kubelet/dockershim/libdocker/kube_docker_client.go, 1.20 … 1.23',
    absent: 'Of dockershim alone; pulls here end or fail.',
  },
]
