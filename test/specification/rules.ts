import { apiServer } from './api-server.ts'
import { clientRates } from './client-rates.ts'
import { clusterAutoscaler } from './cluster-autoscaler.ts'
import { controlPlaneOutages } from './control-plane-outages.ts'
import { daemonset } from './daemonset.ts'
import { deployment } from './deployment.ts'
import { disruption } from './disruption.ts'
import { dns } from './dns.ts'
import { gracefulShutdown } from './graceful-shutdown.ts'
import { leaderElection } from './leader-election.ts'
import { nodeIPAM } from './node-ipam.ts'
import { replicaset } from './replicaset.ts'
import type { Area } from './rule.ts'
import { timelines } from './timelines.ts'
import { watches } from './watches.ts'
import { workQueues } from './work-queues.ts'

/** All rules, in the order of the document: from the whole to its parts, then by component. */
export const AREAS: readonly Area[] = [
  { title: 'Whole recoveries', rules: timelines },
  { title: 'A control plane that is down', rules: controlPlaneOutages },
  { title: 'Leader election', rules: leaderElection },
  { title: 'API server and etcd', rules: apiServer },
  { title: 'Rates of clients', rules: clientRates },
  { title: 'Watches', rules: watches },
  { title: 'Work queues', rules: workQueues },
  { title: 'ReplicaSets and ReplicationControllers', rules: replicaset },
  { title: 'Deployments', rules: deployment },
  { title: 'DaemonSets', rules: daemonset },
  { title: 'Disruption budgets, evictions, drains', rules: disruption },
  { title: 'Orderly shutdown of a machine', rules: gracefulShutdown },
  { title: 'Ranges of Nodes, addresses of Pods', rules: nodeIPAM },
  { title: 'DNS', rules: dns },
  { title: 'Cluster autoscaler', rules: clusterAutoscaler },
]
