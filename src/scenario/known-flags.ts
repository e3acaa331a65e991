import { CLOUD_CONTROLLER_MANAGER, CLUSTER_AUTOSCALER } from './known-flags/cloud.ts'
import type { KnownFlags } from './known-flags/known.ts'
import { KUBE_APISERVER } from './known-flags/kube-apiserver.ts'
import { KUBE_CONTROLLER_MANAGER } from './known-flags/kube-controller-manager.ts'
import { KUBE_PROXY } from './known-flags/kube-proxy.ts'
import { KUBE_SCHEDULER } from './known-flags/kube-scheduler.ts'
import { KUBELET } from './known-flags/kubelet.ts'
import type { ProcessName } from './scenario.ts'

/** The real flags of each process that the model does not read. One that a component has come to read is read, whatever stands here. */
export const KNOWN_FLAGS: Readonly<Record<ProcessName, KnownFlags>> = {
  'kube-apiserver': KUBE_APISERVER,
  'kube-controller-manager': KUBE_CONTROLLER_MANAGER,
  'kube-scheduler': KUBE_SCHEDULER,
  kubelet: KUBELET,
  'kube-proxy': KUBE_PROXY,
  'cloud-controller-manager': CLOUD_CONTROLLER_MANAGER,
  'cluster-autoscaler': CLUSTER_AUTOSCALER,
}
