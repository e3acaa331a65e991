import type { Component } from '../cluster/component.ts'
import { attachDetach } from './attach-detach.ts'
import { cloudNodeLifecycle } from './cloud-node-lifecycle.ts'
import { clusterAutoscaler } from './cluster-autoscaler.ts'
import { cronJob } from './cronjob.ts'
import { daemonSet } from './daemonset.ts'
import { deployment } from './deployment.ts'
import { disruption } from './disruption.ts'
import { endpoint } from './endpoint.ts'
import { endpointSlice } from './endpointslice.ts'
import { garbageCollector } from './garbage-collector.ts'
import { horizontalPodAutoscaler } from './horizontal-pod-autoscaler.ts'
import { job } from './job.ts'
import { kubeProxy } from './kube-proxy.ts'
import { kubelet } from './kubelet.ts'
import { nodeIPAM } from './node-ipam.ts'
import { nodeLifecycle } from './node-lifecycle.ts'
import { persistentVolume } from './persistent-volume.ts'
import { podGC } from './pod-gc.ts'
import { replicaSet, replicationController } from './replicaset.ts'
import { scheduler } from './scheduler.ts'
import { statefulSet } from './statefulset.ts'
import { taintEviction } from './taint-eviction.ts'
import { ttlAfterFinished } from './ttl-after-finished.ts'

/** Every component, in the order in which those of one process hear of a change. */
export const components: readonly Component[] = [
  nodeLifecycle,
  taintEviction,
  replicaSet,
  replicationController,
  deployment,
  statefulSet,
  persistentVolume,
  attachDetach,
  daemonSet,
  job,
  cronJob,
  ttlAfterFinished,
  endpoint,
  endpointSlice,
  podGC,
  garbageCollector,
  scheduler,
  kubelet,
  cloudNodeLifecycle,
  kubeProxy,
  clusterAutoscaler,
  horizontalPodAutoscaler,
  nodeIPAM,
  disruption,
]
