import type { FlagSettings } from './flags.ts'
import { type MachineTemplate, machineOfGroup, type NodeGroupSpec, zoneLabel } from './node-group.ts'
import { duplicateMachine, exclusiveFields, invalidValue, outOfRange, unknownValue } from './problems.ts'
import type { MachineSpec } from './scenario.ts'
import type { ClusterInput, NodesRow, SourceRow } from './schema/cluster.ts'
import type { Session } from './session.ts'
import { reportOf } from './session.ts'
import type { NodeManifest, PodManifest, Resources, Taint } from './specs.ts'
import { readManifests } from './workloads.ts'
import type { Path } from './yaml.ts'

const HOSTNAME = 'kubernetes.io/hostname'
const ZONE = 'topology.kubernetes.io/zone'
const OLD_ZONE = 'failure-domain.beta.kubernetes.io/zone'
const DOMAIN = 'reconverge/'
const CONTROL_PLANE = 'node-role.kubernetes.io/control-plane'
/** maxPods of the kubelet (kubelet config v1beta1 defaults.go). */
const MAX_PODS = 110
const DEFAULT: Resources = { cpu: 4000, memory: 16 * 1024 ** 3 }

/** Amounts of a machine: as given, else 4 cores, 16 Gi and the kubelet's maxPods. */
function amounts(given: Resources | undefined, kubelet: FlagSettings): Resources {
  const pods = typeof kubelet.maxPods === 'number' ? kubelet.maxPods : MAX_PODS
  return { ...DEFAULT, pods, ...given }
}

/** What the machines of a group have in common. */
function templateOf(row: NodesRow, staticPods: readonly PodManifest[], cluster: FlagSettings): MachineTemplate {
  const kubelet = (row.kubelet ?? {}) as FlagSettings
  const allocatable = amounts(row.allocatable, { ...cluster, ...kubelet })
  return {
    name: row.name as string,
    zones: row.zones ?? [],
    domains: row.domains ?? {},
    labels: row.labels ?? {},
    taints: row.taints ?? [],
    unschedulable: row.unschedulable ?? false,
    capacity: { ...allocatable, ...row.capacity },
    allocatable,
    kubelet,
    staticPods,
  }
}

/** A group of machines as `cluster.nodes` has it. */
export interface Group {
  readonly template: MachineTemplate
  readonly count: number
}

/** Taints that controllers set by conditions: a recorded Node has them for what it was going through then. */
const OF_CONDITIONS = /^node\.kubernetes\.io\/(?:not-ready|unreachable|unschedulable|.*-pressure|network-unavailable)$/

/** The machine behind a genuine Node manifest. */
export function machineOf(node: NodeManifest, kubelet: FlagSettings, initial: 'converged' | 'empty' | 'given'): MachineSpec {
  const zone = node.labels[ZONE] ?? node.labels[OLD_ZONE] ?? ''
  const own = Object.entries(node.labels).filter(([key]) => key.startsWith(DOMAIN))
  const allocatable = amounts(node.allocatable, kubelet)
  return {
    name: node.name,
    group: node.name,
    zone,
    domains: Object.fromEntries(own.map(([key, value]) => [key.slice(DOMAIN.length), value])),
    labels: { [HOSTNAME]: node.name, ...zoneLabel(zone), ...node.labels },
    taints: initial === 'given' ? node.taints : node.taints.filter(({ key }) => !OF_CONDITIONS.test(key)),
    unschedulable: node.unschedulable,
    capacity: { ...allocatable, ...node.capacity },
    allocatable,
    kubelet: {},
    controlPlane: CONTROL_PLANE in node.labels || 'node-role.kubernetes.io/master' in node.labels,
    staticPods: [],
  }
}

const TAINT: Taint = { key: CONTROL_PLANE, value: '', effect: 'NoSchedule' }

/** The machines of the control plane; they are Nodes only where it is registered. */
export function controlPlaneMachines({ count, zones }: ClusterInput['control-plane'], kubelet: FlagSettings): readonly MachineSpec[] {
  return Array.from({ length: count }, (_, i) => {
    const name = `control-plane-${i + 1}`
    const zone = zones?.[i % zones.length] ?? ''
    const allocatable = amounts(undefined, kubelet)
    return {
      name,
      group: 'control-plane',
      zone,
      domains: {},
      labels: { [HOSTNAME]: name, ...zoneLabel(zone), [CONTROL_PLANE]: '' },
      taints: [TAINT],
      unschedulable: false,
      capacity: allocatable,
      allocatable,
      kubelet: {},
      controlPlane: true,
      staticPods: [],
    }
  })
}

