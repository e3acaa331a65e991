import { isTerminal, type Pod, UNBOUND } from '../../cluster/objects.ts'
import type { Profile } from '../../scenario/profile.ts'
import { ClusterState } from './cluster-state.ts'
import { Search } from './decide.ts'
import { Nominator } from './nominator.ts'
import type { ObjectSource } from './source.ts'

/** Whether this scheduler has to place a Pod. */
export const isResponsible = (pod: Pod): boolean =>
  pod.node === UNBOUND && pod.spec.schedulerName === 'default-scheduler' && !isTerminal(pod)

/** The scheduler's cache as its informers' first lists fill it. */
export function fillCluster(source: ObjectSource, profile: Profile): ClusterState {
  const nodes = [...source.all('Node')]
  const cluster = new ClusterState(
    profile,
    nodes.reduce((size, node) => Math.max(size, node.id + 1), 0),
  )
  for (const node of nodes) cluster.putNode(node)
  for (const service of source.all('Service')) cluster.owners.putService(service)
  for (const kind of ['ReplicaSet', 'ReplicationController', 'StatefulSet'] as const) {
    for (const owner of source.all(kind)) cluster.owners.putController(owner)
  }
  for (const pod of source.all('Pod')) if (pod.node !== UNBOUND && !isTerminal(pod)) cluster.place(pod, pod.node)
  return cluster
}

/** Brings a cache that knew an earlier state of the same objects up to date; nothing of them may have gone. */
export function refreshCluster(cluster: ClusterState, source: ObjectSource): ClusterState {
  for (const node of source.all('Node')) if (cluster.nodes.objects[node.id] !== node) cluster.putNode(node)
  for (const kind of ['ReplicaSet', 'ReplicationController', 'StatefulSet'] as const) {
    for (const owner of source.all(kind)) cluster.owners.putController(owner)
  }
  for (const pod of source.all('Pod')) if (pod.node !== UNBOUND && !isTerminal(pod)) cluster.refresh(pod, pod.node)
  return cluster
}

/** A cluster with nobody nominated and a search that starts at the first node. */
export const freshScheduling = (cluster: ClusterState, percentageOfNodesToScore: number) => ({
  cluster,
  nominator: new Nominator(),
  search: new Search(cluster.profile.minor),
  percentageOfNodesToScore,
})
