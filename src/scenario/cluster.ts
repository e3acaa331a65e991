import type { Distribution } from '../kernel/distribution.ts'
import type { FlagSettings } from './flags.ts'
import { readWith } from './issues.ts'
import { LATENCIES, type Latency, type LatencyName } from './latencies.ts'
import type { NodeGroupSpec } from './node-group.ts'
import type { Report } from './problems.ts'
import type { Profile } from './profile.ts'
import type { ClusterSpec, MachineSpec, PluginName, ProcessName } from './scenario.ts'
import type { ClusterInput } from './schema/cluster.ts'
import { isRate } from './schema/cluster.ts'
import type { ScenarioSchemas } from './schema/scenario.ts'

const PROCESSES: readonly ProcessName[] = [
  'kube-apiserver',
  'kube-controller-manager',
  'kube-scheduler',
  'kubelet',
  'cloud-controller-manager',
  'kube-proxy',
  'cluster-autoscaler',
]
/** kube-controller-manager gives each Node a /24 of the cluster's range (node-cidr-mask-size). */
const SUBNETS_OF_16 = 256
/** And OVN-Kubernetes a /23. */
const SUBNETS_OF_14 = 512

/** Flags of the controller manager that shape the Pod network. */
interface ManagerFlags {
  readonly 'allocate-node-cidrs'?: boolean
  readonly 'cluster-cidr'?: string
  readonly 'node-cidr-mask-size'?: number
}

/** The static part of the cluster, with the latencies that the scenario does not set at their defaults. */
export function clusterSpec(
  input: ClusterInput,
  { machines, nodeGroups }: { readonly machines: readonly MachineSpec[]; readonly nodeGroups: readonly NodeGroupSpec[] },
  { minor }: Profile,
  schemas: ScenarioSchemas,
  report: Report,
): ClusterSpec {
  const { count, registered, 'leader-elect': leaderElect } = input['control-plane']
  const flags = Object.fromEntries(PROCESSES.map((process) => [process, (input[process] ?? {}) as FlagSettings]))
  const { plugin } = input.network
  const most = nodeGroups.reduce((sum, { max, count }) => sum + max - count, machines.length)
  const manager = input['kube-controller-manager'] as ManagerFlags | undefined
  const podCIDR = manager?.['cluster-cidr'] ?? input.network.podCIDR ?? rangeFor(plugin, most)
  const nodeMask = manager?.['node-cidr-mask-size']
  const network = {
    plugin,
    podCIDR,
    serviceCIDR: input.network.serviceCIDR,
    ...(nodeMask === undefined ? {} : { nodeMask }),
    ...(manager?.['allocate-node-cidrs'] === true ? { nodeIPAM: true as const } : {}),
  }
  return {
    machines,
    controlPlane: { count, registered, leaderElect },
    flags: flags as Record<ProcessName, FlagSettings>,
    network,
    cloud: { deletesNodes: input.cloud['deletes-nodes-of-terminated-machines'] ?? nodeGroups.length > 0, nodeGroups },
    latency: latencies(input.latency as Partial<Record<LatencyName, Distribution>>, { minor, plugin }, schemas, report),
  }
}

/** flannel's usual range where it holds a /24 for each machine; OVN-Kubernetes' (`--cluster-subnets`, a /23 each); else a larger one. */
function rangeFor(plugin: PluginName, machines: number): string {
  if (plugin === 'openvswitch') return machines <= SUBNETS_OF_14 ? '10.128.0.0/14' : '10.128.0.0/9'
  return machines <= SUBNETS_OF_16 ? '10.244.0.0/16' : '10.128.0.0/9'
}

function latencies(
  set: Partial<Record<LatencyName, Distribution>>,
  cluster: { readonly minor: number; readonly plugin: PluginName },
  schemas: ScenarioSchemas,
  report: Report,
): Record<LatencyName, Distribution> {
  const entries = Object.entries<Latency>(LATENCIES).map(([name, latency]) => {
    const given = set[name as LatencyName]
    if (given !== undefined) return [name, given] as const
    const reader = isRate(name) ? schemas.rates : schemas.readers.durations
    return [
      name,
      readWith(reader, (latency.unless?.find(({ applies }) => applies(cluster)) ?? latency).default, ['cluster', 'latency', name], report)
        ?.value,
    ] as const
  })
  return Object.fromEntries(entries) as Record<LatencyName, Distribution>
}
