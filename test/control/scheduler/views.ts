import type { Node, Pod, ReplicaSet } from '../../../src/cluster/objects.ts'
import { ClusterState } from '../../../src/control/scheduler/cluster-state.ts'
import type { PodView } from '../../../src/control/scheduler/pod-info.ts'
import { type ProfileName, profileOf } from '../../../src/scenario/profile.ts'
import type { LabelSelector, Labels, PodAffinities, PodAffinityTerm, PodSpec } from '../../../src/scenario/specs.ts'
import { podSpec } from '../../support/world.ts'

/** A Node with 4 CPUs, 16 GiB and room for 110 Pods unless told otherwise. */
export function aNode(id: number, fields: Partial<Node> = {}): Node {
  const name = `n${id}`
  return {
    kind: 'Node',
    id,
    name,
    labels: { 'kubernetes.io/hostname': name, ...fields.labels },
    annotations: {},
    zone: '',
    taints: [],
    unschedulable: false,
    allocatable: { cpu: 4_000, memory: 16 * 2 ** 30, pods: 110 },
    ...fields,
    ...(fields.labels === undefined ? {} : { labels: { 'kubernetes.io/hostname': name, ...fields.labels } }),
  } as Node
}

/** A Pod that requests nothing unless told otherwise. */
export function aPod(id: number, labels: Labels = {}, spec: Partial<PodSpec> = {}, fields: Partial<Pod> = {}): Pod {
  return {
    kind: 'Pod',
    id,
    name: `p${id}`,
    namespace: 'default',
    key: `pod/default/p${id}`,
    labels,
    annotations: {},
    owner: null,
    deletionTimestamp: null,
    node: -1,
    spec: podSpec({ containers: [], ...spec }),
    ...fields,
  } as Pod
}

/** A scheduler's cache of these Nodes, with Pods in place. */
export function clusterOf(
  nodes: readonly Node[],
  placed: readonly (readonly [Pod, number])[] = [],
  profile: ProfileName = '1.32',
): ClusterState {
  const cluster = new ClusterState(profileOf(profile), nodes.length)
  for (const node of nodes) cluster.putNode(node)
  for (const [pod, node] of placed) cluster.place(pod, node)
  return cluster
}

export const viewOf = (cluster: ClusterState, pod: Pod): PodView => cluster.view(pod)

export const select = (matchLabels: Labels): LabelSelector => ({ matchLabels, matchExpressions: [] })

/** An inter-Pod term on the label `app`. */
export const near = (app: string, topologyKey = 'zone'): PodAffinityTerm => ({
  labelSelector: select({ app }),
  namespaces: [],
  topologyKey,
})

const nothing: PodAffinities = { required: [], preferred: [] }

/** A spec with inter-Pod terms. */
export const withTerms = (affinity: Partial<PodAffinities>, anti: Partial<PodAffinities> = {}): Partial<PodSpec> => ({
  affinity: { nodeAffinity: { preferred: [] }, podAffinity: { ...nothing, ...affinity }, podAntiAffinity: { ...nothing, ...anti } },
})

/** A ReplicaSet as far as spreading reads it. */
export const aReplicaSet = (id: number, matchLabels: Labels): ReplicaSet =>
  ({ kind: 'ReplicaSet', id, namespace: 'default', name: `rs${id}`, selector: select(matchLabels) }) as ReplicaSet
