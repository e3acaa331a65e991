import type { Run } from '../cluster/world.ts'
import { convergeVolumes } from './attach-detach.ts'
import { convergeDaemonSetStatus, convergeDaemonSets, takeRecordedDaemons } from './daemonset.ts'
import { convergeDeploymentStatus, convergeDeployments } from './deployment.ts'
import { convergeBudgets } from './disruption.ts'
import { convergeEndpoints } from './endpoint.ts'
import { convergeJobStatus, convergeJobs, takeRecordedJobPods } from './job.ts'
import { convergePods } from './kubelet.ts'
import { convergeReplicaSetStatus, convergeReplicaSets } from './replicaset.ts'
import { convergePlacement, Placement } from './scheduler.ts'
import { convergeGivenStatefulSets, convergeStatefulSetStatus, convergeStatefulSets } from './statefulset.ts'

/**
 * The start of `initial: converged`: what every component would have written by the time nothing changes any more, in the order in which they depend on each other, in
 * zero time and before any process runs.
 */
export function converge(run: Run): void {
  convergeReplicas(run)
  convergePlacement(run)
  convergeVolumes(run)
  convergePods(run)
  convergeEndpoints(run)
  convergeReplicaSetStatus(run)
  convergeDeploymentStatus(run)
  convergeStatefulSetStatus(run)
  convergeDaemonSetStatus(run)
  convergeJobStatus(run)
  convergeBudgets(run)
}

/** Every workload has the Pods it wants, on no Node yet. */
function convergeReplicas(run: Run): void {
  convergeDaemonSets(run)
  convergeDeployments(run)
  convergeReplicaSets(run)
  convergeStatefulSets(run)
  convergeJobs(run)
}

/** The Pods of that start on their Nodes, and nothing else: what fits can be asked of it. */
export function convergedPlacement(run: Run): Placement {
  if (run.world.scenario.initial === 'given') {
    takeRecordedDaemons(run)
    takeRecordedJobPods(run)
  } else convergeReplicas(run)
  convergePlacement(run)
  return new Placement(run)
}

/** The start of `initial: given`: recorded Pods run where they were recorded, Services know them, and the controllers find the rest to do. */
export function convergeGiven(run: Run): void {
  takeRecordedDaemons(run)
  takeRecordedJobPods(run)
  convergeGivenStatefulSets(run)
  convergeVolumes(run)
  convergePods(run)
  convergeEndpoints(run)
}
