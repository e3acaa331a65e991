import { cloudNodes } from './cloud-nodes.ts'
import { clusterAutoscaler } from './cluster-autoscaler.ts'
import { daemonset } from './daemonset.ts'
import { deployment } from './deployment.ts'
import { disruption } from './disruption.ts'
import { dns } from './dns.ts'
import { gracefulShutdown } from './graceful-shutdown.ts'
import { nodeIPAM } from './node-ipam.ts'
import { nodeLifecycle } from './node-lifecycle.ts'
import { podGC } from './pod-gc.ts'
import { replicaset } from './replicaset.ts'
import type { Area } from './rule.ts'
import { taintEviction } from './taint-eviction.ts'
import { timelines } from './timelines.ts'
import { volumes } from './volumes.ts'
import { zones } from './zones.ts'

/** All rules, in the order of the document: from the whole to its parts, then by component. */
export const AREAS: readonly Area[] = [
  { title: 'Whole recoveries', rules: timelines },
  { title: 'ReplicaSets and ReplicationControllers', rules: replicaset },
  { title: 'Deployments', rules: deployment },
  { title: 'DaemonSets', rules: daemonset },
  { title: 'Silent Nodes', rules: nodeLifecycle },
  { title: 'Zones', rules: zones },
  { title: 'Evictions by taint', rules: taintEviction },
  { title: 'Collection of Pods', rules: podGC },
  { title: 'Nodes of a cloud', rules: cloudNodes },
  { title: 'Volumes', rules: volumes },
  { title: 'Disruption budgets, evictions, drains', rules: disruption },
  { title: 'Orderly shutdown of a machine', rules: gracefulShutdown },
  { title: 'Ranges of Nodes, addresses of Pods', rules: nodeIPAM },
  { title: 'DNS', rules: dns },
  { title: 'Cluster autoscaler', rules: clusterAutoscaler },
]
