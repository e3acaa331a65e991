import { quotaAndPriority } from './admission.ts'
import { apiServer } from './api-server.ts'
import { backOff } from './back-off.ts'
import { clientRates } from './client-rates.ts'
import { cloudNodes } from './cloud-nodes.ts'
import { clusterAutoscaler } from './cluster-autoscaler.ts'
import { controlPlaneOutages } from './control-plane-outages.ts'
import { cronJob } from './cronjob.ts'
import { daemonset } from './daemonset.ts'
import { deployment } from './deployment.ts'
import { disruption } from './disruption.ts'
import { dns } from './dns.ts'
import { endpoints } from './endpoints.ts'
import { endpointslices } from './endpointslices.ts'
import { filters } from './filters.ts'
import { garbageCollection } from './garbage-collection.ts'
import { gracefulShutdown } from './graceful-shutdown.ts'
import { heartbeats } from './heartbeats.ts'
import { horizontalPodAutoscaler } from './horizontal-pod-autoscaler.ts'
import { images } from './images.ts'
import { job } from './job.ts'
import { kubeProxy } from './kube-proxy.ts'
import { kubeletRestart } from './kubelet-restart.ts'
import { leaderElection } from './leader-election.ts'
import { nodeIPAM } from './node-ipam.ts'
import { nodeLifecycle } from './node-lifecycle.ts'
import { nodePressure } from './node-pressure.ts'
import { nodeReboot } from './node-reboot.ts'
import { pod } from './pod.ts'
import { podGC } from './pod-gc.ts'
import { podWorker } from './pod-worker.ts'
import { preemption } from './preemption.ts'
import { probes } from './probes.ts'
import { replicaset } from './replicaset.ts'
import type { Area } from './rule.ts'
import { schedulingCycle } from './scheduling-cycle.ts'
import { schedulingQueue } from './scheduling-queue.ts'
import { scores } from './scores.ts'
import { statefulset } from './statefulset.ts'
import { staticPods } from './static-pods.ts'
import { statusManager } from './status-manager.ts'
import { taintEviction } from './taint-eviction.ts'
import { termination } from './termination.ts'
import { timelines } from './timelines.ts'
import { versions } from './versions.ts'
import { volumes } from './volumes.ts'
import { watches } from './watches.ts'
import { workQueues } from './work-queues.ts'
import { zones } from './zones.ts'

/** All rules, in the order of the document: from the whole to its parts, then by component. */
export const AREAS: readonly Area[] = [
  { title: 'Whole recoveries', rules: timelines },
  { title: 'Pods', rules: pod },
  { title: 'Static Pods', rules: staticPods },
  { title: 'Heartbeats and the status of a Node', rules: heartbeats },
  { title: 'Sync loop and syncs of a Pod', rules: podWorker },
  { title: 'CrashLoopBackOff', rules: backOff },
  { title: 'Images', rules: images },
  { title: 'Probes', rules: probes },
  { title: 'The end of a Pod', rules: termination },
  { title: 'Statuses of Pods', rules: statusManager },
  { title: 'A control plane that is down', rules: controlPlaneOutages },
  { title: 'Leader election', rules: leaderElection },
  { title: 'API server and etcd', rules: apiServer },
  { title: 'Rates of clients', rules: clientRates },
  { title: 'Watches', rules: watches },
  { title: 'Work queues', rules: workQueues },
  { title: 'ReplicaSets and ReplicationControllers', rules: replicaset },
  { title: 'Deployments', rules: deployment },
  { title: 'StatefulSets', rules: statefulset },
  { title: 'DaemonSets', rules: daemonset },
  { title: 'Owners and dependents', rules: garbageCollection },
  { title: 'Silent Nodes', rules: nodeLifecycle },
  { title: 'Zones', rules: zones },
  { title: 'Evictions by taint', rules: taintEviction },
  { title: 'Collection of Pods', rules: podGC },
  { title: 'Nodes of a cloud', rules: cloudNodes },
  { title: 'Volumes', rules: volumes },
  { title: 'Disruption budgets, evictions, drains', rules: disruption },
  { title: 'Machines that reboot, are cut off, come back', rules: nodeReboot },
  { title: 'Kubelets that restart', rules: kubeletRestart },
  { title: 'Eviction under pressure', rules: nodePressure },
  { title: 'Orderly shutdown of a machine', rules: gracefulShutdown },
  { title: 'Scheduling: the queue', rules: schedulingQueue },
  { title: 'Scheduling: cycle and binding', rules: schedulingCycle },
  { title: 'Scheduling: where a Pod may not go', rules: filters },
  { title: 'Scheduling: where it would rather go', rules: scores },
  { title: 'Preemption', rules: preemption },
  { title: 'Endpoints', rules: endpoints },
  { title: 'EndpointSlices', rules: endpointslices },
  { title: 'kube-proxy and ClusterIPs', rules: kubeProxy },
  { title: 'Ranges of Nodes, addresses of Pods', rules: nodeIPAM },
  { title: 'DNS', rules: dns },
  { title: 'Quotas and priorities', rules: quotaAndPriority },
  { title: 'Jobs', rules: job },
  { title: 'CronJobs', rules: cronJob },
  { title: 'HorizontalPodAutoscaler', rules: horizontalPodAutoscaler },
  { title: 'Cluster autoscaler', rules: clusterAutoscaler },
  { title: 'What changed between releases', rules: versions },
]