function readStaticPods(session: Session, rows: readonly SourceRow[] | undefined, path: Path): readonly PodManifest[] {
  return (rows ?? []).flatMap((row, i) =>
    readManifests(session, row, [...path, i]).flatMap(({ manifest, report }) => {
      if (manifest.kind === 'Pod') return [manifest]
      report(['kind'], invalidValue(`expected a Pod among staticPods, got a ${manifest.kind}`))
      return []
    }),
  )
}

const GROUP_ONLY = ['count', 'zones', 'labels', 'taints', 'unschedulable', 'domains', 'allocatable', 'capacity', 'staticPods'] as const

function expandRow(
  session: Session,
  row: NodesRow,
  path: Path,
  cluster: FlagSettings,
  initial: 'converged' | 'empty' | 'given',
  groups: Map<string, Group>,
): readonly MachineSpec[] {
  const report = reportOf(session)
  if (row.name !== undefined) {
    const template = templateOf(row, readStaticPods(session, row.staticPods, [...path, 'staticPods']), cluster)
    const count = row.count ?? 1
    groups.set(row.name, { template, count })
    return Array.from({ length: count }, (_, i) => machineOfGroup(template, i))
  }
  const kubelet = (row.kubelet ?? {}) as FlagSettings
  for (const field of GROUP_ONLY) {
    if (row[field] !== undefined) report([...path, field], exclusiveFields(`expected ${field} only beside name`))
  }
  return readManifests(session, row, path).flatMap(({ manifest, report: there }) => {
    if (manifest.kind === 'Node') return [{ ...machineOf(manifest, { ...cluster, ...kubelet }, initial), kubelet }]
    there(['kind'], invalidValue(`expected a Node under cluster.nodes, got a ${manifest.kind}`, 'workloads go under workloads'))
    return []
  })
}

/** Every machine of the cluster, control plane first; two of one name are reported. Named groups are put into `groups`. */
export function readMachines(
  session: Session,
  cluster: ClusterInput,
  initial: 'converged' | 'empty' | 'given',
  groups: Map<string, Group>,
): readonly MachineSpec[] {
  const kubelet = (cluster.kubelet ?? {}) as FlagSettings
  const machines = [...controlPlaneMachines(cluster['control-plane'], kubelet)]
  const names = new Set(machines.map(({ name }) => name))
  for (const [i, row] of cluster.nodes.entries()) {
    const path = ['cluster', 'nodes', i]
    let reported = false
    for (const machine of expandRow(session, row, path, kubelet, initial, groups)) {
      if (names.has(machine.name)) {
        if (reported) continue
        reported = true
        const field = row.name === undefined ? (row.file === undefined ? 'objects' : 'file') : 'name'
        reportOf(session)([...path, field], duplicateMachine(machine.name))
      } else {
        names.add(machine.name)
        machines.push(machine)
      }
    }
  }
  return machines
}

/** The groups that the cluster autoscaler may make larger and smaller. */
export function readNodeGroups(session: Session, { cloud }: ClusterInput, groups: ReadonlyMap<string, Group>): readonly NodeGroupSpec[] {
  const report = reportOf(session)
  return cloud['node-groups'].flatMap(({ name, min, max, provisioning }, i) => {
    const path = ['cluster', 'cloud', 'node-groups', i]
    const group = groups.get(name)
    if (group === undefined) {
      report([...path, 'name'], unknownValue([...groups.keys()], name))
      return []
    }
    if (max < group.count) report([...path, 'max'], outOfRange(`at least the ${group.count} machines that ${name} begins with`, max))
    if (min !== undefined && min > max) report([...path, 'min'], outOfRange(`at most the ${max} machines that ${name} may have`, min))
    return [{ ...group, min: min ?? group.count, max, ...(provisioning === undefined ? {} : { provisioning }) }]
  })
}
