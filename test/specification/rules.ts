import { quotaAndPriority } from './admission.ts'
import { clusterAutoscaler } from './cluster-autoscaler.ts'
import { cronJob } from './cronjob.ts'
import { daemonset } from './daemonset.ts'
import { deployment } from './deployment.ts'
import { disruption } from './disruption.ts'
import { dns } from './dns.ts'
import { gracefulShutdown } from './graceful-shutdown.ts'
import { horizontalPodAutoscaler } from './horizontal-pod-autoscaler.ts'
import { job } from './job.ts'
import { nodeIPAM } from './node-ipam.ts'
import { replicaset } from './replicaset.ts'
import type { Area } from './rule.ts'
import { timelines } from './timelines.ts'

/** All rules, in the order of the document: from the whole to its parts, then by component. */
export const AREAS: readonly Area[] = [
  { title: 'Whole recoveries', rules: timelines },
  { title: 'ReplicaSets and ReplicationControllers', rules: replicaset },
  { title: 'Deployments', rules: deployment },
  { title: 'DaemonSets', rules: daemonset },
  { title: 'Disruption budgets, evictions, drains', rules: disruption },
  { title: 'Orderly shutdown of a machine', rules: gracefulShutdown },
  { title: 'Ranges of Nodes, addresses of Pods', rules: nodeIPAM },
  { title: 'DNS', rules: dns },
  { title: 'Quotas and priorities', rules: quotaAndPriority },
  { title: 'Jobs', rules: job },
  { title: 'CronJobs', rules: cronJob },
  { title: 'HorizontalPodAutoscaler', rules: horizontalPodAutoscaler },
  { title: 'Cluster autoscaler', rules: clusterAutoscaler },
]
